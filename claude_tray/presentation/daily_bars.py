"""Build the bars of daily costs."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.totals import Totals
    from claude_tray.presentation.context import ViewContext


_MONDAY: Final = 0
_SATURDAY: Final = 5


class DayBar(NamedTuple):
    """
    A day.

    Attributes:
        name: As "Sat Nov 14".
        cost: Formatted.
        fraction: Relative to the most expensive day, 0 to 1.
        mark: Label below the bar; empty except on Mondays.
        is_weekend: Drawn fainter.
    """

    name: str
    cost: str
    fraction: float
    mark: str
    is_weekend: bool


class DailyCosts(NamedTuple):
    """The last 30 days, oldest first, with total and average in words."""

    total: str
    average: str
    bars: tuple[DayBar, ...]


def build_daily_costs(
    days: Sequence[tuple[date, Totals]],
    total: Totals,
    context: ViewContext,
) -> DailyCosts:
    """
    Build one bar for each day.

    Args:
        days: Totals of consecutive local days, oldest first.
        total: Totals of all these days.
        context: Formats.
    """
    translator = context.translator
    largest = max((totals.priced_cost for _, totals in days), default=0) or 1
    average = total.priced_cost // max(1, len(days))
    return DailyCosts(
        format_period_cost(total, len(days), context),
        format_daily_cost(average, context),
        tuple(
            DayBar(
                format_day_name(day, context),
                translator.format_cost(totals),
                totals.priced_cost / largest,
                _format_date(day, context) if day.weekday() == _MONDAY else "",
                is_weekend=day.weekday() >= _SATURDAY,
            )
            for day, totals in days
        ),
    )


def format_period_cost(
    total: Totals, day_count: int, context: ViewContext
) -> str:
    """Format the cost of the last days, as "$4.20 in 30 days"."""
    return context.translator.gettext(
        "{cost} in {n} days",
        cost=context.translator.format_cost(total),
        n=day_count,
    )


def format_daily_cost(cost: int, context: ViewContext) -> str:
    """Format an average in nano-dollars, as "$0.14 per day"."""
    return context.translator.gettext(
        "{cost} per day", cost=context.translator.format_money(cost)
    )


def format_day_name(day: date, context: ViewContext) -> str:
    """Format a day, as "Sat Nov 14"."""
    weekday = context.translator.locale.days[day.weekday()]
    return f"{weekday} {_format_date(day, context)}"


def _format_date(day: date, context: ViewContext) -> str:
    # Noon exists on every day of every zone; midnight does not.
    noon = datetime(day.year, day.month, day.day, 12).astimezone()
    return context.translator.format_day(noon)
