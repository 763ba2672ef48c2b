from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.core.snapshot import Pace
from claude_tray.presentation.chart import build_chart
from claude_tray.store.usage_queries import TIME_BUCKET_MS
from tests.support.popup_states import PopupState, make_popup_state

if TYPE_CHECKING:
    from claude_tray.presentation.chart import WindowChart


def build(state: PopupState) -> WindowChart:
    buckets = state.data.window.steps
    chart = build_chart(state.context, buckets, TIME_BUCKET_MS)
    assert chart is not None
    return chart


def test_the_curve_ends_at_the_reported_usage() -> None:
    chart = build(make_popup_state("pace"))

    assert chart.now is not None
    assert chart.now.y == pytest.approx(0.38)
    assert chart.curve[0][:2] == (0, 0)
    assert chart.curve[-1].x == pytest.approx(133 / 300)
    assert chart.label == ("Limit usage from 10:00 to 15:00: 38% so far.")
    assert chart.projection == (1, 0.66, "66%", False)


def test_the_curve_never_falls() -> None:
    heights = [point.y for point in build(make_popup_state("fast")).curve]

    assert heights == sorted(heights)


def test_points_before_the_last_report_are_approximate() -> None:
    chart = build(make_popup_state("pace"))

    assert chart.curve[10].label.startswith("10:")
    assert "≈" in chart.curve[10].label


def test_stale_usage_is_a_minimum() -> None:
    chart = build(make_popup_state("stale"))

    assert chart.now is not None
    assert chart.now.label == "≥ 38%"
    assert chart.projection is None


def test_remaining_usage_is_shown_on_request() -> None:
    chart = build(make_popup_state("pace", shows_remaining=True))

    assert chart.now is not None
    assert chart.now.label == "62% left"


def test_the_projection_ends_at_a_limit_before_the_reset() -> None:
    chart = build(make_popup_state("fast"))

    assert chart.projection is not None
    assert chart.projection.is_limit
    assert chart.projection.label == "13:01"
    assert chart.is_limit_near


def test_without_a_limit_tokens_are_compared_with_typical_usage() -> None:
    chart = build(make_popup_state("unknown"))

    assert chart.limit_label == ""
    assert [line.label for line in chart.reference_lines] == [
        "typical 256K",
        "busy day 402K",
    ]
    assert chart.now is not None
    assert chart.now.label == "299K"
    assert chart.label == (
        "Tokens in and out from 10:00 to 15:00: 299K so far."
    )
    assert chart.projection is not None
    heights = [line.y for line in chart.reference_lines]
    assert max(chart.projection.y, *heights) < 1


def test_without_earlier_windows_there_are_no_reference_lines() -> None:
    chart = build(make_popup_state("unknown").change_account(pace=None))

    assert chart.reference_lines == ()
    assert chart.projection is None


def test_overlapping_reference_lines_become_one() -> None:
    pace = Pace(9, None, typical_tokens=(100, 110))

    chart = build(make_popup_state("unknown").change_account(pace=pace))

    assert len(chart.reference_lines) == 1


def test_without_a_projection_the_curve_just_ends() -> None:
    for pace in (None, Pace(963, 4.25)):
        chart = build(make_popup_state("pace").change_account(pace=pace))

        assert chart.projection is None


def test_without_local_usage_only_the_percentage_is_drawn() -> None:
    state = make_popup_state("pace").change_window(steps=())

    chart = build(state)

    assert chart.now is not None
    assert chart.now.y == pytest.approx(0.38)
    assert not chart.curve


def test_a_reached_limit_is_at_the_top_even_without_a_percentage() -> None:
    chart = build(make_popup_state("limit").change_account(used=None))

    assert chart.is_limit_near
    assert chart.now is not None
    assert chart.now.y == pytest.approx(1)


def test_without_a_window_the_next_one_is_outlined() -> None:
    chart = build(make_popup_state("idle"))

    assert chart.hour_marks == ((0.0, "now"), (1.0, "+5h 00m"))
    assert chart.empty_text == "Nothing used yet"


def test_an_account_without_a_5_hour_limit_has_no_chart() -> None:
    state = make_popup_state("ultra")

    assert build_chart(state.context, (), TIME_BUCKET_MS) is None


def test_the_projection_has_the_color_of_the_window() -> None:
    # Opus is blocked, the window is not.
    chart = build(make_popup_state("model"))

    assert chart.status == "ok"
    assert chart.projection is not None
    assert chart.projection.label == "66%"
