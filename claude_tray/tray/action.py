"""What a person asks of the tray."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple


class Action(Enum):
    """
    What a click or a menu entry does.

    CHOOSE writes the wish's choices into the settings. MUTE and UNMUTE are
    about notifications until the reset. OPEN_SETTINGS opens the wish's page.
    """

    OPEN_POPUP = auto()
    REFRESH = auto()
    OPEN_DASHBOARD = auto()
    SYNC_NOW = auto()
    CHOOSE = auto()
    MUTE = auto()
    UNMUTE = auto()
    START_AT_LOGIN = auto()
    STAY_OFF_AT_LOGIN = auto()
    OPEN_SETTINGS = auto()
    ABOUT = auto()
    QUIT = auto()


class Anchor(NamedTuple):
    """Where on the screen was clicked, in its pixels."""

    x: int
    y: int


class Wish(NamedTuple):
    """
    What was chosen.

    Attributes:
        action: What is to be done.
        anchor: Where was clicked; None where the desktop does not tell.
        choices: New settings by dotted key, of CHOOSE.
        page: Which part of the settings, as "sync"; empty for the first.
    """

    action: Action
    anchor: Anchor | None = None
    choices: tuple[tuple[str, str | bool], ...] = ()
    page: str = ""
