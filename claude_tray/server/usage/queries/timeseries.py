"""Sum usage over time from 15-minute buckets."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final

from claude_tray.core.calendar import BUCKET_MS, compute_first_bucket
from claude_tray.server.usage.bulk_sql import fetch_rows
from claude_tray.server.usage.day_sums import BUCKETS_PER_DAY
from claude_tray.server.usage.queries.days import load_daily_totals
from claude_tray.server.usage.queries.totals import SUM_COLUMNS, build_totals

if TYPE_CHECKING:
    from claude_tray.core.cost import Totals
    from claude_tray.server.usage.queries.filters import Filters


_MAX_BUCKET: Final = 2**31 - 1
_STEPS_SQL: Final = (
    f"SELECT cell / %s * %s, {SUM_COLUMNS} FROM usage_usagecell"
    " WHERE user_id = %s AND cell >= %s AND cell < %s{condition}"
    " GROUP BY 1 ORDER BY 1"
)


def load_bucket_totals(filters: Filters) -> list[tuple[int, Totals]]:
    """
    Load the buckets with usage, by number, oldest first.

    Both ends of the time range are rounded down to a bucket.
    """
    return load_step_totals(filters, 1)


def load_step_totals(filters: Filters, width: int) -> list[tuple[int, Totals]]:
    """
    Sum usage in steps of several buckets.

    Args:
        filters: Records to sum.
        width: Number of buckets in a step.

    Returns:
        Number of the first bucket and totals of each step with usage, oldest
        first.
    """
    if width == BUCKETS_PER_DAY:
        return [
            (compute_first_bucket(day, UTC), totals)
            for day, totals in load_daily_totals(filters, UTC).items()
        ]
    since, until = filters.time_range
    condition, values = filters.build_source_sql()
    rows = fetch_rows(
        _STEPS_SQL.format(condition=condition),
        [
            *(width, width, filters.user, since // BUCKET_MS),
            min(until // BUCKET_MS, _MAX_BUCKET),
            *values,
        ],
    )
    return [(step, build_totals(sums)) for step, *sums in rows]


__all__ = ["load_bucket_totals", "load_daily_totals", "load_step_totals"]
