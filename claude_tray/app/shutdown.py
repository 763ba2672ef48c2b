"""Request the end of the program."""

from __future__ import annotations

import logging
import os
import signal
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable


_log = logging.getLogger(__name__)

# A file system or server that hangs must not keep the program.
DEADLINE_SECONDS: Final = 2.0


class ShutdownSignal:
    """
    Collect requests to quit, from the menu, a signal or another process.

    Args:
        deadline_seconds: End the process this long after a request, whatever
            still runs; None to wait.

    Attributes:
        is_requested: Set by the first request.
        successor: Starts the program that takes this one's place, when this
            one ends; None for none.
    """

    def __init__(self, deadline_seconds: float | None = None) -> None:
        self.is_requested = threading.Event()
        self.successor: Callable[[], None] | None = None
        self._deadline: threading.Timer | None = None
        if deadline_seconds is not None:
            self._deadline = threading.Timer(
                deadline_seconds, self._end_process
            )
            self._deadline.name = "shutdown-deadline"
            self._deadline.daemon = True
        self._callback: Callable[[], None] = lambda: None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._request_from_signal())

    def _request_from_signal(self) -> None:
        # A signal handler runs on the main thread, which may hold any lock.
        threading.Thread(target=self.request, name="shutdown").start()

    def request(self) -> None:
        if self._deadline and not self.is_requested.is_set():
            self._deadline.start()
        self.is_requested.set()
        self._callback()

    def finish(self) -> None:
        """Record that everything has stopped."""
        if self._deadline is not None:
            self._deadline.cancel()
        if self.successor is not None:
            self.successor()

    def on_request(self, callback: Callable[[], None]) -> None:
        """Call a function on a request; at once if there was one."""
        self._callback = callback
        if self.is_requested.is_set():
            callback()

    def _end_process(self) -> None:
        # The store is left as after a crash, which it survives.
        _log.warning("Ended while something still hung")
        try:
            if self.successor is not None:
                self.successor()
        finally:
            os._exit(0)
