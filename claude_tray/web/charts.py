"""Build daily usage, the heatmap of the week and cost shares."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from math import gcd
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.calendar import (
    compute_bucket_start,
    compute_first_bucket,
)
from claude_tray.core.cost import NANO_USD_PER_USD, ZERO_TOTALS, Totals
from claude_tray.core.cost_breakdown import break_down_cost
from claude_tray.presentation.rows import (
    TokenCostRow,
    build_token_costs,
    format_daily_cost,
    format_period_cost,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.core.price_table import PriceTable
    from claude_tray.core.usage import PricingTerms
    from claude_tray.web.page_context import PageContext, TotalsText


_DAYS_PER_YEAR: Final = 365
DAY_RANGES: Final = (7, 30, 90, _DAYS_PER_YEAR)
DEFAULT_DAY_COUNT: Final = 30
_BUCKETS_PER_HOUR: Final = 4


class DayUsage(NamedTuple):
    """Usage of a local day."""

    date: date
    name: str
    short_name: str
    totals: Totals
    text: TotalsText

    @property
    def dollars(self) -> str:
        """Known cost in dollars, as a number for the chart."""
        return f"{self.totals.priced_cost / NANO_USD_PER_USD:.4f}"


class DailyUsage(NamedTuple):
    """
    Usage of the last days, newest first.

    Attributes:
        length: Number of days.
        summary: Cost of all days and of an average day in words.
        ranges: Lengths to choose from, with their labels.
    """

    length: int
    summary: str
    rows: tuple[DayUsage, ...]
    totals: Totals
    ranges: tuple[tuple[int, str], ...]


def parse_day_count(text: str) -> int:
    """Parse one of DAY_RANGES; anything else is the default."""
    counts_by_text = {str(length): length for length in DAY_RANGES}
    return counts_by_text.get(text, DEFAULT_DAY_COUNT)


def compute_first_day(day_count: int, context: PageContext) -> date:
    """Return the first of the last days up to today."""
    return context.today - timedelta(days=day_count - 1)


def compute_bucket_width(day_count: int, context: PageContext) -> int:
    """
    Return how many 15-minute buckets can be summed in one step.

    No step may cross a local midnight: 4 if all midnights of the last days
    are full hours of UTC, 1 or 2 in zones offset by less than an hour.
    """
    dates = [context.today - timedelta(days=n) for n in range(day_count + 1)]
    buckets = [compute_first_bucket(day, context.zone) for day in dates]
    # Steps start at multiples of their width, so it must divide all midnights.
    return gcd(_BUCKETS_PER_HOUR, *buckets)


def build_daily_usage(
    totals_by_day: Mapping[date, Totals],
    day_count: int,
    context: PageContext,
) -> DailyUsage:
    """
    Build the last days, including empty ones.

    Args:
        totals_by_day: Totals of days with usage.
        day_count: Number of days, today included.
        context: Time zone and formats.
    """
    dates = [context.today - timedelta(days=n) for n in range(day_count)]
    rows = tuple(
        _build_day(day, totals_by_day.get(day, ZERO_TOTALS), context)
        for day in dates
    )
    totals = ZERO_TOTALS
    for row in rows:
        totals = totals.plus(row.totals)
    return DailyUsage(
        day_count,
        _format_daily_summary(totals, day_count, context),
        rows,
        totals,
        _list_day_ranges(context),
    )


def _list_day_ranges(context: PageContext) -> tuple[tuple[int, str], ...]:
    gettext = context.translator.gettext
    return tuple(
        (
            length,
            gettext("Year")
            if length == _DAYS_PER_YEAR
            else gettext("{n} days", n=length),
        )
        for length in DAY_RANGES
    )


def _build_day(day: date, totals: Totals, context: PageContext) -> DayUsage:
    # Noon exists on every day of every zone; midnight does not.
    noon = datetime.combine(day, time(12), tzinfo=context.zone).astimezone(UTC)
    weekday = context.translator.format_weekday(noon, context.zone)
    short_name = context.translator.format_day(noon, context.zone)
    return DayUsage(
        day,
        f"{weekday}, {context.format_day(noon)}",
        short_name,
        totals,
        context.format_totals(totals),
    )


def _format_daily_summary(
    totals: Totals, day_count: int, context: PageContext
) -> str:
    view = context.build_view()
    total = format_period_cost(totals, day_count, view)
    if totals.cost is None:
        return total
    average = format_daily_cost(totals.cost // day_count, view)
    return f"{total} \N{MIDDLE DOT} {average}"


_DAYS_PER_WEEK: Final = 7
_HOURS_PER_DAY: Final = 24
_MAX_LEVEL: Final = 4
_LABEL_INTERVAL: Final = 3


class HeatmapCell(NamedTuple):
    """Usage in one hour of a weekday; `level` is 0 (none) to 4 (most)."""

    level: int
    tokens: str
    title: str


class HeatmapHour(NamedTuple):
    """Label of an hour of the day; only marked ones are visible."""

    name: str
    is_marked: bool


class Heatmap(NamedTuple):
    """Column labels, and a row of 24 cells for each day from Monday."""

    hours: tuple[HeatmapHour, ...]
    rows: tuple[tuple[str, tuple[HeatmapCell, ...]], ...]


def build_heatmap(
    buckets: Iterable[tuple[int, Totals]], context: PageContext
) -> Heatmap:
    """
    Build the heatmap of tokens by weekday and hour.

    Args:
        buckets: Numbers of 15-minute buckets and their totals.
        context: Time zone and formats.
    """
    sums = [[0] * _HOURS_PER_DAY for _ in range(_DAYS_PER_WEEK)]
    for bucket, totals in buckets:
        local = compute_bucket_start(bucket).astimezone(context.zone)
        sums[local.weekday()][local.hour] += totals.tokens.total
    max_tokens = max(max(row) for row in sums)
    names = [_format_hour(hour, context) for hour in range(_HOURS_PER_DAY)]
    return Heatmap(
        tuple(
            HeatmapHour(n, h % _LABEL_INTERVAL == 0)
            for h, n in enumerate(names)
        ),
        tuple(
            (
                day,
                tuple(
                    _build_heatmap_cell(
                        f"{day} {hour}", tokens, max_tokens, context
                    )
                    for hour, tokens in zip(names, row, strict=True)
                ),
            )
            for day, row in zip(
                context.translator.locale.days, sums, strict=True
            )
        ),
    )


def _build_heatmap_cell(
    time: str, tokens: int, max_tokens: int, context: PageContext
) -> HeatmapCell:
    # Round up, so that any usage is visible.
    level = -(-tokens * _MAX_LEVEL // max_tokens) if tokens else 0
    number = context.translator.format_tokens(tokens)
    text = context.translator.gettext("{n} tokens", n=number)
    return HeatmapCell(level, number, f"{time} \N{MIDDLE DOT} {text}")


def _format_hour(hour: int, context: PageContext) -> str:
    """Format an hour, as "15:00" or "3 PM"."""
    at = datetime(2026, 1, 1, hour, tzinfo=context.zone)
    text = context.translator.format_clock(at, context.zone)
    return (
        text if context.translator.locale.is_24h else text.replace(":00", "")
    )


class PricedUsage(NamedTuple):
    """Usage of a model under the same pricing terms."""

    model: str
    terms: PricingTerms
    totals: Totals


class TokenCostShare(NamedTuple):
    """Cost of one kind of token, and the CSS class of its color."""

    css_class: str
    row: TokenCostRow


# In the order of CostBreakdown.parts.
_CSS_CLASSES: Final = ("read", "write", "output", "input")


def build_cost_shares(
    usages: Iterable[PricedUsage],
    prices: PriceTable,
    at_ms: int,
    context: PageContext,
) -> tuple[TokenCostShare, ...]:
    """
    Break down a cost by kind of token; empty if a price is unknown.

    Args:
        usages: Usage by model and pricing terms.
        prices: Price table.
        at_ms: Time whose prices apply.
        context: Formats.
    """
    breakdown = break_down_cost(usages, prices, at_ms)
    has_cost = any(token_cost.cost for token_cost in breakdown.parts)
    if not breakdown.is_complete or not has_cost:
        return ()
    rows = build_token_costs(breakdown, context.build_view())
    return tuple(map(TokenCostShare, _CSS_CLASSES, rows))
