"""
Sum usage by local day and model, and by hour of the week.

Days are summed in SQL: between two changes of the clock each local day has 96
buckets, so a day's number is a division.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import F, Sum

from claude_tray.core.calendar import (
    compute_bucket_start,
    compute_first_bucket,
)
from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.server.usage.models import TOKEN_FIELDS, UsageCell
from claude_tray.server.usage.queries.aggregates import (
    SUM_AGGREGATES,
    build_totals,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from django.db.models import QuerySet

    from claude_tray.server.usage.queries.filters import Filters


_BUCKETS_PER_DAY: Final = 96
_BUCKETS_PER_HOUR: Final = 4
_HOURS_PER_DAY: Final = 24
_HOURS_PER_WEEK: Final = 168

DayTotals = dict[date, dict[str, Totals]]


class _Segment(NamedTuple):
    """Consecutive days of the same length; `end` is exclusive."""

    day: date
    start: int
    end: int

    @property
    def is_regular(self) -> bool:
        return (self.end - self.start) % _BUCKETS_PER_DAY == 0


def _iter_segments(
    first: date, last: date, zone: tzinfo
) -> Iterator[_Segment]:
    """Split days at changes of the clock; such a day is alone."""
    day, start = first, compute_first_bucket(first, zone)
    current = _Segment(day, start, start)
    while day <= last:
        day += timedelta(days=1)
        end = compute_first_bucket(day, zone)
        if end - start == _BUCKETS_PER_DAY:
            current = current._replace(end=end)
        else:
            if current.end > current.start:
                yield current
            yield _Segment(day - timedelta(days=1), start, end)
            current = _Segment(day, end, end)
        start = end
    if current.end > current.start:
        yield current


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
    days: DayTotals = {}
    for segment in _iter_segments(first, last, zone):
        # A day of 23 or 25 hours is alone in its segment: number 0.
        width = segment.is_regular * _BUCKETS_PER_DAY or 2 * _BUCKETS_PER_DAY
        rows = (
            _select_cells(filters, segment)
            .annotate(step=(F("cell") - segment.start) / width)
            .values_list("step", "model__name")
            .annotate(**SUM_AGGREGATES)
        )
        for step, model, *sums in rows:
            day = segment.day + timedelta(days=int(step))
            by_model = days.setdefault(day, {})
            by_model[model] = by_model.get(model, ZERO_TOTALS).plus(
                build_totals(sums)
            )
    return days


def load_model_totals_by_hour(
    filters: Filters, day: date, zone: tzinfo
) -> dict[int, dict[str, Totals]]:
    """
    Sum the usage of each hour and model of a local day.

    Returns:
        Totals by model name of each hour (0 to 23 on the clock) with usage.
        When the clock is set back, an hour stands for two.
    """
    start = compute_first_bucket(day, zone)
    end = compute_first_bucket(day + timedelta(days=1), zone)
    hours: dict[int, dict[str, Totals]] = {}
    rows = (
        _select_cells(filters, _Segment(day, start, end))
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
    sums = [0] * _HOURS_PER_WEEK
    for segment in _iter_segments(first, last, zone):
        width = _BUCKETS_PER_HOUR if segment.is_regular else 1
        rows = (
            _select_cells(filters, segment)
            .annotate(
                step=(F("cell") - segment.start) / width % _HOURS_PER_WEEK
            )
            .values_list("step")
            .annotate(*(Sum(name) for name in TOKEN_FIELDS))
        )
        monday_hours = segment.day.weekday() * _HOURS_PER_DAY
        for step, *counts in rows:
            hour = (
                step
                if segment.is_regular
                else _get_hour(segment.start + step, zone)
            )
            sums[(monday_hours + hour) % _HOURS_PER_WEEK] += sum(counts)
    return sums


def _select_cells(
    filters: Filters, segment: _Segment
) -> QuerySet[UsageCell, Any]:
    return UsageCell.objects.filter(
        filters.build_source_condition(),
        user=filters.user,
        cell__gte=segment.start,
        cell__lt=segment.end,
    )


def _get_hour(bucket: int, zone: tzinfo) -> int:
    return compute_bucket_start(bucket).astimezone(zone).hour
