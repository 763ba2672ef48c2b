"""Build the popup's chart of a week: bars by day, share, pace, projection."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core import calendar, current_limits, limits, periods, status
from claude_tray.core.time import from_epoch_ms, to_epoch_ms
from claude_tray.presentation import (
    curve,
    limit_text,
    rows,
    usage_bars,
    usage_chart,
)
from claude_tray.presentation.chart import (
    APPROXIMATELY,
    ChartPoint,
    Projection,
    WindowChart,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from claude_tray.presentation.context import ViewContext


_WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)


class WeekChartData(NamedTuple):
    """
    What the chart of a week is made of.

    Attributes:
        period: The week, as `find_week`.
        step_ms: Length of a step.
        steps: Usage by step and project, oldest first.
    """

    period: periods.TimeRange
    step_ms: int
    steps: Sequence[periods.ProjectStep] = ()


class _Line(NamedTuple):
    """Cumulative usage: times in milliseconds and amounts; unit and top."""

    points: list[tuple[int, float]]
    has_limit: bool
    by_cost: bool
    top: float

    def find_amount(self, at_ms: int) -> float:
        """Return the amount at a time."""
        earlier = [amount for end_ms, amount in self.points if end_ms <= at_ms]
        return earlier[-1] if earlier else 0.0


def find_week(context: ViewContext) -> periods.TimeRange:
    """
    Return the week of the weekly limit, else the last seven local days.

    It is a range of whole buckets.
    """
    limit = _find_weekly_limit(context)
    if limit is None or limit.usage.resets_at is None:
        today = context.now.astimezone(context.zone).date()
        return periods.compute_days_range(
            today - timedelta(days=6), today, context.zone
        )
    end_ms = (
        to_epoch_ms(limit.usage.resets_at)
        // calendar.BUCKET_MS
        * calendar.BUCKET_MS
    )
    return periods.TimeRange(
        end_ms - _WEEK // timedelta(milliseconds=1), end_ms
    )


def build_week_chart(
    context: ViewContext, usage: WeekChartData
) -> usage_chart.UsageChart:
    """Build the chart of a week."""
    limit = _find_weekly_limit(context)
    intervals = tuple(_list_days(usage.period, context))
    line = _build_line(context, usage, limit)
    frame = usage_bars.BarFrame(
        usage.period,
        usage.step_ms,
        intervals,
        lambda at_ms: _format_share(context, line, at_ms),
    )
    bars = usage_bars.build_bars(usage.steps, frame, context)
    return usage_chart.UsageChart(
        usage_chart.ChartKind.WEEK,
        _build_chart(context, frame, line, limit),
        bars,
        intervals=intervals,
    )


def _find_weekly_limit(context: ViewContext) -> status.LimitProjection | None:
    return next(
        (
            limit
            for limit in context.limits
            if limit.usage.kind is limits.LimitKind.SEVEN_DAY
            and limit.usage.percent is not None
        ),
        None,
    )


def _list_days(
    period: periods.TimeRange, context: ViewContext
) -> Iterator[usage_bars.Interval]:
    """Yield the local days of a week; the first and last may be partial."""
    for day in _iter_dates(period, context):
        local_day = periods.compute_days_range(day, day, context.zone)
        start_ms = max(local_day.start_ms, period.start_ms)
        end_ms = min(local_day.end_ms, period.end_ms)
        if start_ms < end_ms:
            name = rows.format_day_name(day, context)
            yield usage_bars.Interval(
                periods.TimeRange(start_ms, end_ms), name
            )


def _iter_dates(
    period: periods.TimeRange, context: ViewContext
) -> Iterator[date]:
    first, last = (
        from_epoch_ms(at_ms).astimezone(context.zone).date()
        for at_ms in period
    )
    for number in range((last - first).days + 1):
        yield first + number * _DAY


def _build_line(
    context: ViewContext,
    usage: WeekChartData,
    limit: status.LimitProjection | None,
) -> _Line:
    """Add usage up; with a limit, in percent that meet the report."""
    by_cost = any(step.cost for step in usage.steps)
    points: list[tuple[int, float]] = [(usage.period.start_ms, 0.0)]
    for step in usage.steps:
        end_ms = usage.period.start_ms + (step.number + 1) * usage.step_ms
        amount = step.cost if by_cost else step.all_tokens
        points.append((end_ms, points[-1][1] + amount))
    now_ms = min(to_epoch_ms(context.now), usage.period.end_ms)
    points = [(min(at_ms, now_ms), amount) for at_ms, amount in points]
    points.append((now_ms, points[-1][1]))
    line = _Line(
        points, limit is not None, by_cost, current_limits.FULL_PERCENT
    )
    if limit is None:
        return line._replace(top=max(1.0, points[-1][1]) * curve.HEADROOM)
    observed_ms = now_ms
    if limit.is_minimum:
        # A step counts from its start, as the report may be within it.
        observed_ms = to_epoch_ms(limit.usage.as_of) + usage.step_ms
    observed = line.find_amount(observed_ms)
    if not observed:
        return line._replace(points=[])
    scale = limit.usage.percent_or_zero / observed
    return line._replace(points=[(at, part * scale) for at, part in points])


def _build_chart(
    context: ViewContext,
    frame: usage_bars.BarFrame,
    line: _Line,
    limit: status.LimitProjection | None,
) -> WindowChart:
    amount = line.points[-1][1] if line.points else 0.0
    if limit is not None and not line.points:
        amount = limit.usage.percent_or_zero
    label = _format_current(context, line, amount, limit)
    projection = _build_projection(context, frame, limit)
    return WindowChart(
        label=_describe(context, frame, label, limit),
        hour_marks=_build_marks(context, frame),
        curve=tuple(
            ChartPoint(frame.to_fraction(at_ms), min(1.0, part / line.top), "")
            for at_ms, part in line.points
        ),
        now=ChartPoint(
            frame.to_fraction(
                min(to_epoch_ms(context.now), frame.period.end_ms)
            ),
            min(1.0, amount / line.top),
            label,
        ),
        projection=projection,
        limit_label=context.translator.gettext("limit") if limit else "",
        has_even_pace=limit is not None,
        is_limit_near=limit is not None
        and (
            limit.usage.percent_or_zero >= current_limits.FULL_PERCENT
            or limit.runs_out_at is not None
        ),
        status=status.AccountStatus(
            limit.severity if limit else status.Severity.OK
        ),
    )


def _describe(
    context: ViewContext,
    frame: usage_bars.BarFrame,
    amount: str,
    limit: status.LimitProjection | None,
) -> str:
    """Describe the chart in one sentence, for screen readers."""
    gettext = context.translator.gettext
    values = {
        name: context.format_weekday_and_clock(from_epoch_ms(at_ms))
        for name, at_ms in zip(("start", "end"), frame.period, strict=True)
    }
    if limit is None:
        return gettext(
            "Usage from {start} to {end}: {amount} so far.",
            amount=amount,
            **values,
        )
    return gettext(
        "Weekly limit from {start} to {end}: {percent} so far.",
        percent=amount,
        **values,
    )


def _build_projection(
    context: ViewContext,
    frame: usage_bars.BarFrame,
    limit: status.LimitProjection | None,
) -> Projection | None:
    if (
        limit is None
        or limit.usage.percent_or_zero >= current_limits.FULL_PERCENT
    ):
        return None
    if limit.runs_out_at is not None:
        at_ms = to_epoch_ms(limit.runs_out_at)
        label = context.format_weekday_and_clock(limit.runs_out_at)
        return Projection(frame.to_fraction(at_ms), 1.0, label, is_limit=True)
    if limit.percent_at_reset is None:
        return None
    return Projection(
        1.0,
        min(1.0, limit.percent_at_reset / current_limits.FULL_PERCENT),
        context.format_usage(limit.percent_at_reset),
        is_limit=False,
    )


def _format_current(
    context: ViewContext,
    line: _Line,
    amount: float,
    limit: status.LimitProjection | None,
) -> str:
    if limit is not None:
        return limit_text.format_limit_value(limit, context)
    if line.by_cost:
        return context.translator.format_money(round(amount))
    tokens = context.translator.format_tokens(round(amount))
    return context.translator.gettext("{n} tokens", n=tokens)


def _format_share(context: ViewContext, line: _Line, at_ms: int) -> str:
    """Format the share at a time, empty without a limit."""
    if not line.has_limit or not line.points:
        return ""
    return APPROXIMATELY + context.format_usage(line.find_amount(at_ms))


def _build_marks(
    context: ViewContext, frame: usage_bars.BarFrame
) -> tuple[tuple[float, str], ...]:
    """Return the middle of each day and its weekday."""
    days = context.translator.locale.days
    marks = []
    for interval in frame.intervals:
        start_ms, end_ms = interval.period
        if end_ms - start_ms < _DAY // timedelta(milliseconds=2):
            continue
        middle_ms = (start_ms + end_ms) // 2
        local = from_epoch_ms(middle_ms).astimezone(context.zone)
        marks.append((frame.to_fraction(middle_ms), days[local.weekday()]))
    return tuple(marks)


def format_week_range(period: periods.TimeRange, context: ViewContext) -> str:
    """Format selected days: "Tue Nov 24", or two of them with a dash."""
    first, last = (
        from_epoch_ms(at_ms).astimezone(context.zone).date()
        for at_ms in (period.start_ms, period.end_ms - 1)
    )
    names = [
        rows.format_day_name(day, context)
        for day in dict.fromkeys((first, last))
    ]
    return " \N{EN DASH} ".join(names)
