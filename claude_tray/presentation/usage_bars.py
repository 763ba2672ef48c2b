"""Build the bars of a chart: usage by interval of time and by project."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core import display_names, periods
from claude_tray.presentation.limit_text import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from claude_tray.presentation.context import ViewContext


# Projects with a color of their own; all others share one more.
SERIES_COUNT: Final = 3
OTHERS_SERIES: Final = SERIES_COUNT
_MAX_HOVER_PROJECTS: Final = 3


class BarPart(NamedTuple):
    """A part of a bar: number of its series, and its height from 0 to 1."""

    series: int
    height: float


class ChartBar(NamedTuple):
    """
    Usage of one interval.

    Attributes:
        start: Position of its start, 0 to 1; likewise the end.
        end: Position of its end.
        parts: From the bottom to the top; the highest bar adds up to 1.
        lines: Time, cost and share, then its projects.
    """

    start: float
    end: float
    parts: tuple[BarPart, ...]
    lines: tuple[str, ...]


class ChartBars(NamedTuple):
    """
    The bars of a chart, without those of empty intervals.

    Attributes:
        bars: From the first to the last.
        legend: Name of each series that occurs, in order.
    """

    bars: tuple[ChartBar, ...] = ()
    legend: tuple[str, ...] = ()


class Interval(NamedTuple):
    """An interval of a chart, and its name, as "12:20-12:30"."""

    period: periods.TimeRange
    name: str


class BarFrame(NamedTuple):
    """
    The time that bars are drawn over.

    Attributes:
        period: From the left edge of the chart to the right one.
        step_ms: Length of the steps that usage is given in.
        intervals: One for each bar, without gaps, in order.
        format_share: Returns the share used at a time in milliseconds, as
            "≈ 34%"; may be empty.
    """

    period: periods.TimeRange
    step_ms: int
    intervals: Sequence[Interval]
    format_share: Callable[[int], str]

    def to_fraction(self, at_ms: int) -> float:
        """Convert a time to a position, 0 to 1."""
        start_ms, end_ms = self.period
        return (at_ms - start_ms) / max(1, end_ms - start_ms)


class _ProjectUsage(NamedTuple):
    """Cost and tokens of a project."""

    cost: int = 0
    tokens: int = 0
    unpriced: int = 0

    def plus(self, step: periods.ProjectStep) -> _ProjectUsage:
        return _ProjectUsage(
            self.cost + step.cost,
            self.tokens + step.all_tokens,
            self.unpriced + step.unpriced,
        )


def build_bars(
    steps: Sequence[periods.ProjectStep], frame: BarFrame, context: ViewContext
) -> ChartBars:
    """Build a bar for each interval with usage."""
    totals: dict[str, _ProjectUsage] = {}
    usage_by_interval: dict[int, dict[str, _ProjectUsage]] = {}
    starts = [interval.period.start_ms for interval in frame.intervals]
    for step in steps:
        at_ms = frame.period.start_ms + step.number * frame.step_ms
        interval = max(0, bisect_right(starts, at_ms) - 1)
        projects = usage_by_interval.setdefault(interval, {})
        for usage in (projects, totals):
            usage[step.project] = usage.get(
                step.project, _ProjectUsage()
            ).plus(step)
    by_cost = any(usage.cost for usage in totals.values())
    ranked = _rank(totals, by_cost=by_cost)
    labels = display_names.build_unique_labels(ranked)
    series = {project: i for i, project in enumerate(ranked[:SERIES_COUNT])}
    highest = max(
        (
            sum(_measure(usage, by_cost=by_cost) for usage in part.values())
            for part in usage_by_interval.values()
        ),
        default=0,
    )
    bars = tuple(
        ChartBar(
            frame.to_fraction(frame.intervals[number].period.start_ms),
            frame.to_fraction(frame.intervals[number].period.end_ms),
            _build_parts(part, series, highest or 1, by_cost=by_cost),
            _format_lines(
                part, frame, frame.intervals[number], labels, context
            ),
        )
        for number, part in sorted(usage_by_interval.items())
    )
    legend = [labels[project] for project in ranked[:SERIES_COUNT]]
    if len(ranked) > SERIES_COUNT:
        legend.append(context.translator.gettext("Others"))
    return ChartBars(bars, tuple(legend))


def _build_parts(
    usage: Mapping[str, _ProjectUsage],
    series: Mapping[str, int],
    highest: int,
    *,
    by_cost: bool,
) -> tuple[BarPart, ...]:
    heights: dict[int, float] = {}
    for project, part in usage.items():
        number = series.get(project, OTHERS_SERIES)
        height = _measure(part, by_cost=by_cost) / highest
        heights[number] = heights.get(number, 0.0) + height
    return tuple(BarPart(*item) for item in sorted(heights.items()))


def _format_lines(
    usage: Mapping[str, _ProjectUsage],
    frame: BarFrame,
    interval: Interval,
    labels: Mapping[str, str],
    context: ViewContext,
) -> tuple[str, ...]:
    by_cost = any(part.cost for part in usage.values())
    ranked = _rank(usage, by_cost=by_cost)
    total = _ProjectUsage(
        *(sum(column) for column in zip(*usage.values(), strict=True))
    )
    first = (
        interval.name,
        _format_usage(total, context),
        frame.format_share(interval.period.end_ms),
    )
    lines = [SEPARATOR.join(filter(None, first))]
    for project in ranked[:_MAX_HOVER_PROJECTS]:
        amount = _format_usage(usage[project], context)
        lines.append(f"{labels[project]}  {amount}")
    hidden = len(ranked) - _MAX_HOVER_PROJECTS
    if hidden > 0:
        count = context.translator.format_integer(hidden)
        lines.append(context.translator.gettext("Others ({n})", n=count))
    return tuple(lines)


def _format_usage(usage: _ProjectUsage, context: ViewContext) -> str:
    translator = context.translator
    if usage.cost or not usage.unpriced:
        return translator.format_money(usage.cost)
    tokens = translator.format_tokens(usage.tokens)
    return translator.gettext("{n} tokens", n=tokens)


def _rank(usage: Mapping[str, _ProjectUsage], *, by_cost: bool) -> list[str]:
    """Return projects, those with the most usage first."""
    return sorted(
        usage, key=lambda p: (-_measure(usage[p], by_cost=by_cost), p)
    )


def _measure(usage: _ProjectUsage, *, by_cost: bool) -> int:
    return usage.cost if by_cost else usage.tokens
