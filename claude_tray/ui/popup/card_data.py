"""Load the usage of a share card."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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


class CardQuery(NamedTuple):
    """
    What to load.

    Attributes:
        period: Any but the window.
        account: Account key; None for all.
        now: Current time.
        zone: Time zone of days; None is the machine's own.
        billing_day: Day on which a month starts, 1 to 31.
        limit: The limit that the tray shows first.
    """

    period: periods.Period
    account: str | None
    now: datetime
    zone: tzinfo | None = None
    billing_day: int = 1
    limit: LimitUsage | None = None


def load_card_data(reader: Reader, query: CardQuery) -> CardData:
    """Load the usage of a period, and the days of all of the time."""
    now, zone = query.now, query.zone
    everything = UsageFilter(account=query.account)
    parts = list_usage_parts(reader, everything, "bucket")
    days = calendar.sum_by_day(
        ((part.bucket, part.totals) for part in parts), zone
    )
    today = now.astimezone(zone).date()
    bounds = periods.compute_period_range(
        query.period, now, zone, None, query.billing_day
    )
    groups = load_period_groups(reader, everything._replace(period=bounds))
    first = min(days, default=today)
    if bounds is not None:
        first = time.from_epoch_ms(bounds.start_ms).astimezone(zone).date()
    return CardData(
        query.period,
        min(first, today),
        today,
        sum_totals(group.totals for group in groups),
        days,
        merge_totals({}, ((group.model, group.totals) for group in groups)),
        merge_totals({}, ((group.project, group.totals) for group in groups)),
        streaks.compute_streak(days, today),
        query.limit,
    )
