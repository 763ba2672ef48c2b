"""What the popup shows, read from the store at one moment."""

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
    from claude_tray.store.usage_queries import TimeBucket


DAY_COUNT: Final = 30


class WindowBreakdown(NamedTuple):
    """
    What one account's window was made of.

    Attributes:
        window: The open one, or else the one that ended last.
        buckets: What was used when.
        cost_breakdown: What it cost by kind of token.
        projects: Path and totals of each project, the dearest first.
        models: Likewise.
    """

    window: Window | None = None
    buckets: tuple[TimeBucket, ...] = ()
    cost_breakdown: CostBreakdown = ZERO_COST_BREAKDOWN
    projects: tuple[tuple[str, Totals], ...] = ()
    models: tuple[tuple[str, Totals], ...] = ()


class PopupData(NamedTuple):
    """
    Everything the popup shows.

    Attributes:
        snapshot: What the tray shows too.
        breakdown: Of the account that is looked at.
        daily_totals: The totals of the last 30 local days, the oldest first.
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
    """Return what an account's open or last window was made of."""
    now_ms = to_epoch_ms(now)
    window = windows.latest(reader, account, now_ms)
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
    """Return the totals of the last 30 local days, empty ones too."""
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
