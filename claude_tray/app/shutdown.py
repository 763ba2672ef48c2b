"""The wish to end, from the menu, a signal or another process."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class ShutdownSignal:
    """Whether the end was asked for, and what that stops."""

    def __init__(self) -> None:
        self.is_requested = threading.Event()
        self._callback: Callable[[], None] = lambda: None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._request_from_signal())

    def _request_from_signal(self) -> None:
        # The handler interrupts the main thread, which may hold any lock.
        threading.Thread(target=self.request, name="ending").start()

    def request(self) -> None:
        self.is_requested.set()
        self._callback()

    def on_request(self, callback: Callable[[], None]) -> None:
        """Let the wish stop something; at once if it was uttered before."""
        self._callback = callback
        if self.is_requested.is_set():
            callback()
