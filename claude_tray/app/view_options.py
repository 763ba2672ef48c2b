"""Keep the view options up to date."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

from claude_tray.platform import autostart_service, installation, system
from claude_tray.ui.tray.menu_model import ViewOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.app.context import AppContext
    from claude_tray.core.setup import SetupState
    from claude_tray.ingest.snapshot_channel import SnapshotChannel


class ViewOptionsStore:
    """
    Hold the view options; show the snapshot again when they change.

    Args:
        channel: Republished after each change.
        context: Initial settings.

    Attributes:
        load_setup: Returns the state of the setup switches.
        get_newer_version: Returns the version to update to; empty for none.
        installation: Files of the program as they were at its start.
    """

    def __init__(self, channel: SnapshotChannel, context: AppContext) -> None:
        current = system.current_system()
        self.installation = installation.read_installation()
        self.get_newer_version: Callable[[], str] = str
        self.load_setup: Callable[[], SetupState | None] = lambda: None
        self._channel = channel
        self._lock = threading.Lock()
        self._is_autostart_status_slow = current.is_autostart_status_slow
        self._options = ViewOptions(
            settings=context.settings,
            translator=context.translator,
            style=current.style,
            is_dark=current.is_panel_dark(os.environ),
            starts_at_login=autostart_service.is_autostart_enabled(),
        )

    def get_options(self) -> ViewOptions:
        with self._lock:
            options = self._options
        options = options._replace(
            setup=self.load_setup(),
            is_replaced=self.installation.is_replaced(),
            available_version=self.get_newer_version(),
        )
        if self._is_autostart_status_slow:
            return options
        return options._replace(
            starts_at_login=autostart_service.is_autostart_enabled()
        )

    def update_settings(self, context: AppContext) -> None:
        """Go on by other settings."""
        self._update(settings=context.settings, translator=context.translator)

    def set_muted(self, is_muted: bool) -> None:  # noqa: FBT001 - a fact
        """Update the mute switch of the menu."""
        if is_muted != self._options.is_muted:
            self._update(is_muted=is_muted)

    def refresh_autostart(self) -> None:
        """Update the autostart switch of the menu."""
        self._update(starts_at_login=autostart_service.is_autostart_enabled())

    def _update(self, **changes: Any) -> None:
        # Several threads replace the tuple: without the lock, updates get lost.
        with self._lock:
            self._options = self._options._replace(**changes)
        self._channel.republish()
