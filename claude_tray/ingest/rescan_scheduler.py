"""Decide when to rescan all files, irrespective of watcher events."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable


# While there is a problem, or without watcher events.
DEGRADED_INTERVAL_SECONDS: Final = 5.0
# Upper bound of one wait: how soon a wake-up from sleep is noticed.
_MAX_WAIT_SECONDS: Final = 10.0
_CLOCK_JUMP_SECONDS: Final = 5.0
# Without reliable events, a rescan uses at most 0.1 % of the time.
_DEGRADED_FACTOR: Final = 1000
# While events are reliable, at most a third of that; large trees are
# rescanned less often than the interval says.
_IDLE_FACTOR: Final = 3000
_MAX_INTERVAL_SECONDS: Final = 3600.0


class RescanScheduler:
    """
    Decides when to rescan.

    Watcher events alone are not reliable. Rescans happen at regular
    intervals; more often while there is a problem or after a rescan found a
    change without an event, as on network shares; and immediately after
    sleep or a clock change.

    Args:
        monotonic: Seconds of a clock that runs while the machine is awake.
        wall_clock: Seconds since 1970.

    Attributes:
        is_missing_events: The last rescan found a change without an event;
            reset it when an event arrives.
    """

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._monotonic = monotonic
        self._wall_clock = wall_clock
        self._interval = 0.0
        self.is_missing_events = False
        self._has_missed_events = False
        self._started_at = monotonic()
        self._ended_at = self._started_at
        self._clock_offset = wall_clock() - self._started_at
        self._is_thorough = True
        self._thorough_due_at = self._started_at
        self._is_healthy = False

    def begin(self, *, is_thorough: bool = True) -> None:
        """
        Record the start of a rescan.

        Args:
            is_thorough: It examines every file.
        """
        self._is_thorough = is_thorough
        self._started_at = self._monotonic()
        self._clock_offset = self._wall_clock() - self._started_at

    def end(self, interval: float, *, is_healthy: bool) -> None:
        """
        Record the end of a rescan.

        Args:
            interval: Seconds until the next one while healthy.
            is_healthy: No failures, and every change raises an event.
        """
        self._ended_at = self._monotonic()
        self._interval = interval
        self._is_healthy = is_healthy
        duration = self._ended_at - self._started_at
        if self._is_thorough:
            self._thorough_due_at = self._started_at + min(
                duration * _IDLE_FACTOR, _MAX_INTERVAL_SECONDS
            )
        elif is_healthy:
            self._interval = max(
                interval, min(duration * _IDLE_FACTOR, _MAX_INTERVAL_SECONDS)
            )
        if self.is_missing_events or not is_healthy:
            self._interval = min(
                interval,
                max(DEGRADED_INTERVAL_SECONDS, duration * _DEGRADED_FACTOR),
            )

    def missed_change(self) -> bool:
        """Record a change without an event; return whether it is the first."""
        is_first = not self._has_missed_events
        self.is_missing_events = self._has_missed_events = True
        return is_first

    def wait_seconds(self) -> float:
        """Return how many seconds to wait for a message."""
        remaining = self._ended_at + self._interval - self._monotonic()
        return max(0.0, min(remaining, _MAX_WAIT_SECONDS))

    def is_due(self) -> bool:
        """Return whether to rescan now."""
        return (
            self._has_clock_jumped()
            or self._monotonic() >= self._ended_at + self._interval
        )

    def is_thorough_due(self) -> bool:
        """Return whether the next rescan has to examine every file."""
        return (
            not self.has_reliable_events()
            or self._monotonic() >= self._thorough_due_at
        )

    def has_reliable_events(self) -> bool:
        """Return whether every change since the last rescan raised an event."""
        return (
            self._is_healthy
            and not self.is_missing_events
            and not self._has_clock_jumped()
        )

    def _has_clock_jumped(self) -> bool:
        now = self._monotonic()
        clock_jump = self._wall_clock() - now - self._clock_offset
        return abs(clock_jump) > _CLOCK_JUMP_SECONDS
