"""
Encode messages between the tray and the process of a window.

Each message is one line of JSON, tagged with its type. The tray writes
commands to the process's stdin and reads actions from its stdout.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from claude_tray.core.live_sessions import NO_SESSIONS, SessionCount
from claude_tray.core.setup import SetupState, SetupSwitch
from claude_tray.core.snapshot import Snapshot, SyncState

if TYPE_CHECKING:
    from collections.abc import Callable


class ActionKind(Enum):
    """
    Kind of an action.

    The values are sent from a window's process to the tray's.

    * CHANGE_SETTINGS saves `changes`; RELOAD_SETTINGS applies a file that a
      window has saved.
    * TOGGLE_POPUP closes an open popup.
    * MUTE lasts until the window resets, or until UNMUTE.
    * OPEN_SETTINGS opens `page`; OPEN_POPUP opens the popup at `anchor`.
    * SET_WELCOME_SWITCH turns `switch` on or off, START_DEMO shows sample
      data, FOLLOW_FOLDER adds `folder` to the settings.
    * RESTART starts the program anew, after it was replaced by an update.
    * NOTIFY shows `notification`.
    * CLOSE_WINDOW closes the window that sent it, in its own process.
    """

    OPEN_POPUP = "open-popup"
    TOGGLE_POPUP = "toggle-popup"
    OPEN_SETTINGS = "open-settings"
    OPEN_DASHBOARD = "open-dashboard"
    OPEN_SERVER = "open-server"
    REFRESH = "refresh"
    SYNC_NOW = "sync-now"
    CHANGE_SETTINGS = "change-settings"
    RELOAD_SETTINGS = "reload-settings"
    MUTE = "mute"
    UNMUTE = "unmute"
    ENABLE_AUTOSTART = "enable-autostart"
    DISABLE_AUTOSTART = "disable-autostart"
    SET_WELCOME_SWITCH = "set-welcome-switch"
    START_DEMO = "start-demo"
    FOLLOW_FOLDER = "follow-folder"
    RESTART = "restart"
    NOTIFY = "notify"
    CLOSE_WINDOW = "close-window"
    QUIT = "quit"


class AnchorPoint(NamedTuple):
    """Position of a click on the screen, or of the icon, in pixels."""

    x: int
    y: int
    width: int = 1
    height: int = 1


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
        page: Section of the settings, such as "sync", or path of the local
            page, such as "/projects"; empty for the first.
        notification: Text to show.
        switch: Setup switch to turn.
        is_on: Turn it on.
        folder: Claude folder to add.
    """

    kind: ActionKind
    anchor: AnchorPoint | None = None
    changes: tuple[tuple[str, str | bool], ...] = ()
    page: str = ""
    notification: NotificationText | None = None
    switch: SetupSwitch | None = None
    is_on: bool = False
    folder: str = ""


class ShowCommand(msgspec.Struct, frozen=True, tag="show"):
    """
    Show a window.

    Attributes:
        store: Path of the database.
        settings: Path of the settings file.
        state: Folder for files that can be recreated.
        folders: Path and name of each Claude folder.
        anchor: x, y, width and height of the icon in pixels; None if unknown.
        closes_open: Whether to close the window instead if it is open.
    """

    store: str
    settings: str
    state: str
    folders: tuple[tuple[str, str], ...]
    anchor: tuple[int, int, int, int] | None = None
    closes_open: bool = False


class TransientState(msgspec.Struct, frozen=True, tag="state"):
    """
    Hold the part of a snapshot that is not in the store.

    Attributes:
        scan_progress: As in the snapshot; likewise the other fields.
        setup: State of the setup switches; None if unknown.
        sessions: Number of sessions that run and wait.
    """

    scan_progress: float | None = None
    problem: str = ""
    sync: SyncState = SyncState()
    is_demo: bool = False
    setup: SetupState | None = None
    sessions: SessionCount = NO_SESSIONS


class HideCommand(msgspec.Struct, frozen=True, tag="hide"):
    """Hide the window; the process stays warm."""


class QuitCommand(msgspec.Struct, frozen=True, tag="quit"):
    """End the process."""


class WindowHidden(msgspec.Struct, frozen=True, tag="hidden"):
    """Report that the window is no longer on the screen."""


class WindowShown(msgspec.Struct, frozen=True, tag="shown"):
    """Report that the window is on the screen."""


class WindowUnavailable(msgspec.Struct, frozen=True, tag="unavailable"):
    """Report that no window can be shown; an action follows instead."""


WindowCommand = ShowCommand | TransientState | HideCommand | QuitCommand
WindowMessage = UserAction | WindowShown | WindowHidden | WindowUnavailable

_ENCODER: Final = msgspec.json.Encoder()
_COMMAND_DECODER: Final = msgspec.json.Decoder(WindowCommand)
_MESSAGE_DECODER: Final = msgspec.json.Decoder(WindowMessage)


def encode_line(message: WindowCommand | WindowMessage) -> str:
    """Encode a message; JSON escapes newlines, so one line is enough."""
    return _ENCODER.encode(message).decode() + "\n"


def parse_command(line: str) -> WindowCommand:
    """
    Parse a line from the tray.

    Raises:
        msgspec.DecodeError: The line is no command.
    """
    command: WindowCommand = _COMMAND_DECODER.decode(line)
    return command


def parse_message(line: str) -> WindowMessage:
    """
    Parse a line from a window.

    Raises:
        msgspec.DecodeError: The line is no message.
    """
    message: WindowMessage = _MESSAGE_DECODER.decode(line)
    return message


def build_transient_state(
    snapshot: Snapshot,
    setup: SetupState | None = None,
    translate: Callable[[str], str] = str,
) -> TransientState:
    """
    Extract the part of a snapshot that is not in the store.

    Args:
        snapshot: What the tray shows.
        setup: State of the switches of the first minute.
        translate: Translates problems: the other process gets only text.
    """
    sync = snapshot.sync
    if sync.problem:
        sync = replace(sync, problem=translate(sync.problem))
    return TransientState(
        snapshot.scan_progress,
        translate(snapshot.problem),
        sync,
        snapshot.is_demo,
        setup,
        snapshot.sessions,
    )


def format_action_key(action: UserAction) -> str:
    """Format an action as the key of a notification's button."""
    if action.switch is None:
        return action.kind.value
    state = "on" if action.is_on else "off"
    return f"{action.kind.value}:{action.switch}:{state}"


def parse_action_key(key: str) -> UserAction:
    """
    Parse the key of a notification's button.

    Raises:
        ValueError: It is no key of ours.
    """
    kind, _, switch = key.partition(":")
    if not switch:
        return UserAction(ActionKind(kind))
    name, _, state = switch.partition(":")
    return UserAction(
        ActionKind(kind), switch=SetupSwitch(name), is_on=state == "on"
    )


def build_switch_action(key: SetupSwitch, *, is_on: bool) -> UserAction:
    """Build the action that turns a setup switch."""
    return UserAction(ActionKind.SET_WELCOME_SWITCH, switch=key, is_on=is_on)
