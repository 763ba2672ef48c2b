"""Query the usage that only the popup shows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.calendar import compute_first_bucket, sum_by_day
from claude_tray.core.cost_breakdown import (
    ZERO_COST_BREAKDOWN,
    CostBreakdown,
    break_down_cost,
)
from claude_tray.core.time import to_epoch_ms
from claude_tray.core.totals import (
    ZERO_TOTALS,
    Totals,
    merge_totals,
    rank_by_cost,
)
from claude_tray.store import windows
from claude_tray.store.usage_queries import (
    TimeBucket,
    list_time_buckets,
    list_usage_groups,
    load_totals_by_bucket,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    from claude_tray.core.accounts import Account
    from claude_tray.core.pricing import PriceTable
    from claude_tray.core.snapshot import Snapshot
    from claude_tray.core.windows import Window
    from claude_tray.store.connection import Reader, Writer


DAY_COUNT: Final = 30


class WindowBreakdown(NamedTuple):
    """
    Usage of one account's open or latest window.

    Attributes:
        window: The open window, or else the one that ended last.
        buckets: Usage over time.
        cost_breakdown: Cost by kind of token.
        projects: Path and totals, most expensive first.
        models: Model ID and totals, most expensive first.
    """

    window: Window | None = None
    buckets: tuple[TimeBucket, ...] = ()
    cost_breakdown: CostBreakdown = ZERO_COST_BREAKDOWN
    projects: tuple[tuple[str, Totals], ...] = ()
    models: tuple[tuple[str, Totals], ...] = ()


class PopupData(NamedTuple):
    """
    Stored data of a view.

    Attributes:
        snapshot: The snapshot that the tray shows too.
        breakdown: Of the account on display.
        daily_totals: Totals of the last 30 local days, oldest first.
    """

    snapshot: Snapshot
    breakdown: WindowBreakdown = WindowBreakdown()
    daily_totals: tuple[tuple[date, Totals], ...] = ()


def load_window_breakdown(
    reader: Reader | Writer,
    account: Account,
    prices: PriceTable,
    now: datetime,
) -> WindowBreakdown:
    """Load the usage of an account's open or latest window."""
    now_ms = to_epoch_ms(now)
    window = windows.find_latest(reader, account, now_ms)
    if window is None:
        return WindowBreakdown()
    start_ms = to_epoch_ms(window.start)
    end_ms = to_epoch_ms(window.end)
    bounds = (start_ms, end_ms)
    usage_groups = list_usage_groups(reader, account.key, *bounds)
    return WindowBreakdown(
        window,
        tuple(list_time_buckets(reader, account.key, *bounds)),
        break_down_cost(usage_groups, prices, start_ms),
        _rank((group.project, group.totals) for group in usage_groups),
        _rank((group.model, group.totals) for group in usage_groups),
    )


def load_daily_totals(
    reader: Reader | Writer,
    now: datetime,
    zone: tzinfo | None = None,
) -> tuple[tuple[date, Totals], ...]:
    """Load the totals of the last 30 local days, including empty ones."""
    today = now.astimezone(zone).date()
    first = today - timedelta(days=DAY_COUNT - 1)
    buckets = load_totals_by_bucket(reader, compute_first_bucket(first, zone))
    totals_by_day = sum_by_day(buckets, zone)
    days = [first + timedelta(days=number) for number in range(DAY_COUNT)]
    return tuple((day, totals_by_day.get(day, ZERO_TOTALS)) for day in days)


def _rank(
    parts: Iterable[tuple[str, Totals]],
) -> tuple[tuple[str, Totals], ...]:
    return tuple(rank_by_cost(merge_totals({}, parts).items()))
