"""What each wish does."""

from __future__ import annotations

import logging
import webbrowser
from typing import TYPE_CHECKING, Final

from claude_tray.errors import ClaudeTrayError
from claude_tray.platform.autostart.factory import set_autostart
from claude_tray.ui.tray.menu_model import ActionKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.app.services import AppServices
    from claude_tray.app.shutdown import ShutdownSignal
    from claude_tray.app.view_options import ViewOptionsStore
    from claude_tray.config.live_settings import LiveSettings
    from claude_tray.ui.tray.menu_model import UserAction
    from claude_tray.ui.tray.notification_service import NotificationService


_log = logging.getLogger(__name__)

_URL_SCHEMES: Final = ("http://", "https://")


class ActionDispatcher:
    """
    Does what is asked for; what cannot be done is told and logged.

    Args:
        shutdown: Ends everything.
        live_settings: The settings, for those that are chosen in the menu.
    """

    def __init__(
        self, shutdown: ShutdownSignal, live_settings: LiveSettings
    ) -> None:
        self._live_settings = live_settings
        self._notify: Callable[[str, str], None] = lambda *_: None
        # The popup and its settings pages; joined by whoever has them.
        self.open_window: Callable[[UserAction], None] = _log_popup_request
        self._handlers: dict[ActionKind, Callable[[UserAction], None]] = {
            ActionKind.QUIT: lambda _: shutdown.request(),
            ActionKind.CHANGE_SETTINGS: self._save_settings,
            ActionKind.OPEN_DASHBOARD: lambda _: self._open_dashboard(),
        }

    def connect(
        self,
        services: AppServices,
        view_options: ViewOptionsStore,
        notification_service: NotificationService,
    ) -> None:
        """Let wishes reach what is built after this."""
        self._notify = notification_service.notify_error
        self._handlers |= {
            ActionKind.MUTE: lambda _: notification_service.mute(),
            ActionKind.UNMUTE: lambda _: notification_service.unmute(),
            ActionKind.REFRESH: lambda _: services.refresh(),
            ActionKind.SYNC_NOW: lambda _: services.sync_service.sync_now(),
            ActionKind.ENABLE_AUTOSTART: lambda _: _enable_autostart(
                view_options
            ),
            ActionKind.DISABLE_AUTOSTART: lambda _: _disable_autostart(
                view_options
            ),
        }

    def __call__(self, action: UserAction) -> None:
        handler = self._handlers.get(action.kind)
        try:
            if handler is None:
                self.open_window(action)
            else:
                handler(action)
        except ClaudeTrayError as error:
            _log.warning("Could not do what was asked error=%s", error)
            self._notify(error.summary, error.hint)

    def reload_settings(self) -> None:
        """Go on by the settings that a window has saved."""
        self._live_settings.reload_if_changed()

    def notify(self, title: str, body: str) -> None:
        """Show a notification."""
        self._notify(title, body)

    def _save_settings(self, action: UserAction) -> None:
        # Late: tomlkit takes 2 MiB, and most people choose once.
        from claude_tray.config.writer import save_settings

        save_settings(self._live_settings.path, dict(action.changes))
        self._live_settings.reload_if_changed()

    def _open_dashboard(self) -> None:
        url = self._live_settings.current.sync_url
        if url.startswith(_URL_SCHEMES):
            webbrowser.open(url)


def _enable_autostart(view_options: ViewOptionsStore) -> None:
    set_autostart(is_on=True)
    view_options.refresh_autostart()


def _disable_autostart(view_options: ViewOptionsStore) -> None:
    set_autostart(is_on=False)
    view_options.refresh_autostart()


def _log_popup_request(action: UserAction) -> None:
    _log.info("The popup was asked for anchor=%s", action.anchor)
