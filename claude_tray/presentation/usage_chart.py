"""Build the popup's chart of a window: bars, line, pace and last window."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.periods import ProjectStep, TimeRange
from claude_tray.core.time import from_epoch_ms, to_epoch_ms
from claude_tray.presentation.chart import (
    APPROXIMATELY,
    WindowChart,
    build_chart,
    build_window_chart,
    format_amount,
)
from claude_tray.presentation.curve import CurveStep, UsageCurve, build_curve
from claude_tray.presentation.usage_bars import (
    BarFrame,
    ChartBars,
    Interval,
    build_bars,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claude_tray.core.windows import Window
    from claude_tray.presentation.context import ViewContext


_INTERVAL: Final = timedelta(minutes=10)
_EN_DASH: Final = "\N{EN DASH}"


class ChartKind(StrEnum):
    """What the chart shows."""

    WINDOW = "window"
    WEEK = "week"


class UsageChart(NamedTuple):
    """
    A chart with bars below a line; all positions are 0 to 1.

    Attributes:
        kind: What it shows.
        line: Cumulative share, pace, projection and marks.
        bars: Usage by interval and project.
        ghost: The line of the window before; may be empty.
        ghost_label: Its label.
        intervals: Ranges that can be selected.
    """

    kind: ChartKind
    line: WindowChart
    bars: ChartBars = ChartBars()
    ghost: tuple[tuple[float, float], ...] = ()
    ghost_label: str = ""
    intervals: tuple[Interval, ...] = ()

    def select_range(self, first: float, last: float) -> TimeRange | None:
        """
        Return the intervals between two positions, None without any.

        Args:
            first: Position, 0 to 1.
            last: The other end, on either side.
        """
        if not self.intervals:
            return None
        start_ms, end_ms = self.period
        low, high = (
            start_ms + min(1.0, max(0.0, position)) * (end_ms - start_ms)
            for position in sorted((first, last))
        )
        selected = [
            interval.period
            for interval in self.intervals
            if interval.period.start_ms < high and interval.period.end_ms > low
        ]
        if not selected:
            return None
        return TimeRange(selected[0].start_ms, selected[-1].end_ms)

    @property
    def period(self) -> TimeRange:
        """The time between the edges; the chart has intervals."""
        first, last = self.intervals[0].period, self.intervals[-1].period
        return TimeRange(first.start_ms, last.end_ms)

    def locate_range(self, selected: TimeRange) -> tuple[float, float] | None:
        """Return the positions of a range, None if it is outside."""
        if not self.intervals:
            return None
        start_ms, end_ms = self.period
        if selected.start_ms >= end_ms or selected.end_ms <= start_ms:
            return None
        first, last = (
            min(1.0, max(0.0, (at_ms - start_ms) / (end_ms - start_ms)))
            for at_ms in selected
        )
        return first, last


class WindowChartData(NamedTuple):
    """
    What the chart of a window is made of.

    Attributes:
        steps: Usage by two minutes, oldest first.
        step_ms: Length of a step.
        project_steps: The same by project.
        reports: Reported percentages with their times.
        previous: The window before; None without one.
        previous_steps: Its usage by two minutes.
    """

    steps: Sequence[CurveStep]
    step_ms: int
    project_steps: Sequence[ProjectStep] = ()
    reports: Sequence[tuple[int, float]] = ()
    previous: Window | None = None
    previous_steps: Sequence[CurveStep] = ()


def build_usage_chart(
    context: ViewContext, usage: WindowChartData
) -> UsageChart | None:
    """Build the chart; None for an account without a 5-hour limit."""
    window = context.window
    if window is None:
        idle = build_chart(context, (), usage.step_ms)
        return UsageChart(ChartKind.WINDOW, idle) if idle else None
    curve = build_curve(
        context, window, usage.steps, usage.step_ms, usage.reports
    )
    period = TimeRange(to_epoch_ms(window.start), to_epoch_ms(window.end))
    intervals = tuple(_list_intervals(period, context))
    frame = BarFrame(
        period,
        usage.step_ms,
        intervals,
        lambda at_ms: _format_share(context, curve, from_epoch_ms(at_ms)),
    )
    ghost = _build_ghost(usage, curve)
    return UsageChart(
        ChartKind.WINDOW,
        build_window_chart(context, window, curve),
        build_bars(usage.project_steps, frame, context),
        ghost,
        context.translator.gettext("last window") if ghost else "",
        intervals,
    )


def _list_intervals(period: TimeRange, context: ViewContext) -> list[Interval]:
    step_ms = _INTERVAL // timedelta(milliseconds=1)
    intervals = []
    for start_ms in range(period.start_ms, period.end_ms, step_ms):
        end_ms = min(start_ms + step_ms, period.end_ms)
        part = TimeRange(start_ms, end_ms)
        intervals.append(Interval(part, format_clock_range(part, context)))
    return intervals


def format_clock_range(period: TimeRange, context: ViewContext) -> str:
    """Format a range within hours: "12:20-12:30"."""
    start, end = (context.format_clock(from_epoch_ms(at)) for at in period)
    return f"{start}{_EN_DASH}{end}"


def _format_share(
    context: ViewContext, curve: UsageCurve, at: datetime
) -> str:
    """Format the share at a time; empty without a limit or in the future."""
    if not curve.has_limit:
        return ""
    amounts = [point.amount for point in curve.points if point.at <= at]
    if not amounts:
        return ""
    return APPROXIMATELY + format_amount(context, curve, amounts[-1])


def _build_ghost(
    usage: WindowChartData, curve: UsageCurve
) -> tuple[tuple[float, float], ...]:
    """Return the line of the window before, in the unit of the curve."""
    previous = usage.previous
    if previous is None or not usage.previous_steps or not curve.points:
        return ()
    by_cost = curve.has_limit and not any(
        step.unpriced for step in (*usage.steps, *usage.previous_steps)
    )
    amount = sum(_measure(step, by_cost=by_cost) for step in usage.steps)
    if not amount:
        return ()
    # What cost this much of the limit now cost as much of it before.
    scale = curve.points[-1].amount / amount if curve.has_limit else 1.0
    period = TimeRange(to_epoch_ms(previous.start), to_epoch_ms(previous.end))
    points, total = [(0.0, 0.0)], 0.0
    for step in usage.previous_steps:
        total += _measure(step, by_cost=by_cost) * scale / curve.top
        x = (step.end_ms - period.start_ms) / (period.end_ms - period.start_ms)
        points.append((min(1.0, max(0.0, x)), min(1.0, total)))
    return (*points, (1.0, points[-1][1]))


def _measure(step: CurveStep, *, by_cost: bool) -> int:
    return step.cost if by_cost else step.tokens
