"""When every file is looked at, whatever was told of changes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable


# While a problem lasts, or where events cannot be had.
DEGRADED_INTERVAL_SECONDS: Final = 5.0
# How long one waits at a time: so soon is it noticed that the machine slept.
_MAX_WAIT_SECONDS: Final = 10.0
_CLOCK_JUMP_SECONDS: Final = 5.0
# A look may take a thousandth of the time.
_IDLE_FACTOR: Final = 1000


class RescanScheduler:
    """
    Decides when to look at every file.

    What tells of changes is never trusted alone. Rounds are made at their
    time however much is told between them; sooner while something is wrong,
    or after a round found what nobody had told of, as on a network share;
    and at once after the machine slept or its clock was set.

    Args:
        monotonic: Seconds that go on evenly while the machine is awake.
        wall_clock: Seconds as people count them.
    """

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._monotonic = monotonic
        self._wall_clock = wall_clock
        self._interval = 0.0
        self._is_missing_events = False
        self._has_missed_events = False
        self._started_at = monotonic()
        self._ended_at = self._started_at
        self._clock_offset = wall_clock() - self._started_at

    def begin(self) -> None:
        """Tell that a look begins."""
        self._started_at = self._monotonic()
        self._clock_offset = self._wall_clock() - self._started_at

    def end(self, interval: float, *, is_healthy: bool) -> None:
        """
        Tell that a look has ended.

        Args:
            interval: Seconds between two looks while all is well.
            is_healthy: Nothing failed, and every change is told.
        """
        self._ended_at = self._monotonic()
        self._interval = interval
        if self._is_missing_events or not is_healthy:
            idle_seconds = (self._ended_at - self._started_at) * _IDLE_FACTOR
            self._interval = min(
                interval, max(DEGRADED_INTERVAL_SECONDS, idle_seconds)
            )

    def event_received(self) -> None:
        """Tell that changes are told."""
        self._is_missing_events = False

    def missed_change(self) -> bool:
        """Tell that a round found a change; return whether it is the first."""
        is_first = not self._has_missed_events
        self._is_missing_events = self._has_missed_events = True
        return is_first

    def wait_seconds(self) -> float:
        """Return how long to wait for a message."""
        remaining = self._ended_at + self._interval - self._monotonic()
        return max(0.0, min(remaining, _MAX_WAIT_SECONDS))

    def is_due(self) -> bool:
        """Tell whether it is time for a look."""
        now = self._monotonic()
        clock_jump = self._wall_clock() - now - self._clock_offset
        return (
            abs(clock_jump) > _CLOCK_JUMP_SECONDS
            or now >= self._ended_at + self._interval
        )
