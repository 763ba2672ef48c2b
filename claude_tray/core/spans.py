"""Understand the days that a user writes, and group days to weeks and months."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta, timezone
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.core.periods import TimeRange, compute_days_range

if TYPE_CHECKING:
    from datetime import tzinfo


_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_DAY: Final = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_AGO: Final = re.compile(r"([1-9]\d{0,4})([dw])")
_OFFSET: Final = re.compile(
    r"(?:utc|gmt)?([+-])(\d{1,2})(?::?([0-5]\d))?", re.ASCII
)
# The largest in use, and of what all are multiples.
_MAX_OFFSET: Final = timedelta(hours=14)
_OFFSET_STEP: Final = timedelta(minutes=15)
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


def parse_utc_offset(text: str) -> timezone | None:
    """
    Parse a time zone by its offset, as "+05:30", "-0330" or "UTC-3".

    Returns:
        None for other text, beyond 14 hours, and for an offset that is no
        multiple of a quarter of an hour: no place has one, and usage is
        summed by quarters.
    """
    match = _OFFSET.fullmatch(text.strip().lower())
    if match is None:
        return None
    sign, hours, minutes = match[1], int(match[2]), int(match[3] or 0)
    offset = timedelta(hours=hours, minutes=minutes)
    if offset > _MAX_OFFSET or offset % _OFFSET_STEP:
        return None
    return timezone(-offset if sign == "-" else offset)


def find_week(day: date) -> tuple[date, date]:
    """Return the Monday and the Sunday of the week of a day."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)
