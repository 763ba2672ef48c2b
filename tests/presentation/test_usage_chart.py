from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from claude_tray.core.periods import ProjectStep, TimeRange
from claude_tray.core.time import to_epoch_ms
from claude_tray.core.windows import ValueSource, Window
from claude_tray.presentation.usage_bars import OTHERS_SERIES
from claude_tray.presentation.usage_chart import (
    UsageChart,
    WindowChartData,
    build_usage_chart,
)
from claude_tray.store.usage_queries import TIME_BUCKET_MS, TimeBucket
from tests.support.popup_states import (
    END,
    START,
    PopupState,
    make_popup_state,
)

START_MS = to_epoch_ms(START)
MINUTE_MS = 60_000
DOLLAR = 1_000_000_000
STATE = make_popup_state("pace")


def build(
    state: PopupState, usage: WindowChartData | None = None
) -> UsageChart:
    chart = build_usage_chart(state.context, usage or state.data.window)
    assert chart is not None
    return chart


def make_step(minutes: int, project: str, dollars: float) -> ProjectStep:
    cost = round(dollars * DOLLAR)
    return ProjectStep(minutes // 2, f"/p/{project}", 10, 100, cost, 0)


def test_bars_stack_projects_in_ten_minutes() -> None:
    steps = (
        make_step(0, "a", 3),
        make_step(8, "b", 1),
        make_step(30, "a", 1),
        make_step(38, "c", 0.5),
        make_step(38, "d", 0.5),
        make_step(38, "e", 0.25),
    )

    bars = build(STATE, WindowChartData((), TIME_BUCKET_MS, steps)).bars

    first, last = bars.bars
    assert [first.start, first.end] == pytest.approx([0, 10 / 300])
    assert [tuple(part) for part in first.parts] == [(0, 0.75), (1, 0.25)]
    # Projects "d" and "e" have no series of their own.
    assert [tuple(part) for part in last.parts] == [
        (0, 0.25),
        (2, 0.125),
        (OTHERS_SERIES, pytest.approx(0.1875)),
    ]
    assert bars.legend == ("a", "b", "c", "Others")


def test_a_bar_says_time_cost_share_and_projects() -> None:
    steps = (
        make_step(0, "shop", 3),
        make_step(8, "api", 1.5),
        *(make_step(8, f"p{n}", 0.1) for n in range(3)),
    )
    buckets = (TimeBucket(START_MS + 10 * MINUTE_MS, 50, 5 * DOLLAR, 0),)

    (bar,) = build(
        STATE, WindowChartData(buckets, TIME_BUCKET_MS, steps)
    ).bars.bars

    # 38 % is reported for all of the cost so far.
    assert bar.lines == (
        "10:00\N{EN DASH}10:10 · $4.80 · ≈ 38%",
        "shop  $3.00",
        "api  $1.50",
        "p0  $0.10",
        "Others (2)",
    )


def test_usage_without_prices_is_measured_in_tokens() -> None:
    step = ProjectStep(0, "/p/a", 40, 9_000, 0, 3)
    state = make_popup_state("unknown")

    (bar,) = build(
        state, WindowChartData((), TIME_BUCKET_MS, (step,))
    ).bars.bars

    assert bar.lines == (
        "10:00\N{EN DASH}10:10 · 9.0K tokens",
        "a  9.0K tokens",
    )
    assert bar.parts[0].height == 1


def test_the_last_window_is_drawn_in_the_unit_of_the_curve() -> None:
    before = START - timedelta(hours=8)
    buckets = (TimeBucket(START_MS + 10 * MINUTE_MS, 50, 4 * DOLLAR, 0),)
    earlier = (
        TimeBucket(to_epoch_ms(before) + 60 * MINUTE_MS, 50, 2 * DOLLAR, 0),
        TimeBucket(to_epoch_ms(before) + 150 * MINUTE_MS, 50, 4 * DOLLAR, 0),
    )
    previous = Window(
        before, before + timedelta(hours=5), ValueSource.OFFICIAL, None
    )
    usage = WindowChartData(buckets, TIME_BUCKET_MS, (), (), previous, earlier)

    chart = build(STATE, usage)

    # $4 are 38 % now, so $2 were 19 % and $6 were 57 %.
    assert [(round(x, 3), round(y, 3)) for x, y in chart.ghost] == [
        (0, 0),
        (0.2, 0.19),
        (0.5, 0.57),
        (1, 0.57),
    ]
    assert chart.ghost_label == "last window"
    unknown = build(make_popup_state("unknown"), usage)
    assert unknown.ghost[2][1] == pytest.approx(100 / 402_000 / 1.2, rel=0.2)


@pytest.mark.parametrize(
    "changes",
    [{"previous": None}, {"previous_steps": ()}, {"steps": ()}],
)
def test_without_a_comparison_there_is_no_ghost(
    changes: dict[str, Any],
) -> None:
    usage = STATE.data.window._replace(**changes)

    assert build(STATE, usage).ghost == ()


def test_a_window_without_usage_has_no_scale_for_a_ghost() -> None:
    state = make_popup_state("unknown").change_window(steps=())

    assert build(state).ghost == ()


def test_a_dragged_range_covers_whole_intervals() -> None:
    chart = build(STATE)
    ten = 10 * MINUTE_MS

    # 10:31 to 11:05 of 10:00 to 15:00, dragged from the right to the left.
    selected = chart.select_range(65 / 300, 31 / 300)

    assert selected == (START_MS + 3 * ten, START_MS + 7 * ten)
    assert chart.select_range(-2, 9) == (START_MS, to_epoch_ms(END))
    half_hour = chart.locate_range(TimeRange(START_MS, START_MS + 3 * ten))
    assert half_hour == pytest.approx((0, 0.1))
    assert chart.locate_range(TimeRange(0, START_MS)) is None
    assert chart.select_range(2, 3) is None


def test_an_idle_chart_has_no_ranges() -> None:
    chart = build(make_popup_state("idle"))

    assert chart.select_range(0, 1) is None
    assert chart.locate_range(TimeRange(0, 1)) is None
    ultra = make_popup_state("ultra")
    assert build_usage_chart(ultra.context, ultra.data.window) is None
