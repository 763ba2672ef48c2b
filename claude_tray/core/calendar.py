"""Local days, made of quarters of an hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from claude_tray.core.totals import ZERO_TOTALS, Totals

if TYPE_CHECKING:
    from collections.abc import Iterable


BUCKET_SECONDS: Final = 900


def compute_bucket(at: datetime) -> int:
    """Return the number of the quarter of an hour that holds a moment."""
    return int(at.timestamp()) // BUCKET_SECONDS


def compute_first_bucket(day: date, zone: tzinfo | None) -> int:
    """
    Return the first cell of a local day.

    Args:
        day: The day.
        zone: Its zone; None is this machine's. Every offset in use is a
            multiple of a cell.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return compute_bucket(midnight.astimezone(UTC))


def sum_by_day(
    buckets: Iterable[tuple[int, Totals]],
    zone: tzinfo | None,
) -> dict[date, Totals]:
    """Return the totals of each local day that has any, oldest first."""
    days: dict[date, Totals] = {}
    day, first, end = date.min, 0, 0
    for bucket, totals in buckets:
        if not first <= bucket < end:
            at = datetime.fromtimestamp(bucket * BUCKET_SECONDS, UTC)
            day = at.astimezone(zone).date()
            first = compute_first_bucket(day, zone)
            end = compute_first_bucket(day + timedelta(days=1), zone)
        days[day] = days.get(day, ZERO_TOTALS).plus(totals)
    return days
