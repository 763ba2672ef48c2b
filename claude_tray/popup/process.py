"""Starts the popup's process, tells it what to show, hears its wishes."""

from __future__ import annotations

import logging
import subprocess
import threading
from typing import TYPE_CHECKING, Final

from claude_tray.popup.command import popup_command
from claude_tray.popup.order import Ask, Volatile, ask_of, line_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.popup.order import Order, Show

_log = logging.getLogger(__name__)

_END_SECONDS: Final = 3.0


class PopupProcess:
    """
    A window in a process of its own; one that is gone is started anew.

    Args:
        do: Called, on a thread, with what a person chose.
    """

    def __init__(self, do: Callable[[Ask], None]) -> None:
        self._do = do
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._state = Volatile()
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The process that runs now, or ran last."""
        return self._process.pid if self._process else None

    def show(self, order: Show) -> None:
        """Show the window; from any thread."""
        with self._lock:
            if not self._is_alive():
                self._start()
                self._send(self._state)
            if not self._send(order):
                self._start()
                self._send(self._state)
                self._send(order)

    def tell(self, state: Volatile) -> None:
        """Let the window know what is not in the store."""
        with self._lock:
            if state != self._state:
                self._state = state
                if self._is_alive():
                    self._send(state)

    def hide(self) -> None:
        """Take the window off the screen; it stays warm."""
        with self._lock:
            if self._is_alive():
                self._send("hide")

    def stop(self) -> None:
        """End the process; its thread has ended when this returns."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        _close(process)
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._reader is not None:
            self._reader.join()

    def _is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _start(self) -> None:
        if self._process is not None:
            _close(self._process)
        self._process = subprocess.Popen(  # noqa: S603 - this program itself
            popup_command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        before = self._reader
        self._reader = threading.Thread(
            target=self._hear,
            args=(self._process, before),
            name="popup",
        )
        self._reader.start()

    def _hear(
        self,
        process: subprocess.Popen[str],
        before: threading.Thread | None,
    ) -> None:
        """Pass on wishes until the process has ended."""
        if before is not None:
            before.join()
        if process.stdout is None:
            return
        with process.stdout as lines:
            for line in lines:
                ask = ask_of(line)
                _log.debug("The popup asks action=%s", ask.action)
                self._do(ask)
        process.wait()
        self._do(Ask("hidden"))

    def _send(self, order: Order) -> bool:
        process = self._process
        if process is None or process.stdin is None:
            return False
        try:
            process.stdin.write(line_of(order))
            process.stdin.flush()
        except (OSError, ValueError):
            # It ended a moment ago.
            return False
        return True


def _close(process: subprocess.Popen[str]) -> None:
    if process.stdin is not None:
        try:
            process.stdin.close()
        except OSError:
            _log.debug("The popup had ended before")
