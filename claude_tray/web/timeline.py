"""Build the cost of each day, month or hour, stacked by model."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.cost import NANO_USD_PER_USD, ZERO_TOTALS, Totals
from claude_tray.core.display_names import format_model_name
from claude_tray.presentation.rows import format_daily_cost, format_period_cost

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from claude_tray.web.page_context import PageContext, TotalsText
    from claude_tray.web.ranges import DayRange


_HOURS_PER_DAY: Final = 24
# Bars of days are too thin in longer ranges.
_MAX_DAY_BARS: Final = 366
# As many colors as the style sheet has; other models share the last one.
_MAX_COLORS: Final = 6

# Totals by model of an hour (0 to 23), a day or the first day of a month.
StepTotals = dict[str, Totals]


class StackPart(NamedTuple):
    """
    A model in the stacks.

    Attributes:
        css_class: Class of its color.
        model: Model ID; empty if it stands for several.
        label: Name in the legend.
        cost: Formatted cost of the range.
    """

    css_class: str
    model: str
    label: str
    cost: str


class TimelineBar(NamedTuple):
    """
    Usage of an hour, a day or a month.

    Attributes:
        query: End of a query that selects it, such as "from=…&to=…".
        name: Its name in the table.
        short_name: Its label below the bar.
        totals: Usage of all models.
        text: The same, formatted.
        stack: Known costs in dollars of the parts, from the bottom up.
    """

    query: str
    name: str
    short_name: str
    totals: Totals
    text: TotalsText
    stack: str


class UsageTimeline(NamedTuple):
    """
    Usage of a range.

    Attributes:
        days: The range.
        title: What a bar stands for, in words.
        summary: Cost of the range and of an average day in words.
        bars: Newest first.
        parts: Models of the stacks, from the bottom up.
        totals: Usage of the range.
    """

    days: DayRange
    title: str
    summary: str
    bars: tuple[TimelineBar, ...]
    parts: tuple[StackPart, ...]
    totals: Totals


def is_by_hour(days: DayRange) -> bool:
    """Return whether a range has bars of hours."""
    return days.length == 1


def build_timeline(
    steps: Mapping[Any, StepTotals],
    days: DayRange,
    context: PageContext,
) -> UsageTimeline:
    """
    Build the bars of a range, including empty ones.

    Args:
        steps: Totals by model of days with usage; of hours (0 to 23) if the
            range is one day.
        days: Days to show.
        context: Time zone and formats.
    """
    by_model = _sum_models(steps.values())
    ranked = sorted(by_model, key=lambda m: (-by_model[m].priced_cost, m))
    totals = _sum_totals(by_model)
    parts = _build_parts(ranked, by_model, context)
    bars = tuple(
        bar.build(ranked, context) for bar in _iter_steps(steps, days, context)
    )
    return UsageTimeline(
        days,
        _format_title(days, context),
        _format_summary(totals, days, context),
        bars[::-1],
        parts,
        totals,
    )


def _sum_models(steps: Iterable[StepTotals]) -> StepTotals:
    sums: StepTotals = {}
    for step in steps:
        for model, totals in step.items():
            sums[model] = sums.get(model, ZERO_TOTALS).plus(totals)
    return sums


def _sum_totals(by_model: StepTotals) -> Totals:
    combined = ZERO_TOTALS
    for totals in by_model.values():
        combined = combined.plus(totals)
    return combined


def _build_parts(
    ranked: list[str], by_model: StepTotals, context: PageContext
) -> tuple[StackPart, ...]:
    format_cost = context.translator.format_cost
    limit = _MAX_COLORS if len(ranked) <= _MAX_COLORS else _MAX_COLORS - 1
    parts = [
        StackPart(
            f"m{number}",
            model,
            format_model_name(model),
            format_cost(by_model[model]),
        )
        for number, model in enumerate(ranked[:limit], 1)
    ]
    if others := ranked[limit:]:
        rest = _sum_totals({model: by_model[model] for model in others})
        label = context.translator.gettext("Other models")
        parts.append(
            StackPart(f"m{_MAX_COLORS}", "", label, format_cost(rest))
        )
    return tuple(parts)


class _Step(NamedTuple):
    query: str
    name: str
    short_name: str
    by_model: StepTotals

    def build(self, ranked: list[str], context: PageContext) -> TimelineBar:
        totals = _sum_totals(self.by_model)
        return TimelineBar(
            self.query,
            self.name,
            self.short_name,
            totals,
            context.format_totals(totals),
            _format_stack(ranked, self.by_model),
        )


def _format_stack(ranked: list[str], by_model: StepTotals) -> str:
    if not by_model:
        return ""
    costs = [
        by_model[m].priced_cost / NANO_USD_PER_USD if m in by_model else 0
        for m in ranked
    ]
    if len(costs) > _MAX_COLORS:
        costs[_MAX_COLORS - 1 :] = [sum(costs[_MAX_COLORS - 1 :])]
    return " ".join(f"{cost:.4g}" for cost in costs)


def _iter_steps(
    steps: Mapping[Any, StepTotals],
    days: DayRange,
    context: PageContext,
) -> Iterator[_Step]:
    if is_by_hour(days):
        yield from _iter_hours(steps, days, context)
    elif days.length <= _MAX_DAY_BARS:
        yield from _iter_days(steps, days, context)
    else:
        yield from _iter_months(steps, days, context)


def _iter_hours(
    steps: Mapping[Any, StepTotals],
    days: DayRange,
    context: PageContext,
) -> Iterator[_Step]:
    for hour in range(_HOURS_PER_DAY):
        name = context.format_hour(hour)
        query = f"from={days.first}&to={days.last}&hour={hour}"
        yield _Step(query, name, name, steps.get(hour, {}))


def _iter_days(
    steps: Mapping[Any, StepTotals],
    days: DayRange,
    context: PageContext,
) -> Iterator[_Step]:
    translator, zone = context.translator, context.zone
    for ordinal in range(days.first.toordinal(), days.last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        # Noon exists on every day of every zone; midnight does not.
        noon = datetime.combine(day, time(12), zone).astimezone(UTC)
        weekday = translator.format_weekday(noon, zone)
        yield _Step(
            f"from={day}&to={day}",
            f"{weekday}, {context.format_day(noon)}",
            translator.format_day(noon, zone),
            steps.get(day, {}),
        )


def _iter_months(
    steps: Mapping[Any, StepTotals],
    days: DayRange,
    context: PageContext,
) -> Iterator[_Step]:
    by_month: dict[date, list[StepTotals]] = {}
    for ordinal in range(days.first.toordinal(), days.last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        month = by_month.setdefault(day.replace(day=1), [])
        if day in steps:
            month.append(steps[day])
    for first, models in by_month.items():
        start = max(first, days.first)
        end = min(_get_month_end(first), days.last)
        month_name = context.translator.locale.months[first.month - 1]
        name = f"{month_name} {first.year}"
        yield _Step(f"from={start}&to={end}", name, name, _sum_models(models))


def _get_month_end(first: date) -> date:
    following = first.toordinal() + 31
    return date.fromordinal(
        date.fromordinal(following).replace(day=1).toordinal() - 1
    )


def _format_title(days: DayRange, context: PageContext) -> str:
    gettext = context.translator.gettext
    if is_by_hour(days):
        return gettext("Cost per hour")
    if days.length <= _MAX_DAY_BARS:
        return gettext("Cost per day")
    return gettext("Cost per month")


def _format_summary(
    totals: Totals, days: DayRange, context: PageContext
) -> str:
    view = context.build_view()
    if is_by_hour(days):
        return context.translator.format_cost(totals)
    total = format_period_cost(totals, days.length, view)
    if totals.cost is None:
        return total
    average = format_daily_cost(totals.cost // days.length, view)
    return f"{total} \N{MIDDLE DOT} {average}"


def format_range(days: DayRange, context: PageContext) -> str:
    """Format a range briefly, as "last 30 days" or "Nov 3 - Nov 9"."""
    translator = context.translator
    if days.preset == "1":
        return translator.gettext("today")
    if days.preset == "month":
        return translator.gettext("this month")
    if days.preset:
        return translator.gettext("last {n} days", n=days.length)
    first, last = (_format_date(d, context) for d in (days.first, days.last))
    return first if first == last else f"{first} \N{EN DASH} {last}"


def _format_date(day: date, context: PageContext) -> str:
    noon = datetime.combine(day, time(12), context.zone)
    return context.format_day(noon)
