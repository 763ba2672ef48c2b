from __future__ import annotations

from claude_tray.presentation.reported_curve import CurvePoint, follow_reports
from tests.support.builders import at


def make_points(*points: tuple[str, float]) -> list[CurvePoint]:
    return [CurvePoint(at(time), amount) for time, amount in points]


def test_between_reports_the_curve_has_the_shape_of_local_usage() -> None:
    local = make_points(("10:00", 0), ("10:20", 30), ("11:00", 40))
    reports = make_points(("10:00", 10), ("11:00", 50))

    curve = follow_reports(local, reports)

    # Three quarters of the local usage was before 10:20.
    assert list(curve) == make_points(
        ("10:00", 10), ("10:20", 40), ("11:00", 50)
    )


def test_without_local_usage_between_reports_the_curve_is_straight() -> None:
    local = make_points(("10:00", 40), ("10:30", 40), ("11:00", 40))
    reports = make_points(("10:00", 10), ("11:00", 50))

    curve = follow_reports(local, reports)

    assert list(curve) == make_points(
        ("10:00", 10), ("10:30", 30), ("11:00", 50)
    )
