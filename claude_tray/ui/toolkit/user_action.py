"""Define the actions of the tray menu and the windows."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

import msgspec


class ActionKind(Enum):
    """
    Kind of an action.

    The values are sent from a window's process to the tray's.

    * CHANGE_SETTINGS saves `changes`; RELOAD_SETTINGS applies a file that a
      window has saved.
    * MUTE lasts until the window resets, or until UNMUTE.
    * OPEN_SETTINGS opens `page`; OPEN_POPUP opens the popup at `anchor`.
    * NOTIFY shows `notification`.
    * CLOSE_WINDOW closes the window that sent it, in its own process.
    """

    OPEN_POPUP = "open-popup"
    OPEN_SETTINGS = "open-settings"
    OPEN_DASHBOARD = "open-dashboard"
    REFRESH = "refresh"
    SYNC_NOW = "sync-now"
    CHANGE_SETTINGS = "change-settings"
    RELOAD_SETTINGS = "reload-settings"
    MUTE = "mute"
    UNMUTE = "unmute"
    ENABLE_AUTOSTART = "enable-autostart"
    DISABLE_AUTOSTART = "disable-autostart"
    NOTIFY = "notify"
    CLOSE_WINDOW = "close-window"
    QUIT = "quit"


class AnchorPoint(NamedTuple):
    """Position of a click on the screen, in pixels."""

    x: int
    y: int


class NotificationText(NamedTuple):
    """Title and body of a notification."""

    title: str
    body: str = ""


class UserAction(msgspec.Struct, frozen=True, tag="action"):
    """
    One action that a user chose.

    Attributes:
        kind: Selects the effect; the other fields belong to some kinds only.
        anchor: Click position; None where the desktop does not report it.
        changes: New settings by dotted key.
        page: Page of the settings window, such as "sync"; empty for the first.
        notification: Text to show.
    """

    kind: ActionKind
    anchor: AnchorPoint | None = None
    changes: tuple[tuple[str, str | bool], ...] = ()
    page: str = ""
    notification: NotificationText | None = None
