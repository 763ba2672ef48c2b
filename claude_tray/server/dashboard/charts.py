"""Cost per day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from math import gcd
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import F

from claude_tray.core.calendar import (
    BUCKET_MS,
    compute_bucket_start,
    compute_first_bucket,
    sum_by_day,
)
from claude_tray.core.cost_breakdown import break_down_cost
from claude_tray.core.pricing import NANO_USD_PER_USD
from claude_tray.core.totals import ZERO_TOTALS, Totals
from claude_tray.i18n.translator import ENGLISH
from claude_tray.server.dashboard.tables import UsageTile
from claude_tray.server.usage.models import Session, UsageSnapshot
from claude_tray.server.usage.queries.aggregates import (
    RECORD_AGGREGATES,
    build_totals,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.core.pricing import PriceTable
    from claude_tray.core.usage import PricingTerms
    from claude_tray.server.dashboard.page_context import PageContext


DAY_RANGES: Final = (
    (7, "7 days"),
    (30, "30 days"),
    (90, "90 days"),
    (365, "Year"),
)
DEFAULT_DAY_COUNT: Final = 30
_BUCKETS_PER_HOUR: Final = 4


class DayUsage(NamedTuple):
    """A local day, and what was used on it."""

    date: date
    name: str
    short: str
    totals: Totals

    @property
    def dollars(self) -> str:
        """What is known of its cost, for the chart."""
        return f"{self.totals.priced_cost / NANO_USD_PER_USD:.4f}"


class DailyUsage(NamedTuple):
    """The last days, the newest first."""

    length: int
    summary: str
    rows: tuple[DayUsage, ...]
    totals: Totals
    lengths: tuple[tuple[int, str], ...] = DAY_RANGES


def parse_day_count(text: str) -> int:
    """Return how many days are asked for; the usual number if not one."""
    counts_by_text = {str(length): length for length, _ in DAY_RANGES}
    return counts_by_text.get(text, DEFAULT_DAY_COUNT)


def compute_first_day(day_count: int, context: PageContext) -> date:
    """Return the first of the last days."""
    return context.today - timedelta(days=day_count - 1)


def compute_bucket_width(day_count: int, context: PageContext) -> int:
    """
    Return how many quarters of an hour may be taken together.

    Four, where all midnights of the last days are full hours of UTC.
    """
    dates = [context.today - timedelta(days=n) for n in range(day_count + 1)]
    buckets = [compute_first_bucket(day, context.zone) for day in dates]
    return gcd(_BUCKETS_PER_HOUR, *buckets)


def build_daily_usage(
    totals_by_day: Mapping[date, Totals],
    day_count: int,
    context: PageContext,
) -> DailyUsage:
    """
    Return the last days, empty ones too.

    Args:
        totals_by_day: What was used on days that are not empty.
        day_count: How many days.
        context: Whose days.
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
    )


def _build_day(day: date, totals: Totals, context: PageContext) -> DayUsage:
    noon = datetime.combine(day, time(12), tzinfo=context.zone).astimezone(UTC)
    weekday = context.translator.format_weekday(noon, context.zone)
    short = context.translator.format_day(noon, context.zone)
    return DayUsage(
        day, f"{weekday}, {context.format_day(noon)}", short, totals
    )


def _format_daily_summary(
    totals: Totals, day_count: int, context: PageContext
) -> str:
    cost = context.translator.format_cost(totals)
    if totals.cost is None:
        return f"{cost} in {day_count} days"
    cost_per_day = context.translator.format_money(totals.cost // day_count)
    return f"{cost} in {day_count} days \N{MIDDLE DOT} {cost_per_day} a day"


_DAYS_PER_WEEK: Final = 7
_HOURS_PER_DAY: Final = 24
_MAX_LEVEL: Final = 4
_LABEL_INTERVAL: Final = 3


class HeatmapCell(NamedTuple):
    """An hour of a weekday; its level is 0 (nothing) to 4 (most)."""

    level: int
    tokens: int
    title: str


class HeatmapHour(NamedTuple):
    """An hour of the day; a marked one's name is written."""

    name: str
    is_marked: bool


class Heatmap(NamedTuple):
    """Seven rows of squares, from Monday on."""

    hours: tuple[HeatmapHour, ...]
    rows: tuple[tuple[str, tuple[HeatmapCell, ...]], ...]


def build_heatmap(
    buckets: Iterable[tuple[int, Totals]], context: PageContext
) -> Heatmap:
    """
    Return when in the week tokens were used, all kinds counted.

    Args:
        buckets: Numbers of quarters of an hour and their sums.
        context: Whose hours.
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
                    _build_heatmap_cell(day, *pair, max_tokens)
                    for pair in zip(names, row, strict=True)
                ),
            )
            for day, row in zip(ENGLISH.locale.days, sums, strict=True)
        ),
    )


def _build_heatmap_cell(
    day: str, hour: str, tokens: int, max_tokens: int
) -> HeatmapCell:
    level = -(-tokens * _MAX_LEVEL // max_tokens) if tokens else 0
    amount = f"{ENGLISH.format_tokens(tokens)} tokens" if tokens else "nothing"
    return HeatmapCell(level, tokens, f"{day} {hour} \N{MIDDLE DOT} {amount}")


def _format_hour(hour: int, context: PageContext) -> str:
    """Return an hour as "15:00" or "3 PM"."""
    at = datetime(2026, 1, 1, hour, tzinfo=context.zone)
    text = context.translator.format_clock(at, context.zone)
    return (
        text if context.translator.locale.is_24h else text.replace(":00", "")
    )


class PricedUsage(NamedTuple):
    """What was used of a model under the terms of its price."""

    model: str
    terms: PricingTerms
    totals: Totals


class TokenCostShare(NamedTuple):
    """
    Tokens of a kind.

    Attributes:
        name: What it is called.
        style: The name of its colour.
        tokens: How many.
        cost: Nano-dollars.
        share: Of the whole cost, 0 to 1.
    """

    name: str
    style: str
    tokens: int
    cost: int
    share: float


_TOKEN_KINDS: Final = (
    ("Cache read", "read"),
    ("Cache write", "write"),
    ("Output", "output"),
    ("Input", "input"),
)


def build_cost_shares(
    usages: Iterable[PricedUsage],
    prices: PriceTable,
    at_ms: int,
) -> tuple[TokenCostShare, ...]:
    """
    Return what tokens cost by kind; nothing where a price is unknown.

    Args:
        usages: What was used.
        prices: What it costs.
        at_ms: When it was used.
    """
    breakdown = break_down_cost(usages, prices, at_ms)
    total_cost = sum(token_cost.cost for token_cost in breakdown.parts)
    if not breakdown.is_complete or not total_cost:
        return ()
    return tuple(
        TokenCostShare(
            name,
            style,
            token_cost.tokens,
            token_cost.cost,
            token_cost.cost / total_cost,
        )
        for (name, style), token_cost in zip(
            _TOKEN_KINDS, breakdown.parts, strict=True
        )
    )


def load_project_days(
    user: int,
    name: str,
    day_count: int,
    context: PageContext,
) -> tuple[DailyUsage, tuple[UsageTile, ...]]:
    """Return the last days of a project, and what the latest add up to."""
    max_days = max(day_count, DEFAULT_DAY_COUNT)
    since_ms = (
        compute_first_bucket(
            compute_first_day(max_days, context), context.zone
        )
        * BUCKET_MS
    )
    totals_by_day = _load_project_totals(user, name, since_ms, context)
    tiles = tuple(
        UsageTile(
            f"Last {days} days",
            build_daily_usage(totals_by_day, days, context).totals,
        )
        for days in (_DAYS_PER_WEEK, DEFAULT_DAY_COUNT)
    )
    return build_daily_usage(totals_by_day, day_count, context), tiles


def _load_project_totals(
    user: int,
    name: str,
    since_ms: int,
    context: PageContext,
) -> dict[date, Totals]:
    sessions = Session.objects.filter(
        user=user,
        project__name=name,
        last_ms__gte=since_ms,
    )
    rows = (
        UsageSnapshot.objects.filter(
            session__in=sessions.values("pk"),
            at_ms__gte=since_ms,
        )
        .annotate(cell=F("at_ms") / BUCKET_MS)
        .values_list("cell")
        .annotate(**RECORD_AGGREGATES)
        .order_by("cell")
    )
    return sum_by_day(
        ((int(bucket), build_totals(sums)) for bucket, *sums in rows),
        context.zone,
    )
