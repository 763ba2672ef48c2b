"""Understand the days that a user writes, and group days to weeks and months."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.core.periods import TimeRange, compute_days_range

if TYPE_CHECKING:
    from datetime import tzinfo


_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_DAY: Final = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_AGO: Final = re.compile(r"([1-9]\d{0,4})([dw])")
_LENGTHS: Final = {"d": 1, "w": 7}
_NAMED_DAYS: Final = {"today": 0, "yesterday": 1}
# Days beyond have no midnight in some time zones: a datetime would overflow.
_FIRST_DAY: Final = date(2, 1, 1)
_LAST_DAY: Final = date(9998, 12, 31)
_OPEN_MS: Final = BUCKET_MS << 32


class DayTerm(NamedTuple):
    """
    Days as a user wrote them: one, those of a month, or up to today.

    Attributes:
        first: First day, or how many days before today.
        last: Last day, or how many days before today.
    """

    first: date | int
    last: date | int

    def resolve(self, today: date) -> tuple[date, date]:
        """Return the first and the last day."""
        return _resolve(self.first, today), _resolve(self.last, today)


def _resolve(day: date | int, today: date) -> date:
    return today - timedelta(days=day) if isinstance(day, int) else day


def parse_day_term(text: str) -> DayTerm | None:
    """
    Parse "2026-11-01", "2026-11", "today", "yesterday", "7d" or "2w".

    "7d" are the last seven days, of which today is one. None for others.
    """
    wanted = text.strip().lower()
    if wanted in _NAMED_DAYS:
        return DayTerm(_NAMED_DAYS[wanted], _NAMED_DAYS[wanted])
    if ago := _AGO.fullmatch(wanted):
        return DayTerm(int(ago[1]) * _LENGTHS[ago[2]] - 1, 0)
    try:
        if month := _MONTH.fullmatch(wanted):
            first = date(int(month[1]), int(month[2]), 1)
            return DayTerm(first, _end_of_month(first))
        if _DAY.fullmatch(wanted):
            day = date.fromisoformat(wanted)
            return DayTerm(day, day)
    except ValueError:
        return None
    return None


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def compute_span_range(
    first: date | None, last: date | None, zone: tzinfo | None
) -> TimeRange | None:
    """
    Return the range from a local day to another, both included.

    Args:
        first: First day; None for the beginning of all usage.
        last: Last day; None for the end of it.
        zone: Time zone of the days; None is the machine's own.
    """
    if first is None and last is None:
        return None
    start_ms, end_ms = -_OPEN_MS, _OPEN_MS
    if first is not None:
        day = min(max(first, _FIRST_DAY), _LAST_DAY)
        start_ms = compute_days_range(day, day, zone).start_ms
    if last is not None:
        day = min(max(last, _FIRST_DAY), _LAST_DAY)
        end_ms = compute_days_range(day, day, zone).end_ms
    return TimeRange(start_ms, end_ms)


def find_week(day: date) -> tuple[date, date]:
    """Return the Monday and the Sunday of the week of a day."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


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
        before = day.replace(day=1) - timedelta(days=1)
        return _start_of_month(before, start_day), first - timedelta(days=1)
    following = _end_of_month(day) + timedelta(days=1)
    end = _start_of_month(following, start_day) - timedelta(days=1)
    return first, end


def _start_of_month(day: date, start_day: int) -> date:
    return day.replace(day=min(start_day, monthrange(day.year, day.month)[1]))
