"""Assemble and run the tray."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

from claude_tray.app import (
    command_handler,
    display,
    first_run,
    notification_command,
    setup_service,
    shutdown,
    statusline_limits,
    sync_control,
    telemetry_service,
    view_options,
    windows,
)
from claude_tray.app.actions import (
    ActionDispatcher,
    open_server,
    save_changes,
)
from claude_tray.app.context import (
    AppContext,
    build_live_context,
    load_quiet_context,
)
from claude_tray.app.services import AppServices
from claude_tray.config.live_settings import LiveSettings
from claude_tray.core.account_choice import choose_account
from claude_tray.core.setup import SetupSwitch
from claude_tray.errors import ClaudeTrayError, DesktopError, gettext_noop
from claude_tray.platform import (
    autostart_service,
    installation,
    launch_command,
    notifier_factory,
)
from claude_tray.presentation.welcome import build_greeting
from claude_tray.setup.updates import STATE_FILE, UpdateChecker
from claude_tray.ui.toolkit.messages import (
    ActionKind,
    UserAction,
    build_switch_action,
    parse_action_key,
)
from claude_tray.ui.toolkit.process import build_program_command
from claude_tray.ui.tray.notification_service import (
    NotificationService,
    build_greeting_notification,
)

if TYPE_CHECKING:
    import argparse

    from claude_tray.app.actions import ActionHandler, ActionQueue
    from claude_tray.core.snapshot import Snapshot
    from claude_tray.platform.notifications.notifier import DesktopNotification
    from claude_tray.platform.single_instance import SingleInstance


_NOTIFICATION_STATE_FILE: Final = "notices.json"


class TrayApp:
    """
    Own every part of the running tray.

    The parts are built bottom-up: they submit actions to a queue, and the
    dispatcher that runs them is built last.

    Args:
        context: Initial context.
        arguments: Command line; contexts after a change of the settings keep
            its options.
    """

    def __init__(
        self, context: AppContext, arguments: argparse.Namespace
    ) -> None:
        self._context = context
        self._arguments = arguments
        actions: ActionQueue = SimpleQueue()
        self._actions = actions
        self._is_first_run = first_run.take_first_run(context)
        self._shutdown = shutdown.ShutdownSignal(shutdown.DEADLINE_SECONDS)
        self._live_settings = LiveSettings(
            context.paths.settings_file, context.paths.settings_backup_file
        )
        self._services = AppServices(
            context.paths, context.engine_config(self._live_settings.problem)
        )
        channel = self._services.channel
        self._statusline_limits = statusline_limits.StatuslineLimitsWriter(
            context.paths.state_folder
        )
        channel.subscribe(self._write_statusline_limits)
        self._view_options = view_options.ViewOptionsStore(channel, context)
        self._display = display.DisplayLoop(
            channel, self._view_options.get_options, self._shutdown
        )
        self._command = notification_command.NotificationCommand(
            lambda: self._live_settings.current.notifications_command,
            context.paths.state_folder / notification_command.STATE_FILE,
        )
        self._notifications = self._build_notifications()
        self._notifications.run_command = self._command.submit
        self._setup = setup_service.SetupService(
            self._load_context, self._apply_setup
        )
        self._view_options.load_setup = self._setup.get_state
        self._updates = self._build_update_checker()
        self._windows = windows.WindowManager(
            self._load_context,
            actions.put,
            get_setup=self._setup.get_state,
            on_failed=self._report_failed_window,
        )
        self._sync = sync_control.SyncController(
            self._services.sync_service, self._load_context
        )
        self._telemetry = telemetry_service.TelemetryService(channel)
        self._dispatcher = ActionDispatcher(
            actions, self._build_handlers(), self._report_error
        )

    def _build_notifications(self) -> NotificationService:
        return NotificationService(
            self._services.channel,
            self._context.paths.state_folder / _NOTIFICATION_STATE_FILE,
            notifier_factory.build_notifier(
                lambda key: self._actions.put(parse_action_key(key)),
                self._display.show_balloon,
            ),
            self._view_options.get_options,
            self._view_options.set_muted,
            self._build_greeting if self._is_first_run else None,
        )

    def _build_update_checker(self) -> UpdateChecker:
        checker = UpdateChecker(
            self._context.paths.state_folder / STATE_FILE,
            lambda: self._live_settings.current.updates_check,
            self._services.channel.republish,
        )
        self._view_options.get_newer_version = lambda: checker.newer_version
        return checker

    def run(
        self,
        instance: SingleInstance,
        *,
        has_tray: bool,
        panel_timeout: float,
        build_status: command_handler.StatusBuilder,
    ) -> None:
        """
        Run until a user or a signal ends it.

        Args:
            instance: The acquired lock of the one tray per user.
            has_tray: Show an icon; else a line in the terminal.
            panel_timeout: Seconds that a panel may take to appear.
            build_status: Returns what `status` prints, for the command.
        """
        if self._is_first_run and sys.stderr.isatty():
            translator = self._context.translator
            first_run.print_tips(self._setup.get_state(), translator)
        self._start(instance, build_status)
        try:
            self._display.run(
                self._actions.put if has_tray else None, panel_timeout
            )
        finally:
            self._stop(instance)

    def _start(
        self,
        instance: SingleInstance,
        build_status: command_handler.StatusBuilder,
    ) -> None:
        self._live_settings.subscribe(lambda _: self._apply_settings())
        self._sync.reconfigure(self._context)
        self._services.start()
        self._dispatcher.start()
        handler = command_handler.CommandHandler(
            self._services,
            self._actions.put,
            self._load_quiet_context,
            build_status,
        )
        # Two trays would both write to the store.
        instance.serve(
            handler.handle_line,
            on_lost=lambda: self._actions.put(UserAction(ActionKind.QUIT)),
        )
        self._live_settings.start()
        self._updates.start()
        self._notifications.start()
        self._telemetry.reconfigure(self._context)
        self._windows.start_publishing(self._services.channel)

    def _stop(self, instance: SingleInstance) -> None:
        self._live_settings.stop()
        self._updates.stop()
        self._telemetry.stop()
        # Before the windows: a late action would open one again.
        self._dispatcher.stop()
        self._services.stop()
        # Last of what uses the store: another tray may start now.
        instance.release()
        self._windows.stop()
        self._notifications.join()
        self._command.close()
        self._shutdown.finish()

    def _build_handlers(self) -> dict[ActionKind, ActionHandler]:
        services, live_settings = self._services, self._live_settings
        open_window = self._windows.open_for_action
        return {
            ActionKind.OPEN_POPUP: open_window,
            ActionKind.TOGGLE_POPUP: open_window,
            ActionKind.OPEN_SETTINGS: open_window,
            ActionKind.OPEN_DASHBOARD: open_window,
            ActionKind.OPEN_SERVER: lambda _: open_server(
                live_settings.current.sync_url
            ),
            ActionKind.REFRESH: lambda _: services.refresh(),
            ActionKind.SYNC_NOW: lambda _: services.sync_service.sync_now(),
            ActionKind.CHANGE_SETTINGS: lambda action: save_changes(
                live_settings, action, self._load_context().environment
            ),
            ActionKind.RELOAD_SETTINGS: lambda _: (
                live_settings.reload_if_changed()
            ),
            ActionKind.MUTE: lambda _: self._notifications.mute(),
            ActionKind.UNMUTE: lambda _: self._notifications.unmute(),
            ActionKind.ENABLE_AUTOSTART: lambda _: self._set_autostart(
                is_on=True
            ),
            ActionKind.DISABLE_AUTOSTART: lambda _: self._set_autostart(
                is_on=False
            ),
            ActionKind.SET_WELCOME_SWITCH: self._turn_switch,
            ActionKind.START_DEMO: lambda _: self._start_demo(),
            ActionKind.FOLLOW_FOLDER: self._follow_folder,
            ActionKind.RESTART: lambda _: self._restart(),
            ActionKind.NOTIFY: self._notify,
            ActionKind.QUIT: lambda _: self._shutdown.request(),
        }

    def _write_statusline_limits(self) -> None:
        snapshot = self._services.channel.latest()
        if snapshot is not None:
            self._statusline_limits.write(snapshot)

    def _set_autostart(self, *, is_on: bool) -> None:
        autostart_service.set_autostart(is_on=is_on)
        self._view_options.refresh_autostart()

    def _turn_switch(self, action: UserAction) -> None:
        self._setup.turn_switch(action)
        if action.switch is SetupSwitch.LIMITS and action.is_on:
            gettext = self._view_options.get_options().translator.gettext
            undo = build_switch_action(SetupSwitch.LIMITS, is_on=False)
            self._notifications.notify(
                gettext("Your limits are connected"),
                gettext("They appear with Claude Code's next response."),
                [
                    (UserAction(ActionKind.OPEN_POPUP), gettext("Show stats")),
                    (undo, gettext("Undo")),
                ],
            )

    def _build_greeting(self, snapshot: Snapshot) -> DesktopNotification:
        options, now = self._view_options.get_options(), datetime.now(UTC)
        context = options.build_context(
            choose_account(snapshot, now), now, None
        )
        return build_greeting_notification(
            build_greeting(snapshot, context, self._setup.get_state()),
            options.translator,
        )

    def _follow_folder(self, action: UserAction) -> None:
        self._setup.follow_folder(action)
        self._apply_setup()

    def _apply_setup(self) -> None:
        """Show what a setup switch has changed."""
        self._live_settings.reload_if_changed()
        self._setup.invalidate()
        self._view_options.refresh_autostart()

    def _start_demo(self) -> None:
        # Late: the demo is run rarely.
        from claude_tray.app.demo import get_instance_folder

        setup_service.start_demo(
            build_program_command("--demo"),
            get_instance_folder(self._context.paths.state_folder),
        )

    def _notify(self, action: UserAction) -> None:
        if action.notification is not None:
            self._notifications.notify(*action.notification)

    def _restart(self) -> None:
        """End this program, and start the one that took its place."""
        command = installation.build_restart_command(
            launch_command.current_process(os.environ), sys.argv[1:]
        )
        self._shutdown.successor = partial(
            installation.replace_process, command
        )
        self._shutdown.request()

    def _suggest_restart(self) -> None:
        gettext = self._view_options.get_options().translator.gettext
        self._notifications.notify(
            gettext("claude-tray was updated"),
            gettext("Restart it to use the new version."),
            [(UserAction(ActionKind.RESTART), gettext("Restart"))],
        )

    def _report_failed_window(self) -> None:
        self._report_error(
            DesktopError(
                gettext_noop("The window closed because of an error."),
                hint=gettext_noop("See the log: {path}"),
                path=self._context.paths.log_file,
            )
        )

    def _report_error(self, error: ClaudeTrayError) -> None:
        if self._view_options.installation.is_replaced():
            # The likely reason, whatever failed.
            self._suggest_restart()
            return
        translator = self._view_options.get_options().translator
        title, body = error.translate(translator.catalog.gettext)
        self._notifications.notify(title, body)

    def _load_context(self) -> AppContext:
        paths, loaded = self._context.paths, self._live_settings.loaded
        return build_live_context(self._arguments, paths, loaded)

    def _load_quiet_context(self) -> AppContext | None:
        self._live_settings.reload_if_changed()
        return load_quiet_context(
            self._context.paths, self._live_settings.loaded
        )

    def _apply_settings(self) -> None:
        context = self._load_context()
        self._services.reconfigure(
            context.engine_config(self._live_settings.problem)
        )
        self._view_options.update_settings(context)
        self._updates.wake()
        self._sync.reconfigure(context)
        self._telemetry.reconfigure(context)
