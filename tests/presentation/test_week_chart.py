from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from claude_tray.core.periods import ProjectStep, TimeRange
from claude_tray.core.status import AccountStatus
from claude_tray.core.time import to_epoch_ms
from claude_tray.presentation.week_chart import (
    WeekChartData,
    build_week_chart,
    find_week,
    format_week_range,
)
from tests.support.popup_states import (
    WEEK_END,
    PopupState,
    make_popup_state,
)

if TYPE_CHECKING:
    from claude_tray.presentation.usage_chart import UsageChart

WEEK_MS = 7 * 24 * 3_600_000
QUARTER_MS = 900_000
DOLLAR = 1_000_000_000
END_MS = to_epoch_ms(WEEK_END)
PERIOD = TimeRange(END_MS - WEEK_MS, END_MS)


def build(state: PopupState, *steps: ProjectStep) -> UsageChart:
    return build_week_chart(
        state.context, WeekChartData(PERIOD, QUARTER_MS, steps)
    )


def make_step(hours: float, dollars: int) -> ProjectStep:
    number = round(hours * 4)
    return ProjectStep(number, "/p/shop", 10, 100, dollars * DOLLAR, 0)


def test_the_week_ends_at_the_reset_of_the_weekly_limit() -> None:
    assert find_week(make_popup_state("pace").context) == PERIOD


def test_without_a_weekly_limit_it_is_the_last_seven_local_days() -> None:
    zone = ZoneInfo("Europe/Berlin")
    context = make_popup_state("empty").context._replace(zone=zone)

    start_ms, end_ms = find_week(context)

    assert start_ms == to_epoch_ms(datetime(2026, 11, 18, tzinfo=zone))
    assert end_ms == to_epoch_ms(datetime(2026, 11, 25, tzinfo=zone))


def test_bars_are_local_days_of_the_week() -> None:
    # The week begins on Thursday at 09:00.
    chart = build(
        make_popup_state("pace"),
        make_step(0, 1),
        make_step(14.5, 2),
        make_step(15, 4),
    )

    first, second = chart.bars.bars
    assert [first.start, first.end] == pytest.approx([0, 15 / 168])
    assert second.end == pytest.approx(39 / 168)
    assert [bar.parts[0].height for bar in (first, second)] == [0.75, 1]
    assert first.lines[0] == "Thu Nov 19 · $3.00 · ≈ 9%"
    assert second.lines[1] == "shop  $4.00"
    assert [label for _, label in chart.line.hour_marks] == [
        *("Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed")
    ]


def test_the_line_meets_the_reported_percentage() -> None:
    chart = build(
        make_popup_state("pace"), make_step(0, 1), make_step(48, 2)
    ).line

    heights = [point.y for point in chart.curve]
    assert heights == pytest.approx([0, 0.07, 0.21, 0.21])
    assert chart.now is not None
    assert chart.now.y == pytest.approx(0.21)
    assert chart.now.label == "21%"
    assert chart.label == (
        "Weekly limit from Thu 09:00 to Thu 09:00: 21% so far."
    )
    assert chart.has_even_pace
    # 123.2 hours are gone, so the week ends at 29 %.
    assert chart.projection is not None
    assert chart.projection.label == "29%"


def test_a_limit_before_the_reset_ends_the_projection() -> None:
    state = make_popup_state("ultra")

    early = build(_report(state, 80.0, hours_left=48)).line

    assert early.projection is not None
    assert early.projection.is_limit
    assert early.projection.y == 1
    assert early.is_limit_near
    assert early.status is AccountStatus.WARNING


def test_a_used_up_week_has_no_projection() -> None:
    chart = build(make_popup_state("week"), make_step(0, 1)).line

    assert chart.projection is None
    assert chart.is_limit_near
    assert chart.now is not None
    assert chart.now.y == 1


def test_a_percentage_without_local_usage_is_only_a_point() -> None:
    chart = build(make_popup_state("pace"))

    assert chart.line.curve == ()
    assert chart.line.now is not None
    assert chart.line.now.y == pytest.approx(0.21)
    assert chart.bars.bars == ()


def test_an_old_percentage_belongs_to_its_own_time() -> None:
    state = make_popup_state("stale")
    reported = 123.2 - 32 / 60

    chart = build(state, make_step(0, 3), make_step(reported + 0.4, 1)).line

    # $3 were 21 %, so $4 are 28 %; the label stays the report.
    assert chart.curve[-1].y == pytest.approx(0.28)
    assert chart.now is not None
    assert chart.now.label == "≥ 21%"


@pytest.mark.parametrize(
    ("step", "label"),
    [
        (make_step(0, 3), "$3.00"),
        (ProjectStep(0, "/p/shop", 10, 7_000, 0, 1), "7.0K tokens"),
    ],
)
def test_without_a_limit_the_line_is_the_usage(
    step: ProjectStep, label: str
) -> None:
    state = make_popup_state("empty")

    chart = build(state, step)

    assert chart.line.now is not None
    assert chart.line.now.label == label
    assert chart.line.limit_label == ""
    assert chart.line.label == (
        f"Usage from Thu 09:00 to Thu 09:00: {label} so far."
    )
    assert chart.line.projection is None
    assert "≈" not in chart.bars.bars[0].lines[0]


def test_a_week_of_calendar_days_has_seven_of_them() -> None:
    context = make_popup_state("empty").context
    usage = WeekChartData(find_week(context), QUARTER_MS)

    chart = build_week_chart(context, usage)

    assert len(chart.intervals) == 7
    assert chart.intervals[-1].name == "Tue Nov 24"


def test_a_young_week_has_no_projection_yet() -> None:
    state = _report(make_popup_state("ultra"), 1.0, hours_left=167.9)

    assert build(state).line.projection is None


def test_an_old_week_ends_at_its_end() -> None:
    context = make_popup_state("empty").context
    later = context._replace(now=WEEK_END + timedelta(days=1))

    chart = build_week_chart(
        later, WeekChartData(PERIOD, QUARTER_MS, (make_step(0, 1),))
    )

    assert chart.line.now is not None
    assert chart.line.now.x == 1


def test_selected_days_have_names() -> None:
    context = make_popup_state("pace").context
    chart = build(make_popup_state("pace"))

    one, two = (chart.select_range(0.3, last) for last in (0.3001, 0.4))

    assert one is not None
    assert two is not None
    assert format_week_range(one, context) == "Sat Nov 21"
    assert (
        format_week_range(two, context) == "Sat Nov 21 \N{EN DASH} Sun Nov 22"
    )


def _report(
    state: PopupState, percent: float, hours_left: float
) -> PopupState:
    """Return a state whose week resets in some hours, in WEEK_END's week."""
    now = WEEK_END - timedelta(hours=hours_left)
    account = state.context.account
    assert account is not None
    limits = tuple(
        replace(limit, percent=percent, as_of=now)
        for limit in account.limits
        if limit.name == "seven_day"
    )
    account = replace(account, limits=limits)
    return state.change_context(account=account, now=now, zone=UTC)
