"""Sum usage over time from 15-minute buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import F

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.server.usage.models import UsageCell
from claude_tray.server.usage.queries.days import load_daily_totals
from claude_tray.server.usage.queries.totals import (
    SUM_AGGREGATES,
    build_totals,
)

if TYPE_CHECKING:
    from claude_tray.core.cost import Totals
    from claude_tray.server.usage.queries.filters import Filters


_MAX_BUCKET: Final = 2**31 - 1


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
    since, until = filters.time_range
    buckets = UsageCell.objects.filter(
        filters.build_source_condition(),
        user=filters.user,
        cell__gte=since // BUCKET_MS,
        cell__lt=min(until // BUCKET_MS, _MAX_BUCKET),
    )
    rows = (
        buckets.annotate(step=F("cell") / width * width)
        .values_list("step")
        .annotate(**SUM_AGGREGATES)
        .order_by("step")
    )
    return [(step, build_totals(sums)) for step, *sums in rows]


__all__ = ["load_bucket_totals", "load_daily_totals", "load_step_totals"]
