"""Define the periods that sums and lists are shown for."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.calendar import (
    BUCKET_MS,
    compute_bucket,
    compute_first_bucket,
)

if TYPE_CHECKING:
    from datetime import date, tzinfo


class Period(StrEnum):
    """
    A period that ends now.

    * WINDOW is the open 5-hour window, else the last one.
    * MONTH is the month so far, in local time: of the calendar, or of a bill
      that starts on another day.
    """

    WINDOW = "window"
    TODAY = "today"
    LAST_7_DAYS = "7d"
    LAST_30_DAYS = "30d"
    MONTH = "month"
    ALL = "all"


class TimeRange(NamedTuple):
    """A range of time, in milliseconds since 1970; the end is excluded."""

    start_ms: int
    end_ms: int

    @property
    def is_bucket_aligned(self) -> bool:
        """Whether the range is an exact sum of buckets."""
        return not (self.start_ms % BUCKET_MS or self.end_ms % BUCKET_MS)

    def split_at_buckets(self) -> tuple[TimeRange, ...]:
        """Split the range into its whole buckets and what is around them."""
        first_ms = -(-self.start_ms // BUCKET_MS) * BUCKET_MS
        last_ms = self.end_ms // BUCKET_MS * BUCKET_MS
        if first_ms >= last_ms:
            return (self,)
        edges = (self.start_ms, first_ms, last_ms, self.end_ms)
        return tuple(
            TimeRange(start_ms, end_ms)
            for start_ms, end_ms in pairwise(edges)
            if start_ms < end_ms
        )


_DAY: Final = timedelta(days=1)
_DAY_COUNTS: Final = {
    Period.TODAY: 1,
    Period.LAST_7_DAYS: 7,
    Period.LAST_30_DAYS: 30,
}


def find_month(day: date, start_day: int = 1) -> tuple[date, date]:
    """
    Return the first and the last day of a month, as of a bill.

    Args:
        day: Any day of it.
        start_day: Day on which each month starts, 1 to 31; the last day of a
            month that has fewer.
    """
    first = _start_of_month(day.replace(day=1), start_day)
    if day < first:
        before = day.replace(day=1) - _DAY
        return _start_of_month(before, start_day), first - _DAY
    following = day.replace(day=monthrange(day.year, day.month)[1]) + _DAY
    return first, _start_of_month(following, start_day) - _DAY


def _start_of_month(day: date, start_day: int) -> date:
    return day.replace(day=min(start_day, monthrange(day.year, day.month)[1]))


def compute_days_range(
    first: date, last: date, zone: tzinfo | None
) -> TimeRange:
    """Return the range of local days, both included."""
    end = last + timedelta(days=1)
    return TimeRange(
        compute_first_bucket(first, zone) * BUCKET_MS,
        compute_first_bucket(end, zone) * BUCKET_MS,
    )


def compute_period_range(
    period: Period,
    now: datetime,
    zone: tzinfo | None,
    window: TimeRange | None,
    billing_day: int = 1,
) -> TimeRange | None:
    """
    Return the range of a period; None for ALL.

    Args:
        period: The period.
        now: Current time.
        zone: Time zone of days; None is the machine's own.
        window: Range of WINDOW; without one it is empty.
        billing_day: Day on which each MONTH starts, 1 to 31.
    """
    if period is Period.ALL:
        return None
    if period is Period.WINDOW:
        return window or TimeRange(0, 0)
    today = now.astimezone(zone).date()
    if period is Period.MONTH:
        return compute_days_range(
            find_month(today, billing_day)[0], today, zone
        )
    first = today - timedelta(days=_DAY_COUNTS[period] - 1)
    return compute_days_range(first, today, zone)


# A week of days, and a few of the longer periods.
_EARLIER_COUNTS: Final = {
    Period.TODAY: 7,
    Period.LAST_7_DAYS: 4,
    Period.LAST_30_DAYS: 4,
    Period.MONTH: 4,
}


def list_comparable_ranges(
    period: Period,
    now: datetime,
    zone: tzinfo | None,
    billing_day: int = 1,
) -> list[TimeRange]:
    """
    List a period so far and the equal parts of the ones before it.

    Args:
        period: The period; without earlier ones (WINDOW and ALL) the list is
            empty.
        now: Current time.
        zone: Time zone of days; None is the machine's own.
        billing_day: Day on which each MONTH starts, 1 to 31.

    Returns:
        Ranges of whole buckets, the current one first. Each ends at the same
        day and time of day of its period as the current one, so that a
        morning is compared with mornings.
    """
    if period not in _EARLIER_COUNTS:
        return []
    local = now.astimezone(zone)
    # The buckets that are over.
    buckets = compute_bucket(now) - compute_first_bucket(local.date(), zone)
    numbers = range(_EARLIER_COUNTS[period] + 1)
    spans = [
        _find_span(period, local.date(), number, billing_day)
        for number in numbers
    ]
    return [
        TimeRange(
            compute_first_bucket(first, zone) * BUCKET_MS,
            (compute_first_bucket(last, zone) + buckets) * BUCKET_MS,
        )
        for first, last in spans
    ]


def _find_span(
    period: Period, today: date, number: int, billing_day: int
) -> tuple[date, date]:
    """Return first and last day of a period, so many periods ago."""
    if period is not Period.MONTH:
        length = _DAY_COUNTS[period]
        last = today - timedelta(days=number * length)
        return last - timedelta(days=length - 1), last
    first, end = find_month(today, billing_day)
    passed = today - first
    for _ in range(number):
        first, end = find_month(first - _DAY, billing_day)
    return first, min(first + passed, end)


class ProjectStep(NamedTuple):
    """
    Usage of a project within one short step of a period.

    Attributes:
        number: Number of the step, from 0.
        project: Path under which the project is shown.
        tokens: Input + output tokens.
        all_tokens: Tokens of all kinds.
        cost: Cost of the records with a known price, in nano-dollars.
        unpriced: Number of records without a known price.
    """

    number: int
    project: str
    tokens: int
    all_tokens: int
    cost: int
    unpriced: int
