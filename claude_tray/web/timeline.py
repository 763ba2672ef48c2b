"""Build the cost of each hour, day, week or month, stacked by model."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.cost import NANO_USD_PER_USD, Totals, sum_totals
from claude_tray.core.display_names import format_model_name
from claude_tray.presentation.rows import format_daily_cost, format_period_cost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from claude_tray.web.page_context import PageContext, TotalsText
    from claude_tray.web.ranges import DayRange


_HOURS_PER_DAY: Final = 24
# Bars of days are too thin in longer ranges.
_MAX_DAY_BARS: Final = 366
_HOUR, _DAY, _WEEK, _MONTH = "hour", "day", "week", "month"
# What a bar may stand for, if the range has more than one day.
UNITS: Final = (_DAY, _WEEK, _MONTH)
# As many colors as the style sheet has; other models share the last one.
_MAX_COLORS: Final = 6

# Totals by model of an hour (0 to 23), a day or the first day of a month.
StepTotals = dict[str, Totals]


class StackPart(NamedTuple):
    """
    A model or a project in the stacks.

    Attributes:
        css_class: Class of its color.
        model: Model ID or path; empty if it stands for several.
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
    unit: str = "",
) -> UsageTimeline:
    """
    Build the bars of a range, including empty ones.

    Args:
        steps: Totals by model of days with usage; of hours (0 to 23) if the
            range is one day.
        days: Days to show.
        context: Time zone and formats.
        unit: One of UNITS, what a bar stands for; "" or an unsuitable one
            selects it by the length of the range.
    """
    unit = _choose_unit(days, unit)
    by_model = _sum_models(steps.values())
    ranked = sorted(by_model, key=lambda m: (-by_model[m].priced_cost, m))
    totals = sum_totals(by_model.values())
    others = context.translator.gettext("Other models")
    parts = build_stack_parts(
        ranked, by_model, format_model_name, others, context
    )
    bars = tuple(
        bar.build(ranked, context)
        for bar in _iter_steps(steps, days, context, unit)
    )
    return UsageTimeline(
        days,
        _format_title(unit, context),
        _format_summary(totals, days, context),
        bars[::-1],
        parts,
        totals,
    )


def _sum_models(steps: Iterable[StepTotals]) -> StepTotals:
    parts: dict[str, list[Totals]] = {}
    for step in steps:
        for model, totals in step.items():
            parts.setdefault(model, []).append(totals)
    return {model: sum_totals(listed) for model, listed in parts.items()}


def build_stack_parts(
    ranked: list[str],
    totals_by_key: StepTotals,
    get_label: Callable[[str], str],
    others_label: str,
    context: PageContext,
) -> tuple[StackPart, ...]:
    """
    Build the legend of stacks; the last color stands for all others.

    Args:
        ranked: Keys of the parts, the most expensive first.
        totals_by_key: Usage of each part in the range.
        get_label: Returns the name of a key.
        others_label: Name of the parts without a color of their own.
        context: Formats.
    """
    format_cost = context.translator.format_cost
    limit = _MAX_COLORS if len(ranked) <= _MAX_COLORS else _MAX_COLORS - 1
    parts = [
        StackPart(
            f"m{number}", key, get_label(key), format_cost(totals_by_key[key])
        )
        for number, key in enumerate(ranked[:limit], 1)
    ]
    if others := ranked[limit:]:
        rest = sum_totals(totals_by_key[key] for key in others)
        parts.append(
            StackPart(f"m{_MAX_COLORS}", "", others_label, format_cost(rest))
        )
    return tuple(parts)


class _Step(NamedTuple):
    query: str
    name: str
    short_name: str
    by_model: StepTotals

    def build(self, ranked: list[str], context: PageContext) -> TimelineBar:
        totals = sum_totals(self.by_model.values())
        return TimelineBar(
            self.query,
            self.name,
            self.short_name,
            totals,
            context.format_totals(totals),
            format_stack(ranked, self.by_model),
        )


def format_stack(ranked: list[str], by_model: StepTotals) -> str:
    """Format the known costs in dollars of a bar's parts, as "1.2 0.4"."""
    if not by_model:
        return ""
    costs = [
        by_model[m].priced_cost / NANO_USD_PER_USD if m in by_model else 0
        for m in ranked
    ]
    if len(costs) > _MAX_COLORS:
        costs[_MAX_COLORS - 1 :] = [sum(costs[_MAX_COLORS - 1 :])]
    return " ".join(f"{cost:.4g}" for cost in costs)


def _choose_unit(days: DayRange, unit: str) -> str:
    if is_by_hour(days):
        return _HOUR
    has_few_days = days.length <= _MAX_DAY_BARS
    if unit not in UNITS or (unit == _DAY and not has_few_days):
        return _DAY if has_few_days else _MONTH
    return unit


def _iter_steps(
    steps: Mapping[Any, StepTotals],
    days: DayRange,
    context: PageContext,
    unit: str,
) -> Iterator[_Step]:
    if unit == _HOUR:
        yield from _iter_hours(steps, days, context)
    elif unit == _DAY:
        yield from _iter_days(steps, days, context)
    elif unit == _WEEK:
        yield from _iter_weeks(steps, days, context)
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
            translator.join_weekday(weekday, context.format_day(noon)),
            translator.format_day(noon, zone),
            steps.get(day, {}),
        )


def _iter_weeks(
    steps: Mapping[Any, StepTotals],
    days: DayRange,
    context: PageContext,
) -> Iterator[_Step]:
    translator, zone = context.translator, context.zone
    for start, end, models in _group_days(steps, days, _get_monday):
        noon = datetime.combine(start, time(12), zone).astimezone(UTC)
        last = datetime.combine(end, time(12), zone).astimezone(UTC)
        name = f"{context.format_day(noon)} \N{EN DASH} {context.format_day(last)}"
        label = translator.format_day(noon, zone)
        yield _Step(f"from={start}&to={end}", name, label, models)


def _iter_months(
    steps: Mapping[Any, StepTotals],
    days: DayRange,
    context: PageContext,
) -> Iterator[_Step]:
    for start, end, models in _group_days(steps, days, _get_first_of_month):
        name = context.translator.format_month(start)
        yield _Step(f"from={start}&to={end}", name, name, models)


def _group_days(
    steps: Mapping[Any, StepTotals],
    days: DayRange,
    get_first: Callable[[date], date],
) -> Iterator[tuple[date, date, StepTotals]]:
    """Yield first and last day of each group of days, and its totals."""
    listed = [
        date.fromordinal(ordinal)
        for ordinal in range(days.first.toordinal(), days.last.toordinal() + 1)
    ]
    for _, group in groupby(listed, get_first):
        members = list(group)
        models = _sum_models(steps[day] for day in members if day in steps)
        yield members[0], members[-1], models


def _get_monday(day: date) -> date:
    return date.fromordinal(day.toordinal() - day.weekday())


def _get_first_of_month(day: date) -> date:
    return day.replace(day=1)


def _format_title(unit: str, context: PageContext) -> str:
    gettext = context.translator.gettext
    titles = {
        _HOUR: gettext("Cost per hour"),
        _DAY: gettext("Cost per day"),
        _WEEK: gettext("Cost per week"),
        _MONTH: gettext("Cost per month"),
    }
    return titles[unit]


def list_units(
    days: DayRange, unit: str, context: PageContext
) -> tuple[tuple[str, str, bool], ...]:
    """List the units of a range: key, label and whether it is selected."""
    gettext = context.translator.gettext
    if is_by_hour(days):
        return ()
    chosen = _choose_unit(days, unit)
    labels = {
        _DAY: gettext("Days"),
        _WEEK: gettext("Weeks"),
        _MONTH: gettext("Months"),
    }
    return tuple(
        (key, label, key == chosen)
        for key, label in labels.items()
        if _choose_unit(days, key) == key
    )


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
