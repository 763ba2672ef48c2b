"""Parse the days that a page shows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.periods import find_month

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claude_tray.i18n.translator import Translator
    from claude_tray.web.page_context import PageContext


_DAYS_PER_YEAR: Final = 365
DEFAULT_DAY_COUNT: Final = 30
# Numbers of days up to today.
_DAY_COUNTS: Final = (1, 7, DEFAULT_DAY_COUNT, 90, _DAYS_PER_YEAR)
_MONTH: Final = "month"
# Longer ranges are cut: each day is work.
_MAX_DAYS: Final = 3660
_ONE_DAY: Final = timedelta(days=1)
# Before any usage, and late enough for every time zone.
_FIRST_DAY: Final = date(2000, 1, 1)


class DayRange(NamedTuple):
    """
    Consecutive local days.

    Attributes:
        first: First day.
        last: Last day, inclusive.
        preset: "1", "7", "30", "90", "365" or "month"; empty if the days
            were chosen one by one.
    """

    first: date
    last: date
    preset: str = ""

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def previous(self) -> DayRange:
        """As many days, immediately before."""
        return DayRange(
            self.first - timedelta(days=self.length), self.first - _ONE_DAY
        )

    def contains(self, other: DayRange) -> bool:
        return self.first <= other.first and other.last <= self.last

    def to_query(self) -> dict[str, str]:
        """Return the keys and values that select these days in URLs."""
        if self.preset:
            return {"days": self.preset}
        return {"from": f"{self.first}", "to": f"{self.last}"}


def build_last_days(day_count: int, today: date) -> DayRange:
    """Return the last days up to today."""
    first = today - timedelta(days=day_count - 1)
    return DayRange(first, today, str(day_count))


def parse_day_range(
    query: Mapping[str, str], today: date, billing_day: int = 1
) -> DayRange:
    """
    Parse the query of a page: `days`, or `from` and `to`.

    Whatever is malformed or impossible counts as absent. Without anything
    the last 30 days are selected.
    """
    first, last = _parse_day(query, "from"), _parse_day(query, "to")
    if first is not None or last is not None:
        return _build_chosen_days(first, last, today)
    preset = query.get("days", "")
    if preset == _MONTH:
        return DayRange(find_month(today, billing_day)[0], today, _MONTH)
    counts_by_text = {str(count): count for count in _DAY_COUNTS}
    return build_last_days(
        counts_by_text.get(preset, DEFAULT_DAY_COUNT), today
    )


def _parse_day(query: Mapping[str, str], key: str) -> date | None:
    try:
        return date.fromisoformat(query.get(key, ""))
    except ValueError:
        return None


def _build_chosen_days(
    first: date | None, last: date | None, today: date
) -> DayRange:
    """Return days in order and within bounds; one end is a single day."""
    ends = [day for day in (first, last) if day is not None]
    start, end = (
        max(_FIRST_DAY, min(day, today)) for day in (min(ends), max(ends))
    )
    if last is None:
        end = today
    return DayRange(max(start, end - timedelta(days=_MAX_DAYS - 1)), end)


def list_presets(translator: Translator) -> tuple[tuple[str, str], ...]:
    """List the presets with their labels."""
    gettext = translator.gettext
    names = {
        1: gettext("Today"),
        _DAYS_PER_YEAR: gettext("Year"),
    }
    days = tuple(
        (str(n), names.get(n) or gettext("{n} days", n=n)) for n in _DAY_COUNTS
    )
    return (*days, (_MONTH, gettext("This month")))


# Each is a condition of the query.
_MAX_SEARCHED_DAYS: Final = 366


def parse_number(text: str, end: int) -> int | None:
    """Parse a number of one or two digits below `end`; None for others."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= len("23")
    return int(text) if is_number and int(text) < end else None


def list_hours(
    days: DayRange,
    weekday: int | None,
    hour: int | None,
    context: PageContext,
) -> tuple[tuple[int, int], ...]:
    """
    List the hours of a weekday in some days, at most a year of them.

    Args:
        days: Days to look through.
        weekday: From 0 (Monday); None is all.
        hour: Hour of the day; None is all.
        context: Time zone.

    Returns:
        Start and end of each in milliseconds since 1970; nothing if all
        hours are selected.
    """
    if weekday is None and hour is None:
        return ()
    day_count = min(days.length, _MAX_SEARCHED_DAYS)
    searched = (days.last - timedelta(days=n) for n in range(day_count))
    return tuple(
        context.find_hours(day, hour)
        for day in searched
        if weekday in {None, day.weekday()}
    )
