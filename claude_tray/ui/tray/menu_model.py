"""Define the entries of the tray menu."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

from claude_tray.ui.toolkit.user_action import ActionKind, UserAction


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
