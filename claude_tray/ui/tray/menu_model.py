"""What a person asks of the tray."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple


class ActionKind(Enum):
    """
    What a click or a menu entry does.

    CHOOSE writes the wish's choices into the settings. MUTE and UNMUTE are
    about notifications until the reset. OPEN_SETTINGS opens the wish's page.
    """

    OPEN_POPUP = auto()
    REFRESH = auto()
    OPEN_DASHBOARD = auto()
    SYNC_NOW = auto()
    CHANGE_SETTINGS = auto()
    MUTE = auto()
    UNMUTE = auto()
    ENABLE_AUTOSTART = auto()
    DISABLE_AUTOSTART = auto()
    OPEN_SETTINGS = auto()
    ABOUT = auto()
    QUIT = auto()


class AnchorPoint(NamedTuple):
    """Where on the screen was clicked, in its pixels."""

    x: int
    y: int


class UserAction(NamedTuple):
    """
    What was chosen.

    Attributes:
        kind: What is to be done.
        anchor: Where was clicked; None where the desktop does not tell.
        changes: New settings by dotted key, of CHOOSE.
        page: Which part of the settings, as "sync"; empty for the first.
    """

    kind: ActionKind
    anchor: AnchorPoint | None = None
    changes: tuple[tuple[str, str | bool], ...] = ()
    page: str = ""


class CheckState(Enum):
    """What stands before a line that is switched."""

    CHECK = auto()
    RADIO = auto()


class MenuEntry(NamedTuple):
    """
    One line; None for a separator stands in its place.

    Attributes:
        label: What it says.
        action: What choosing it does; of no account where it has entries.
        mark: How it is marked, where it is a switch.
        is_on: Whether the mark is set.
        is_default: What a left click on the icon does.
        entries: The submenu; empty for none.
    """

    label: str
    action: UserAction = UserAction(ActionKind.OPEN_POPUP)
    mark: CheckState | None = None
    is_on: bool = False
    is_default: bool = False
    entries: tuple[MenuEntry | None, ...] = ()
