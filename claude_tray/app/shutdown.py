"""Request the end of the program."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class ShutdownSignal:
    """
    Collect requests to quit, from the menu, a signal or another process.

    Attributes:
        is_requested: Set by the first request.
    """

    def __init__(self) -> None:
        self.is_requested = threading.Event()
        self._callback: Callable[[], None] = lambda: None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._request_from_signal())

    def _request_from_signal(self) -> None:
        # A signal handler runs on the main thread, which may hold any lock.
        threading.Thread(target=self.request, name="shutdown").start()

    def request(self) -> None:
        self.is_requested.set()
        self._callback()

    def on_request(self, callback: Callable[[], None]) -> None:
        """Call a function on a request; at once if there was one."""
        self._callback = callback
        if self.is_requested.is_set():
            callback()
