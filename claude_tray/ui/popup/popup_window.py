"""Show the popup and keep it up to date."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.platform.known_folders import get_pictures_folder
from claude_tray.presentation.countdown import truncate_to_minute
from claude_tray.ui.popup.compose import PopupView, format_summary, load_view
from claude_tray.ui.popup.data import StoreSource
from claude_tray.ui.popup.render.layout import draw_popup
from claude_tray.ui.toolkit.appearance import load_translator, select_palette
from claude_tray.ui.toolkit.controller import ViewController
from claude_tray.ui.toolkit.messages import (
    ActionKind,
    ShowCommand,
    TransientState,
    UserAction,
)
from claude_tray.ui.toolkit.subprocess_task import (
    BackgroundCommand,
    start_doctor,
)
from claude_tray.ui.toolkit.surface import Frame, ViewState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


_PAGES: Final = ("projects", "models", "days")
_MESSAGE_DURATION: Final = timedelta(seconds=4)
# Actions of the tray; those that open something else also close the popup.
_FORWARDED_ACTIONS: Final = {
    "refresh": UserAction(ActionKind.REFRESH),
    "sync-now": UserAction(ActionKind.SYNC_NOW),
    "quit": UserAction(ActionKind.QUIT),
}
_CLOSING_ACTIONS: Final = {
    "dashboard": UserAction(ActionKind.OPEN_DASHBOARD),
    "page": UserAction(ActionKind.OPEN_DASHBOARD),
    "settings": UserAction(ActionKind.OPEN_SETTINGS),
    "sync": UserAction(ActionKind.OPEN_SETTINGS, page="sync"),
    "about": UserAction(ActionKind.OPEN_SETTINGS, page="about"),
}
_CLOSE_WINDOW: Final = UserAction(ActionKind.CLOSE_WINDOW)


class PopupWindow:
    """
    Content of the popup window.

    Args:
        command: Paths, account folders and position.
        on_action: Called with each action that the tray has to run.
        now: Time of the first view.
    """

    is_framed = False

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
        self._account_name = ""
        self._is_outdated = True
        self._diagnostics: BackgroundCommand | None = None
        self._source = StoreSource(command)
        self._translator = load_translator(self._source.settings)
        self._view = self._load_view()
        self.control = ViewController(
            self._draw,
            self._handle_action,
            ViewState(
                palette=select_palette(self._source.settings.general_theme)
            ),
            _PAGES,
            is_rtl=self._translator.is_rtl,
        )

    @property
    def title(self) -> str:
        return self._view.sentence

    def refresh(self, now: datetime) -> None:
        """Reload if the store, the minute or the transient state has changed."""
        is_new_minute = truncate_to_minute(now) > self._now
        if self._source.has_changed() or is_new_minute or self._is_outdated:
            self._now = now
            self._view = self._load_view()
            self._is_outdated = False
            self.control.invalidate()
        result = self._diagnostics.poll() if self._diagnostics else None
        if result is not None:
            self._diagnostics = None
            self.clipboard = result.output
            self._show_message(self._translator.gettext("Diagnostics copied"))
        if (
            self.control.view_state.message
            and now - self._message_shown_at > _MESSAGE_DURATION
        ):
            self.control.update_view_state(message="")

    def update(self, state: TransientState) -> None:
        """Replace the state that is not in the store."""
        if state != self._source.transient_state:
            self._source.transient_state = state
            self._is_outdated = True

    def close(self) -> None:
        self._source.close()
        if self._diagnostics is not None:
            self._diagnostics.cancel()

    def _draw(self, view_state: ViewState) -> Frame:
        return draw_popup(self._view, view_state)

    def show_fallback(self) -> UserAction | None:
        """Open the local page instead."""
        return _CLOSING_ACTIONS["dashboard"]

    def _load_view(self) -> PopupView:
        return load_view(
            self._source, self._translator, self._now, self._account_name
        )

    def _handle_action(self, name: str) -> None:
        kind, _, number = name.partition(":")
        if kind == "account":
            self._account_name = self._view.accounts[int(number)].key
            self._view = self._load_view()
            self.control.invalidate()
        elif name in _FORWARDED_ACTIONS:
            self._on_action(_FORWARDED_ACTIONS[name])
        elif name in _CLOSING_ACTIONS:
            self._on_action(_CLOSING_ACTIONS[name])
            self._on_action(_CLOSE_WINDOW)
        else:
            self._handle_locally(name)

    def _handle_locally(self, name: str) -> None:
        gettext = self._translator.gettext
        if name == "copy":
            self.clipboard = format_summary(self._view)
            self._show_message(gettext("Summary copied"))
        elif name == "picture":
            self._show_message(self._save_picture())
        elif name == "diagnostics":
            self._diagnostics = start_doctor(self._command.folders)

    def _show_message(self, text: str) -> None:
        self._message_shown_at = self._now
        self.control.update_view_state(message=text)

    def _save_picture(self) -> str:
        """Save the current picture; return a message with its name."""
        timestamp = self._now.astimezone().strftime("%Y-%m-%d %H.%M.%S")
        path = get_pictures_folder() / f"claude-tray {timestamp}.png"
        view_state = self.control.view_state._replace(
            hover="", focus="", pointer=None, is_menu_open=False, message=""
        )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._draw(view_state).picture.save(path)
        except OSError as error:
            return f"{path}: {error.strerror}"
        return self._translator.gettext("Saved: {path}", path=path.name)
