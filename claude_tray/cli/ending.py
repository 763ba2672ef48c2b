"""The wish to end, from the menu, a signal or another process."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Ending:
    """Whether the end was asked for, and what that stops."""

    def __init__(self) -> None:
        self.is_asked = threading.Event()
        self._stop: Callable[[], None] = lambda: None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._ask_aside())

    def _ask_aside(self) -> None:
        # The handler interrupts the main thread, which may hold any lock.
        threading.Thread(target=self.ask, name="ending").start()

    def ask(self) -> None:
        self.is_asked.set()
        self._stop()

    def stops(self, stop: Callable[[], None]) -> None:
        """Let the wish stop something; at once if it was uttered before."""
        self._stop = stop
        if self.is_asked.is_set():
            stop()
