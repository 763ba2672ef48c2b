"""
Replay past work with another time of the first message of each day.

A message that opens a window early lets it end early. The replay takes what
was done, without the waits at reached limits, and follows the windows: where
work does not fit, it waits for the reset, and what follows is delayed until a
pause makes up for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.windows import RULE_STEP_MS, WINDOW_MS, WindowRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import time

    from claude_tray.core.fit import Activity


# A pause of this length makes up for a delay.
PAUSE_MS: Final = 3_600_000
_FULL: Final = 100.0
# Claude rounds the start of a window down to ten minutes.
_STEP_MS: Final = RULE_STEP_MS[WindowRule.TEN_MINUTES]


class Work(NamedTuple):
    """Work at a time, and the points that it takes of the 5-hour limit."""

    at_ms: int
    points: float


class Replay(NamedTuple):
    """
    What a replay came to.

    Attributes:
        walls: How often the limit was reached.
        waited_ms: How long work waited for resets.
    """

    walls: int
    waited_ms: int


class PlannedStart(NamedTuple):
    """A time of day, and what the month would have come to."""

    clock: time
    result: Replay


class MonthPlan(NamedTuple):
    """
    The month of an account as it was, and with other first messages.

    Attributes:
        usual: As it was; None without any percentage.
        usual_start: Median time of the first message of a day; None without
            any.
        starts: The best first.
    """

    usual: Replay | None
    usual_start: time | None
    starts: tuple[PlannedStart, ...]


def remove_waits(
    activities: Iterable[Activity], blocked: Sequence[tuple[int, int]]
) -> list[Work]:
    """
    Return work as it would have been without a limit.

    Args:
        activities: Oldest first.
        blocked: When the limit blocked: first millisecond, and the one after
            the last; without overlaps.
    """
    work: list[Work] = []
    shift_ms, last_ms = 0, None
    for item in activities:
        if last_ms is not None:
            waited_ms = sum(
                max(0, min(end, item.end_ms) - max(start, last_ms))
                for start, end in blocked
            )
            is_pause = item.end_ms - last_ms - waited_ms >= PAUSE_MS
            shift_ms = 0 if is_pause else shift_ms + waited_ms
        last_ms = item.end_ms
        work.append(Work(item.end_ms - shift_ms, item.points))
    return work


def replay(work: Iterable[Work], starts_ms: Iterable[int]) -> Replay:
    """
    Follow the windows of past work.

    Args:
        work: Oldest first.
        starts_ms: Times of additional first messages, oldest first; each
            opens a window unless one is open.
    """
    starts = list(reversed(list(starts_ms)))
    walls = waited_ms = delay_ms = end_ms = 0
    used = 0.0
    last_ms = None
    for at_ms, points in work:
        pause_ms = 0 if last_ms is None else at_ms - last_ms
        if pause_ms >= PAUSE_MS:
            delay_ms = max(0, delay_ms - pause_ms)
        last_ms = at_ms
        now_ms = at_ms + delay_ms
        while starts and starts[-1] <= now_ms:
            start_ms = starts.pop()
            if start_ms >= end_ms:
                end_ms, used = _open_window(start_ms, end_ms), 0.0
        if now_ms < end_ms and used and used + points > _FULL:
            walls += 1
            waited_ms += end_ms - now_ms
            delay_ms += end_ms - now_ms
            now_ms = end_ms
        if now_ms >= end_ms:
            end_ms, used = _open_window(now_ms, end_ms), 0.0
        used += points
    return Replay(walls, waited_ms)


def _open_window(at_ms: int, last_end_ms: int) -> int:
    """Return the end of a window that opens after another one."""
    return max(at_ms - at_ms % _STEP_MS, last_end_ms) + WINDOW_MS
