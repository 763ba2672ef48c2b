"""Count days in a row with usage."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


_DAY: Final = timedelta(days=1)


class Streak(NamedTuple):
    """
    Days in a row with usage.

    Attributes:
        current: Up to today, or up to yesterday while today has no usage yet.
        longest: The longest there was.
    """

    current: int = 0
    longest: int = 0


def compute_streak(days: Iterable[date], today: date) -> Streak:
    """
    Count the days in a row.

    Args:
        days: Local days with usage, in any order; later ones than today, of
            another clock, do not count.
        today: The current local day.
    """
    longest = length = 0
    previous = date.min
    for day in sorted({day for day in days if day <= today}):
        length = length + 1 if day == previous + _DAY else 1
        longest = max(longest, length)
        previous = day
    is_current = length > 0 and today - previous <= _DAY
    return Streak(length if is_current else 0, longest)
