"""Split local days into buckets of a quarter of an hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.core.time import from_epoch_ms, to_epoch_ms

if TYPE_CHECKING:
    from collections.abc import Iterable


# 15 minutes: every UTC offset in use is a multiple of it, so a local day is
# an exact sum of buckets.
BUCKET_MS: Final = 900_000
BUCKET_SECONDS: Final = BUCKET_MS // 1000


def compute_bucket(at: datetime) -> int:
    """Return the number of the bucket that contains a time."""
    return to_epoch_ms(at) // BUCKET_MS


def compute_bucket_start(bucket: int) -> datetime:
    """Return the start of a bucket in UTC."""
    return from_epoch_ms(bucket * BUCKET_MS)


def compute_first_bucket(day: date, zone: tzinfo | None) -> int:
    """
    Return the first bucket of a local day.

    Args:
        day: Local day.
        zone: Its time zone; None means the system's.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return compute_bucket(midnight.astimezone(UTC))


def sum_by_day(
    buckets: Iterable[tuple[int, Totals]],
    zone: tzinfo | None,
) -> dict[date, Totals]:
    """Return the totals of each local day with usage, oldest first."""
    days: dict[date, Totals] = {}
    day, first, end = date.min, 0, 0
    for bucket, totals in buckets:
        # Converts time zones once per day instead of once per bucket.
        if not first <= bucket < end:
            day = compute_bucket_start(bucket).astimezone(zone).date()
            first = compute_first_bucket(day, zone)
            end = compute_first_bucket(day + timedelta(days=1), zone)
        days[day] = days.get(day, ZERO_TOTALS).plus(totals)
    return days
