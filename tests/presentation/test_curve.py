from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest

from claude_tray.core.snapshot import Pace
from claude_tray.presentation.curve import (
    build_curve,
    compute_elapsed_fraction,
    list_full_hours,
)
from tests.support.popup_states import END, START, PopupState, make_popup_state

if TYPE_CHECKING:
    from claude_tray.presentation.curve import UsageCurve


MINUTE_MS = 60_000
START_MS = int(START.timestamp() * 1000)


class Step(NamedTuple):
    end_ms: int
    tokens: int
    cost: int
    unpriced: int = 0


def make_step(minute: int, tokens: int, cost: int, unpriced: int = 0) -> Step:
    return Step(START_MS + minute * MINUTE_MS, tokens, cost, unpriced)


def build(state: PopupState, *steps: Step) -> UsageCurve:
    assert state.context.window is not None
    return build_curve(state.context, state.context.window, steps, MINUTE_MS)


def test_the_curve_is_flat_between_steps() -> None:
    curve = build(
        make_popup_state("pace"), make_step(1, 10, 1), make_step(30, 10, 1)
    )

    points = [
        ((point.at - START) // timedelta(minutes=1), point.amount)
        for point in curve.points
    ]
    assert points == [(0, 0), (1, 19), (29, 19), (30, 38), (133, 38)]


def test_a_missing_price_makes_tokens_the_measure() -> None:
    steps = (make_step(1, 30, 1), make_step(2, 10, 99, unpriced=1))

    curve = build(make_popup_state("pace"), *steps)

    assert curve.points[1].amount == pytest.approx(38 * 3 / 4)


def test_stale_usage_is_extrapolated() -> None:
    # The percentage was reported at minute 101.
    steps = (make_step(100, 10, 10), make_step(110, 10, 10))

    curve = build(make_popup_state("stale"), *steps)

    assert curve.is_estimate
    assert curve.amount == pytest.approx(76)
    assert curve.projection is None


def list_minutes(curve: UsageCurve) -> list[tuple[int, float]]:
    return [
        ((point.at - START) // timedelta(minutes=1), round(point.amount, 6))
        for point in curve.points
    ]


def build_with_reports(
    state: PopupState, steps: tuple[Step, ...], *reports: tuple[int, float]
) -> UsageCurve:
    assert state.context.window is not None
    timed = [
        (START_MS + minute * MINUTE_MS, percent) for minute, percent in reports
    ]
    return build_curve(
        state.context, state.context.window, steps, MINUTE_MS, timed
    )


def test_the_curve_passes_through_reports() -> None:
    steps = make_step(10, 10, 10), make_step(40, 10, 10)

    curve = build_with_reports(
        make_popup_state("pace"), steps, (-5, 90), (20, 30), (50, 36)
    )

    assert list_minutes(curve) == [
        (0, 0),
        (9, 0),
        (10, 30),
        (20, 30),
        (39, 30),
        (40, 36),
        (50, 36),
        (133, 38),
    ]
    assert curve.amount == 38


def test_usage_elsewhere_is_a_straight_line_between_reports() -> None:
    curve = build_with_reports(
        make_popup_state("pace"), (), (60, 10), (120, 30), (200, 99)
    )
    assert list_minutes(curve) == [(0, 0), (60, 10), (120, 30), (133, 38)]

    # The local usage explains nothing of the rise until minute 60.
    steps = (make_step(100, 10, 10),)
    curve = build_with_reports(make_popup_state("pace"), steps, (60, 10))
    assert list_minutes(curve) == [
        (0, 0),
        (60, 10),
        (99, 10),
        (100, 38),
        (133, 38),
    ]


def test_a_percentage_that_fell_stays_in_the_curve() -> None:
    curve = build_with_reports(make_popup_state("pace"), (), (60, 140))

    assert list_minutes(curve) == [(0, 0), (60, 100), (133, 38)]


def test_a_stale_curve_goes_on_after_the_last_report() -> None:
    # The percentage was reported at minute 101.
    steps = (make_step(100, 10, 10), make_step(110, 10, 10))

    curve = build_with_reports(make_popup_state("stale"), steps, (50, 20))

    points = list_minutes(curve)
    assert points[:3] == [(0, 0), (50, 20), (99, 20)]
    assert points[-2:] == [(110, 76), (133, 76)]


def test_without_local_usage_the_percentage_has_no_curve() -> None:
    curve = build(make_popup_state("pace"))

    assert curve.points == ()
    assert curve.amount == 38


def test_a_blocked_window_is_full() -> None:
    state = make_popup_state("limit").change_account(used=None)

    curve = build(state, make_step(1, 10, 1))

    assert (curve.amount, curve.has_limit, curve.projection) == (
        100,
        True,
        None,
    )


def test_a_weekly_limit_does_not_affect_the_window() -> None:
    state = make_popup_state("week").change_account(used=None)

    assert not build(state).has_limit


def test_tokens_are_projected_by_the_pace() -> None:
    state = make_popup_state("unknown").change_account(
        pace=Pace(100, None, typical_tokens=(2_000, 3_000))
    )

    curve = build(state, make_step(1, 1_000, 0))

    assert curve.projection is not None
    assert curve.projection.amount == 1_000 + 100 * 167
    assert curve.top == pytest.approx(17_700 * 1.2)


def test_without_tokens_the_curve_is_empty_but_drawable() -> None:
    curve = build(make_popup_state("unknown").change_account(pace=None))

    assert curve.amount == 0
    assert curve.top == pytest.approx(1.2)


def test_elapsed_fractions_are_limited() -> None:
    window = make_popup_state("pace").context.window
    assert window is not None

    fractions = [
        compute_elapsed_fraction(window, START + timedelta(hours=hours))
        for hours in (-1, 1, 6)
    ]

    assert fractions == [0, 0.2, 1]


def test_full_hours_are_local_ones() -> None:
    window = make_popup_state("pace").context.window
    assert window is not None
    late = timedelta(minutes=37)
    window = window._replace(start=START + late, end=END + late)

    hours = [hour.strftime("%H:%M") for hour in list_full_hours(window, UTC)]

    assert hours == ["11:00", "12:00", "13:00", "14:00", "15:00"]
