"""Run a delayed callback; a newer one replaces it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Debouncer:
    """Runs one callback after a delay, on a timer thread."""

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def schedule(
        self,
        seconds: float,
        callback: Callable[..., None],
        *args: object,
    ) -> None:
        """Schedule a callback and cancel the pending one."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(seconds, callback, args)
            self._timer.daemon = True
            self._timer.start()

    def close(self) -> None:
        """Cancel the pending callback and wait for a running one."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer.join()
