"""Show the settings window; each change is saved and applied at once."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.config.claude_folders import resolve_claude_folder
from claude_tray.config.settings import load_settings_or_defaults
from claude_tray.config.writer import save_settings
from claude_tray.errors import SettingsError
from claude_tray.platform.autostart_service import is_autostart_enabled
from claude_tray.platform.paths import get_home_folder
from claude_tray.providers.registry import CLAUDE_CODE
from claude_tray.ui.settings.pages import PAGE_NAMES, build_pages
from claude_tray.ui.settings.render import draw_settings
from claude_tray.ui.settings.state import SettingsState, parse_set_action
from claude_tray.ui.toolkit import subprocess_task
from claude_tray.ui.toolkit.appearance import load_translator, select_palette
from claude_tray.ui.toolkit.controller import ViewController
from claude_tray.ui.toolkit.messages import (
    ActionKind,
    NotificationText,
    ShowCommand,
    TransientState,
    UserAction,
)
from claude_tray.ui.toolkit.surface import Frame, ViewState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from claude_tray.config.schema import Settings
    from claude_tray.ui.graphics.palette import Palette


_MESSAGE_DURATION: Final = timedelta(seconds=5)
_REFRESH_INTERVAL: Final = timedelta(seconds=1)
_FOLLOW_ACTION: Final = "follow:"
_TRAY_ACTIONS: Final = {
    "sync-now": ActionKind.SYNC_NOW,
    "quit": ActionKind.QUIT,
    "refresh": ActionKind.REFRESH,
}


class SettingsWindow:
    """
    Content of the settings window.

    Args:
        command: Paths, account folders and page.
        on_action: Called with each action that the tray has to run.
        now: Time of the first view.
    """

    is_framed = True

    def __init__(
        self,
        command: ShowCommand,
        on_action: Callable[[UserAction], None],
        now: datetime,
    ) -> None:
        self.clipboard = ""
        self._command = command
        self._on_action = on_action
        self._now = now
        self._message_shown_at = now
        self._refreshed_at = now
        self._running_commands: dict[
            str, subprocess_task.BackgroundCommand
        ] = {}
        self._transient_state = TransientState()
        # Read only once: the desktop may answer slowly.
        self._system_palette = select_palette("system")
        self._state = self._load_state()
        page = command.page if command.page in PAGE_NAMES else PAGE_NAMES[0]
        self.control = ViewController(
            self._draw,
            self._handle_action,
            ViewState(palette=self._palette, tab=page),
            PAGE_NAMES,
            is_rtl=self._state.translator.is_rtl,
        )

    @property
    def title(self) -> str:
        gettext = self._state.translator.gettext
        return gettext("claude-tray Settings")

    def refresh(self, now: datetime) -> None:
        """Reload changed settings and handle finished commands."""
        self._now = now
        if now - self._refreshed_at >= _REFRESH_INTERVAL:
            self._refreshed_at = now
            self._reload()
        for name, command in list(self._running_commands.items()):
            result = command.poll()
            if result is not None:
                del self._running_commands[name]
                self._handle_result(name, result.output, result.last_line)
        if (
            self.control.view_state.message
            and now - self._message_shown_at > _MESSAGE_DURATION
        ):
            self.control.update_view_state(message="")

    def update(self, transient_state: TransientState) -> None:
        """Replace the state of sync."""
        self._transient_state = transient_state
        self._reload()

    def show_fallback(self) -> UserAction:
        """Return a notification with the path of the settings file."""
        text = self._state.translator.gettext(
            "Settings file: {path}", path=self._command.settings
        )
        return _build_notification(text)

    def close(self) -> None:
        """Cancel running commands."""
        for command in self._running_commands.values():
            command.cancel()
        self._running_commands.clear()

    @property
    def _palette(self) -> Palette:
        return self._select_palette(self._state.settings.general_theme)

    def _select_palette(self, theme: str) -> Palette:
        return (
            self._system_palette
            if theme == "system"
            else select_palette(theme)
        )

    def _draw(self, view_state: ViewState) -> Frame:
        translator = self._state.translator
        return draw_settings(
            build_pages(self._state),
            translator.gettext("Settings"),
            view_state,
            is_rtl=translator.is_rtl,
        )

    def _reload(self) -> None:
        state = self._load_state()
        # The time alone is no reason to redraw.
        if state._replace(now=None) != self._state._replace(now=None):
            self._state = state
            self.control.is_rtl = state.translator.is_rtl
            self.control.update_view_state(palette=self._palette)
            self.control.invalidate()

    def _load_state(self) -> SettingsState:
        """Read the settings and the state of the system."""
        settings = load_settings_or_defaults(Path(self._command.settings))
        translator = load_translator(settings)
        gettext = translator.gettext
        log_path = str(Path(self._command.state) / "claude-tray.log")
        return SettingsState(
            settings,
            translator,
            self._now,
            is_autostart_enabled(),
            self._transient_state.sync,
            tuple(_abbreviate_home(path) for path, _ in self._command.folders),
            (
                (
                    gettext("Settings"),
                    _abbreviate_home(self._command.settings),
                ),
                (gettext("Store"), _abbreviate_home(self._command.store)),
                (gettext("Log"), _abbreviate_home(log_path)),
            ),
            self._select_palette(settings.general_theme).is_dark,
            settings.sync_url,
            tuple(map(_abbreviate_home, self._list_other_folders(settings))),
        )

    def _list_followed_folders(self, settings: Settings) -> list[str]:
        home = get_home_folder()
        added = (
            str(resolve_claude_folder(text, home))
            for text in settings.claude_paths
        )
        followed = [path for path, _ in self._command.folders]
        return list(dict.fromkeys((*followed, *added)))

    def _list_other_folders(self, settings: Settings) -> list[str]:
        """Return Claude folders in the home that are not followed."""
        followed = map(os.path.realpath, self._list_followed_folders(settings))
        known = set(followed)
        return [
            str(path)
            for path in CLAUDE_CODE.find_other_folders(get_home_folder())
            if os.path.realpath(path) not in known
        ]

    def _handle_action(self, name: str) -> None:
        if name.startswith(("set:", _FOLLOW_ACTION)):
            self._save_settings(*self._parse_change(name))
        elif name == "login":
            is_on = self._state.starts_at_login
            self._on_action(
                UserAction(
                    ActionKind.DISABLE_AUTOSTART
                    if is_on
                    else ActionKind.ENABLE_AUTOSTART
                )
            )
        elif name == "test-notification":
            gettext = self._state.translator.gettext
            text = gettext("Test notification from claude-tray")
            self._on_action(_build_notification(text))
        elif name in _TRAY_ACTIONS:
            self._on_action(UserAction(_TRAY_ACTIONS[name]))
        elif name == "sync-test":
            self._test_connection()
        elif name == "dry-run":
            self._running_commands[name] = subprocess_task.start_dry_run(
                self._command.folders
            )
        elif name == "diagnostics":
            self._running_commands[name] = subprocess_task.start_doctor(
                self._command.folders
            )

    def _parse_change(self, action: str) -> tuple[str, object]:
        """Return the key and new value of a setting."""
        if not action.startswith(_FOLLOW_ACTION):
            return parse_set_action(action)
        folders = self._list_followed_folders(self._state.settings)
        added = action.removeprefix(_FOLLOW_ACTION)
        return "claude_paths", [*folders, added]

    def _save_settings(self, key: str, value: object) -> None:
        try:
            save_settings(Path(self._command.settings), {key: value})
        except SettingsError as error:
            translate = self._state.translator.catalog.gettext
            self._show_message(error.describe(translate))
        self._reload()
        self._on_action(UserAction(ActionKind.RELOAD_SETTINGS))

    def _test_connection(self) -> None:
        gettext = self._state.translator.gettext
        if not self._state.settings.sync_enabled:
            self._show_message(gettext("Turn on sync first."))
        elif "sync-test" not in self._running_commands:
            self._running_commands["sync-test"] = subprocess_task.start_sync(
                self._command.folders
            )
            self._show_message(
                gettext("Contacting the server\N{HORIZONTAL ELLIPSIS}")
            )

    def _handle_result(self, name: str, output: str, last_line: str) -> None:
        """Show or copy the result of a background command."""
        gettext = self._state.translator.gettext
        if name == "sync-test":
            self._show_message(last_line)
            return
        self.clipboard = output
        message = gettext("Data to be sent copied")
        if name == "diagnostics":
            message = gettext("Diagnostics copied")
        self._show_message(message)

    def _show_message(self, text: str) -> None:
        self._message_shown_at = self._now
        self.control.update_view_state(message=text)


def _build_notification(title: str) -> UserAction:
    return UserAction(ActionKind.NOTIFY, notification=NotificationText(title))


def _abbreviate_home(path: str) -> str:
    """Replace the home folder in a path by "~"."""
    home = str(Path("~").expanduser())
    return "~" + path[len(home) :] if path.startswith(home + os.sep) else path
