"""Sum usage by local day and model, and by hour of the week."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from claude_tray.core.calendar import (
    BUCKET_MS,
    compute_bucket_start,
    compute_first_bucket,
)
from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.server.usage.models import UsageCell
from claude_tray.server.usage.queries import days
from claude_tray.server.usage.queries.aggregates import (
    SUM_AGGREGATES,
    build_totals,
)

if TYPE_CHECKING:
    from datetime import tzinfo

    from claude_tray.server.usage.queries.filters import Filters


DayTotals = dict[date, dict[str, Totals]]


def load_model_totals_by_day(
    filters: Filters, first: date, last: date, zone: tzinfo
) -> DayTotals:
    """
    Sum the usage of each local day and model.

    Args:
        filters: User and sources; the time range is not used.
        first: First day.
        last: Last day, inclusive.
        zone: Time zone of the days.

    Returns:
        Totals by model name of each day with usage.
    """
    limited = _limit_to_days(filters, first, last, zone)
    return days.load_model_totals(limited, zone)


def load_model_totals_by_hour(
    filters: Filters, day: date, zone: tzinfo
) -> dict[int, dict[str, Totals]]:
    """
    Sum the usage of each hour and model of a local day.

    Returns:
        Totals by model name of each hour (0 to 23 on the clock) with usage.
        When the clock is set back, an hour stands for two.
    """
    hours: dict[int, dict[str, Totals]] = {}
    rows = (
        UsageCell.objects.filter(
            filters.build_source_condition(),
            user=filters.user,
            cell__gte=compute_first_bucket(day, zone),
            cell__lt=compute_first_bucket(day + timedelta(days=1), zone),
        )
        .values_list("cell", "model__name")
        .annotate(**SUM_AGGREGATES)
    )
    for bucket, model, *sums in rows:
        by_model = hours.setdefault(_get_hour(bucket, zone), {})
        by_model[model] = by_model.get(model, ZERO_TOTALS).plus(
            build_totals(sums)
        )
    return hours


def load_week_hour_tokens(
    filters: Filters, first: date, last: date, zone: tzinfo
) -> list[int]:
    """
    Sum the tokens of each hour of the week.

    Args:
        filters: User and sources; the time range is not used.
        first: First day.
        last: Last day, inclusive.
        zone: Time zone of the hours.

    Returns:
        Tokens of the 168 hours on the clock, from Monday at midnight.
    """
    limited = _limit_to_days(filters, first, last, zone)
    return list(chain(*days.load_hourly_tokens(limited, zone)))


def _limit_to_days(
    filters: Filters, first: date, last: date, zone: tzinfo
) -> Filters:
    end = compute_first_bucket(last + timedelta(days=1), zone)
    return replace(
        filters,
        since_ms=compute_first_bucket(first, zone) * BUCKET_MS,
        until_ms=end * BUCKET_MS,
    )


def _get_hour(bucket: int, zone: tzinfo) -> int:
    return compute_bucket_start(bucket).astimezone(zone).hour
