from __future__ import annotations

from claude_tray.core.cost import NanoUsd
from claude_tray.web.session_curve import build_session_curves
from tests.web.builders import CONTEXT, NOW

START = round(NOW.timestamp() * 1000)


def dollars(amount: int) -> NanoUsd:
    return NanoUsd(amount * 1_000_000_000)


def test_curves_show_the_context_and_the_cost_so_far() -> None:
    responses = [
        (START, 1_000, dollars(1)),
        (START + 60_000, 4_000, None),
        (START + 120_000, 2_000, dollars(3)),
    ]

    curves = build_session_curves(responses, CONTEXT)

    assert curves is not None
    context, cost = curves.curves
    assert context.points == "0,75 300,0 600,50"
    assert context.maximum == "4.0K tokens"
    assert context.description == "From 1.0K to 2.0K tokens, at most 4.0K."
    assert cost.points == "0,75 300,75 600,0"
    assert cost.maximum == "$4.00"
    assert cost.description == ("$4.00 in 3 responses, half of it after 3.")
    assert (curves.end - curves.start).total_seconds() == 120


def test_one_response_has_no_curve() -> None:
    assert build_session_curves([], CONTEXT) is None
    assert build_session_curves([(START, 1, dollars(1))], CONTEXT) is None


def test_long_sessions_keep_their_peaks() -> None:
    responses = [
        (START + n, 10 + (n == 777) * 90, dollars(0)) for n in range(1_000)
    ]

    curves = build_session_curves(responses, CONTEXT)

    assert curves is not None
    points = curves.curves[0].points.split()
    assert len(points) == 240
    assert points[-1].startswith("600,")
    assert sum(point.endswith(",0") for point in points) == 1
    assert curves.curves[1].points.split()[0] == "0,100"
