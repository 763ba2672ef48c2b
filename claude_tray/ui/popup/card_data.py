"""Load the usage of a share card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core import calendar, periods, streaks, time
from claude_tray.core.cost import merge_totals, sum_totals
from claude_tray.presentation.share_card import CardData
from claude_tray.store.period_usage import (
    UsageFilter,
    list_usage_parts,
    load_period_groups,
)

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from claude_tray.core.snapshot import LimitUsage
    from claude_tray.store.connection import Reader


def load_card_data(
    reader: Reader,
    period: periods.Period,
    account: str | None,
    now: datetime,
    zone: tzinfo | None = None,
    limit: LimitUsage | None = None,
) -> CardData:
    """
    Load the usage of a period, and the days of all of the time.

    Args:
        reader: Open database.
        period: Any but the window.
        account: Account key; None for all.
        now: Current time.
        zone: Time zone of days; None is the machine's own.
        limit: The limit that the tray shows first.
    """
    everything = UsageFilter(account=account)
    parts = list_usage_parts(reader, everything, "bucket")
    days = calendar.sum_by_day(
        ((part.bucket, part.totals) for part in parts), zone
    )
    today = now.astimezone(zone).date()
    bounds = periods.compute_period_range(period, now, zone, None)
    groups = load_period_groups(reader, everything._replace(period=bounds))
    first = min(days, default=today)
    if bounds is not None:
        first = time.from_epoch_ms(bounds.start_ms).astimezone(zone).date()
    return CardData(
        period,
        min(first, today),
        today,
        sum_totals(group.totals for group in groups),
        days,
        merge_totals({}, ((group.model, group.totals) for group in groups)),
        merge_totals({}, ((group.project, group.totals) for group in groups)),
        streaks.compute_streak(days, today),
        limit,
    )
