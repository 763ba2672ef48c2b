"""What is to be done in a while; of several wishes the last holds."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Debouncer:
    """Does one thing after a time, on a thread of its own."""

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def schedule(
        self,
        seconds: float,
        callback: Callable[..., None],
        *args: object,
    ) -> None:
        """Do this and nothing that was wished before."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(seconds, callback, args)
            self._timer.daemon = True
            self._timer.start()

    def close(self) -> None:
        """Do nothing any more; what is being done is waited for."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer.join()
