"""When every file is looked at, whatever was told of changes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# While a problem lasts, or where events cannot be had.
SOON_SECONDS: Final = 5.0
# How long one waits at a time: so soon is it noticed that the machine slept.
_NAP_SECONDS: Final = 10.0
_SLEPT_SECONDS: Final = 5.0
# A look may take a thousandth of the time.
_REST: Final = 1000


class Rounds:
    """
    Decides when to look at every file.

    What tells of changes is never trusted alone. Rounds are made at their
    time however much is told between them; sooner while something is wrong,
    or after a round found what nobody had told of, as on a network share;
    and at once after the machine slept or its clock was set.

    Args:
        steady: Seconds that go on evenly while the machine is awake.
        clock: Seconds as people count them.
    """

    def __init__(
        self,
        steady: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._steady = steady
        self._clock = clock
        self._period = 0.0
        self._is_missing = False
        self._has_missed = False
        self._begun = steady()
        self._ended = self._begun
        self._apart = clock() - self._begun

    def begin(self) -> None:
        """Tell that a look begins."""
        self._begun = self._steady()
        self._apart = self._clock() - self._begun

    def end(self, every: float, *, is_well: bool) -> None:
        """
        Tell that a look has ended.

        Args:
            every: Seconds between two looks while all is well.
            is_well: Nothing failed, and every change is told.
        """
        self._ended = self._steady()
        self._period = every
        if self._is_missing or not is_well:
            rest = (self._ended - self._begun) * _REST
            self._period = min(every, max(SOON_SECONDS, rest))

    def told(self) -> None:
        """Tell that changes are told."""
        self._is_missing = False

    def missed(self) -> bool:
        """Tell that a round found a change; return whether it is the first."""
        is_news = not self._has_missed
        self._is_missing = self._has_missed = True
        return is_news

    def patience(self) -> float:
        """Return how long to wait for a message."""
        left = self._ended + self._period - self._steady()
        return max(0.0, min(left, _NAP_SECONDS))

    def is_due(self) -> bool:
        """Tell whether it is time for a look."""
        now = self._steady()
        slept = self._clock() - now - self._apart
        return abs(slept) > _SLEPT_SECONDS or now >= self._ended + self._period
