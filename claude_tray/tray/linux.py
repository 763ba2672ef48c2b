"""The tray of Linux desktops: by D-Bus, and meanwhile by what X11 has."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Final

from claude_tray.errors import NoTrayError
from claude_tray.tray.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.tray.action import Wish
    from claude_tray.tray.view import TrayView

# A panel often has both kinds of tray, and the better one a moment later.
_GRACE_SECONDS: Final = 3.0
_LOOK_SECONDS: Final = 1.0
# Once a person was told that there is none.
_IDLE_LOOK_SECONDS: Final = 15.0
_REASON: Final = "No panel of this desktop shows tray icons."


class LinuxTray:
    """
    Shows the icon by StatusNotifierItem; while no panel takes that, by XEmbed.

    Args:
        item: The icon on the session bus; None without one.
        old_kind: Makes an icon for X11's tray, or raises NoTrayError.
        do: Called with what was chosen.
        patience: How many seconds a panel may take to appear.
    """

    def __init__(
        self,
        item: Any | None,  # noqa: ANN401 - pystray has no types
        old_kind: Callable[[], Any],
        do: Callable[[Wish], None],
        patience: float,
    ) -> None:
        self._item = Shell(item, do) if item else None
        self._old_kind = old_kind
        self._do = do
        self._patience = patience
        self._view: TrayView | None = None
        self._old: Shell | None = None
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._is_ended = False
        self._is_ready = False
        self._was_shown = False

    def run(
        self,
        ready: Callable[[], None],
        nowhere: Callable[[str], None],
    ) -> None:
        if self._item:
            self._item.icon.changed = self._wake
            # Visible once there is something to show: what changes while a
            # panel takes an icon up may be lost.
            self._item.icon.run_detached(setup=lambda _: self._begin(ready))
        try:
            while not self._is_ended:
                self._wait_for_a_panel(ready, nowhere)
                self._was_shown = True
                while self._is_hosted and not self._is_ended:
                    self._changed.wait()
                    self._changed.clear()
        finally:
            if self._item:
                self._item.stop()
                self._item.icon.join()

    def show(self, view: TrayView) -> None:
        with self._lock:
            self._view, old = view, self._old
        if self._item:
            self._item.show(view)
            self._item.icon.visible = True
        if old:
            old.show(view)

    def stop(self) -> None:
        self._is_ended = True
        self._wake()

    def notify(self, body: str, title: str) -> None:
        if self._item:
            self._item.notify(body, title)

    @property
    def _is_hosted(self) -> bool:
        return self._item is not None and bool(self._item.icon.is_hosted)

    def _wake(self) -> None:
        self._changed.set()
        with self._lock:
            old = self._old
        if old and (self._is_ended or self._is_hosted):
            old.stop()

    def _wait_for_a_panel(
        self,
        ready: Callable[[], None],
        nowhere: Callable[[str], None],
    ) -> None:
        """Return when a panel has the item, or at the end."""
        began, is_told = time.monotonic(), self._was_shown
        while not self._is_ended and not self._is_hosted:
            waited = time.monotonic() - began
            if waited >= self._grace and self._run_old_kind(ready):
                began = time.monotonic()
                continue
            if waited >= self._patience and not is_told:
                is_told = True
                nowhere(_REASON)
            self._changed.wait(
                _IDLE_LOOK_SECONDS if is_told else _LOOK_SECONDS,
            )
            self._changed.clear()

    @property
    def _grace(self) -> float:
        return _GRACE_SECONDS if self._item else 0.0

    def _run_old_kind(self, ready: Callable[[], None]) -> bool:
        """Show the icon by XEmbed until that ends; False where it cannot."""
        try:
            shell = Shell(self._old_kind(), self._do)
        except NoTrayError:
            return False
        with self._lock:
            self._old, view = shell, self._view
        if view:
            shell.show(view)

        def shown() -> None:
            self._was_shown = True
            self._begin(ready)
            # It may have been over before it ran.
            self._wake()

        shell.run(shown, lambda _: None)
        with self._lock:
            self._old = None
        return True

    def _begin(self, ready: Callable[[], None]) -> None:
        if not self._is_ready:
            self._is_ready = True
            ready()
