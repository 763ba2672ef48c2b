"""Show the tray icon on Linux: StatusNotifierItem, or else XEmbed."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Final

from claude_tray.errors import NoTrayError, gettext_noop
from claude_tray.ui.tray.icon_adapter import IconAdapter

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.ui.toolkit.messages import UserAction
    from claude_tray.ui.tray.view_model import TrayView


# Panels that have both kinds of tray often start the better one later.
_GRACE_SECONDS: Final = 3.0
_POLL_SECONDS: Final = 1.0
# Interval after the user was notified that there is no panel.
_IDLE_POLL_SECONDS: Final = 15.0
_NO_PANEL_REASON: Final = gettext_noop(
    "This desktop has no panel that shows tray icons."
)


class LinuxTray:
    """
    Shows the icon by StatusNotifierItem, or by XEmbed until a panel hosts it.

    Args:
        sni_icon: Icon on the session bus; None without a bus.
        create_xembed_icon: Creates an icon for XEmbed or raises NoTrayError.
        on_action: Called with the chosen action.
        panel_timeout: Seconds that a panel may take to appear.
    """

    def __init__(
        self,
        sni_icon: Any | None,
        create_xembed_icon: Callable[[], Any],
        on_action: Callable[[UserAction], None],
        panel_timeout: float,
    ) -> None:
        self._sni_tray = IconAdapter(sni_icon, on_action) if sni_icon else None
        self._create_xembed_icon = create_xembed_icon
        self._on_action = on_action
        self._panel_timeout = panel_timeout
        self._view: TrayView | None = None
        self._xembed_tray: IconAdapter | None = None
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._is_stopped = False
        self._is_ready = False
        self._was_shown = False

    def run(
        self,
        on_ready: Callable[[], None],
        on_unavailable: Callable[[str], None],
    ) -> None:
        if self._sni_tray:
            self._sni_tray.icon.on_hosted_changed = self._wake
            # Hidden until the first view: changes while a panel adds an icon
            # may be lost.
            self._sni_tray.icon.run_detached(
                setup=lambda _: self._notify_ready(on_ready)
            )
        try:
            while not self._is_stopped:
                self._wait_for_panel(on_ready, on_unavailable)
                self._was_shown = True
                while self._is_hosted and not self._is_stopped:
                    self._changed.wait()
                    self._changed.clear()
        finally:
            if self._sni_tray:
                self._sni_tray.stop()
                self._sni_tray.icon.join()

    def show(self, view: TrayView) -> None:
        with self._lock:
            self._view, xembed_tray = view, self._xembed_tray
        if self._sni_tray:
            self._sni_tray.show(view)
            self._sni_tray.icon.visible = True
        if xembed_tray:
            xembed_tray.show(view)

    def stop(self) -> None:
        self._is_stopped = True
        self._wake()

    def notify(
        self, body: str, title: str, on_click: Callable[[], None]
    ) -> None:
        if self._sni_tray:
            self._sni_tray.notify(body, title, on_click)

    @property
    def _is_hosted(self) -> bool:
        return self._sni_tray is not None and bool(
            self._sni_tray.icon.is_hosted
        )

    def _wake(self) -> None:
        self._changed.set()
        with self._lock:
            xembed_tray = self._xembed_tray
        if xembed_tray and (self._is_stopped or self._is_hosted):
            xembed_tray.stop()

    def _wait_for_panel(
        self,
        on_ready: Callable[[], None],
        on_unavailable: Callable[[str], None],
    ) -> None:
        """Return once a panel hosts the icon, or after `stop`."""
        started, is_reported = time.monotonic(), self._was_shown
        while not self._is_stopped and not self._is_hosted:
            waited = time.monotonic() - started
            if waited >= self._grace and self._run_xembed(on_ready):
                started = time.monotonic()
                continue
            if waited >= self._panel_timeout and not is_reported:
                is_reported = True
                on_unavailable(_NO_PANEL_REASON)
            self._changed.wait(
                _IDLE_POLL_SECONDS if is_reported else _POLL_SECONDS,
            )
            self._changed.clear()

    @property
    def _grace(self) -> float:
        return _GRACE_SECONDS if self._sni_tray else 0.0

    def _run_xembed(self, on_ready: Callable[[], None]) -> bool:
        """Show the icon by XEmbed until it ends; return False if impossible."""
        try:
            adapter = IconAdapter(self._create_xembed_icon(), self._on_action)
        except NoTrayError:
            return False
        with self._lock:
            self._xembed_tray, view = adapter, self._view
        if view:
            adapter.show(view)

        def on_shown() -> None:
            self._was_shown = True
            self._notify_ready(on_ready)
            # A panel may have appeared, or `stop` been called, meanwhile.
            self._wake()

        adapter.run(on_shown, lambda _: None)
        with self._lock:
            self._xembed_tray = None
        return True

    def _notify_ready(self, on_ready: Callable[[], None]) -> None:
        if not self._is_ready:
            self._is_ready = True
            on_ready()
