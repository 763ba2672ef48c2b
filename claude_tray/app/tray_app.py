"""The parts of a running tray, joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.app.actions import ActionDispatcher
from claude_tray.app.context import build_live_context
from claude_tray.app.display import DisplayLoop
from claude_tray.app.services import AppServices
from claude_tray.app.shutdown import ShutdownSignal
from claude_tray.app.sync_control import SyncController
from claude_tray.app.view_options import ViewOptionsStore
from claude_tray.app.windows import build_window_manager
from claude_tray.config.live_settings import LiveSettings
from claude_tray.platform.notifications.factory import build_notifier
from claude_tray.ui.tray.menu_model import ActionKind, UserAction
from claude_tray.ui.tray.notification_service import NotificationService

if TYPE_CHECKING:
    import argparse

    from claude_tray.app.context import AppContext
    from claude_tray.platform.single_instance import SingleInstance


_NOTIFICATION_STATE_FILE: Final = "notices.json"


class TrayApp:
    """
    What runs beside each other.

    Args:
        context: What they work with at first.
        arguments: The command's, for contexts to come.
    """

    def __init__(
        self,
        context: AppContext,
        arguments: argparse.Namespace,
    ) -> None:
        self._context = context
        self._arguments = arguments
        self.shutdown = ShutdownSignal()
        self.live_settings = LiveSettings(context.paths.settings_file)
        self.dispatcher = ActionDispatcher(self.shutdown, self.live_settings)
        self.services = AppServices(
            context.paths,
            context.engine_config(self.live_settings.problem),
            self.dispatcher,
        )
        self.view_options = ViewOptionsStore(self.services.channel, context)
        self.display = DisplayLoop(
            self.services.channel, self.view_options.get_options, self.shutdown
        )
        self.notification_service = NotificationService(
            self.services.channel,
            context.paths.state_folder / _NOTIFICATION_STATE_FILE,
            build_notifier(
                self._on_notification_clicked, self.display.show_balloon
            ),
            self.view_options.get_options,
            self.view_options.set_muted,
        )
        self.dispatcher.connect(
            self.services, self.view_options, self.notification_service
        )
        self.windows = build_window_manager(
            arguments, context.paths, self.live_settings, self.dispatcher
        )
        self.sync_controller = SyncController(
            self.services.sync_service, self._load_context
        )
        self.sync_controller.reconfigure(context)
        self.live_settings.subscribe(lambda _: self._apply_settings())

    def run(
        self, instance: SingleInstance, *, has_tray: bool, panel_timeout: float
    ) -> None:
        """
        Run until the end is asked for.

        Args:
            instance: The place of the one tray, which is had.
            has_tray: Show an icon; else lines in the terminal.
            panel_timeout: How many seconds a panel may take to appear.
        """
        self.services.start(instance)
        self.live_settings.start()
        self.notification_service.start()
        self.windows.start_publishing(self.services.channel)
        try:
            self.display.run(
                self.dispatcher if has_tray else None, panel_timeout
            )
        finally:
            self.live_settings.stop()
            self.services.stop(instance)
            self.windows.stop()
            self.notification_service.join()

    def _on_notification_clicked(self) -> None:
        self.dispatcher(UserAction(ActionKind.OPEN_POPUP))

    def _load_context(self) -> AppContext:
        paths, settings = self._context.paths, self.live_settings.current
        return build_live_context(self._arguments, paths, settings)

    def _apply_settings(self) -> None:
        """Let all parts go on by other settings."""
        context = self._load_context()
        self.services.reconfigure(
            context.engine_config(self.live_settings.problem)
        )
        self.view_options.update_settings(context)
        self.sync_controller.reconfigure(context)
