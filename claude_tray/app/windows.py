"""The windows of the running program, and what is chosen in them."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Final

from claude_tray.app.context import build_live_context
from claude_tray.ui.toolkit.ipc import (
    PopupAction,
    ShowCommand,
    build_transient_state,
)
from claude_tray.ui.toolkit.process import PopupProcess
from claude_tray.ui.tray.menu_model import ActionKind, UserAction

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from claude_tray.app.actions import ActionDispatcher
    from claude_tray.app.context import AppContext
    from claude_tray.config.live_settings import LiveSettings
    from claude_tray.ingest.snapshot_channel import SnapshotChannel
    from claude_tray.platform.paths import AppPaths


AnchorRect = tuple[int, int, int, int]

_WAIT_SECONDS: Final = 60.0
_ACTION_KINDS: Final = {
    "refresh": ActionKind.REFRESH,
    "dashboard": ActionKind.OPEN_DASHBOARD,
    "sync-now": ActionKind.SYNC_NOW,
    "login-on": ActionKind.ENABLE_AUTOSTART,
    "login-off": ActionKind.DISABLE_AUTOSTART,
    "quit": ActionKind.QUIT,
}


class WindowManager:
    """
    The popup and the settings, each in a process of its own.

    Args:
        get_context: What there is at the moment.
        on_popup_action: Called, on some thread, with what was chosen in a window, and with
            "gone" when the last one is.
    """

    def __init__(
        self,
        get_context: Callable[[], AppContext],
        on_popup_action: Callable[[PopupAction], None],
    ) -> None:
        self._get_context = get_context
        self._on_popup_action = on_popup_action
        self._visible: set[str] = set()
        self._popup = PopupProcess(partial(self._handle_popup_action, "popup"))
        self._settings = PopupProcess(
            partial(self._handle_popup_action, "settings")
        )
        self._publisher: threading.Thread | None = None

    def open_for_action(self, action: UserAction) -> None:
        """Open what the tray's menu asks for."""
        if action.kind is ActionKind.ABOUT:
            self.open_settings("about")
        elif action.kind is ActionKind.OPEN_SETTINGS:
            self.open_settings(action.page)
        elif action.kind is ActionKind.OPEN_POPUP:
            position = action.anchor
            self.open_popup(
                (position.x, position.y, 1, 1) if position else None
            )

    def open_popup(self, anchor: AnchorRect | None = None) -> None:
        """Show the popup, beside the icon if it is known where that is."""
        self._visible.add("popup")
        self._popup.show(
            build_show_command(self._get_context(), "popup", anchor)
        )

    def open_settings(self, page: str = "") -> None:
        """Show the settings, at a page."""
        self._visible.add("settings")
        command = build_show_command(self._get_context(), "settings")
        self._settings.show(command._replace(page=page))

    def start_publishing(self, channel: SnapshotChannel) -> None:
        """Tell the windows what is not in the store, until the board ends."""
        self._publisher = threading.Thread(
            target=self._publish_states,
            args=(channel,),
            name="popups",
        )
        self._publisher.start()

    def stop(self) -> None:
        """End the windows; the board has ended before."""
        self._popup.stop()
        self._settings.stop()
        if self._publisher is not None:
            self._publisher.join()

    def _publish_states(self, channel: SnapshotChannel) -> None:
        version = 0
        while not channel.is_closed:
            update = channel.wait_for_newer(version, _WAIT_SECONDS)
            if update is not None:
                version, snapshot = update
                state = build_transient_state(snapshot)
                self._popup.send_state(state)
                self._settings.send_state(state)

    def _handle_popup_action(
        self, window: str, popup_action: PopupAction
    ) -> None:
        if popup_action.action == "settings":
            self.open_settings(popup_action.text)
        elif popup_action.action == "hidden":
            self._visible.discard(window)
            if not self._visible:
                self._on_popup_action(PopupAction("gone"))
        else:
            self._on_popup_action(popup_action)


def build_show_command(
    context: AppContext,
    window: str,
    anchor: AnchorRect | None = None,
) -> ShowCommand:
    """Return the order to show a window."""
    paths, config = context.paths, context.engine_config()
    return ShowCommand(
        window,
        str(paths.database),
        str(paths.settings_file),
        str(paths.state_folder),
        tuple((str(f.path), f.name) for f in config.folders),
        anchor,
    )


def perform_popup_action(
    popup_action: PopupAction, dispatcher: ActionDispatcher
) -> None:
    """
    Do what was chosen in a window of the running tray.

    Args:
        popup_action: What was chosen.
        dispatcher: Does what the menu does.
    """
    if popup_action.action == "settings-changed":
        dispatcher.reload_settings()
    elif popup_action.action == "notify":
        title, _, body = popup_action.text.partition("\n")
        dispatcher.notify(title, body)
    elif popup_action.action in _ACTION_KINDS:
        dispatcher(UserAction(_ACTION_KINDS[popup_action.action]))


def build_window_manager(
    arguments: argparse.Namespace,
    paths: AppPaths,
    live_settings: LiveSettings,
    dispatcher: ActionDispatcher,
) -> WindowManager:
    """Return the windows of the running tray, joined with its menu."""
    windows = WindowManager(
        lambda: build_live_context(arguments, paths, live_settings.current),
        lambda popup_action: perform_popup_action(popup_action, dispatcher),
    )
    dispatcher.open_window = windows.open_for_action
    return windows
