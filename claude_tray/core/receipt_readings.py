"""Define official percentages of a limit, and when each of them was true."""

from __future__ import annotations

from bisect import bisect_left
from math import inf
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


_FULL: Final = 100.0
_ROUNDING: Final = 0.5
# Of a reading with decimals.
_FINE_ROUNDING: Final = 0.05
# A reading may not know the replies of the minute before it yet.
LATE_MS: Final = 60_000
# One whose reply is left out may not know those of other sessions that were
# running meanwhile.
PARALLEL_MS: Final = 20_000
# A limit was reset early if it fell by so many points, to half or less.
_MIN_FALL: Final = 5.0


class Reading(NamedTuple):
    """
    An official percentage.

    Attributes:
        at_ms: Replies before it are known to it.
        percent: Used percentage; it stops at 100 unless it is above.
        margin: The true value is at most so far off.
        until_ms: Replies between its time and this one may be known to it.
    """

    at_ms: int
    percent: float
    margin: float
    until_ms: int = 0

    @property
    def lowest(self) -> float:
        return max(0.0, self.percent - self.margin)

    @property
    def highest(self) -> float:
        is_capped = self.percent == _FULL
        return inf if is_capped else self.percent + self.margin


def build_readings(
    start_ms: int, reported: Sequence[tuple[int, float]]
) -> tuple[Reading, ...]:
    """
    Return the readings of a window, which starts with nothing used.

    Args:
        start_ms: Start of the window.
        reported: Times and percentages, oldest first.
    """
    readings = [Reading(start_ms, 0.0, 0.0)]
    for at_ms, percent in reported:
        if at_ms > readings[-1].at_ms:
            is_integer = percent == round(percent)
            margin = _ROUNDING if is_integer else _FINE_ROUNDING
            readings.append(Reading(at_ms, percent, margin))
    return tuple(readings)


def exclude_last_replies(
    readings: Sequence[Reading], times: Sequence[int]
) -> tuple[Reading, ...]:
    """
    Move each reading to before the reply that brought it.

    Percentages are in the headers of a response, which are sent before it: a
    reading hardly knows that reply.

    Args:
        readings: Of one window, oldest first.
        times: Times of replies, oldest first.
    """
    moved = [readings[0]]
    for reading in readings[1:]:
        index = bisect_left(times, reading.at_ms) - 1
        last_ms = times[index] if index >= 0 else 0
        is_recent = last_ms >= reading.at_ms - LATE_MS
        if is_recent and last_ms > moved[-1].at_ms:
            moved.append(
                reading._replace(at_ms=last_ms, until_ms=reading.at_ms)
            )
        else:
            moved.append(reading)
    return tuple(moved)


def split_at_resets(
    readings: Sequence[Reading],
) -> list[tuple[Reading, ...]]:
    """
    Split the readings of a window where the limit was reset early.

    A lower reading between two high ones is of a session that did not know
    better; it is left out. Each part starts with nothing used.
    """
    parts = [[readings[0]]]
    for i, reading in enumerate(readings[1:], 1):
        before = parts[-1][-1]
        if _has_fallen(before, reading):
            following = readings[i + 1 : i + 2]
            if following and not _has_fallen(before, following[0]):
                continue
            parts.append([Reading(before.at_ms, 0.0, 0.0)])
        parts[-1].append(reading)
    return [tuple(part) for part in parts]


def _has_fallen(before: Reading, reading: Reading) -> bool:
    fall = before.percent - reading.percent
    return fall >= _MIN_FALL and reading.percent <= before.percent / 2
