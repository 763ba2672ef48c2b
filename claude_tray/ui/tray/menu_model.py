"""Define the entries of the tray menu."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

from claude_tray.ui.toolkit.user_action import ActionKind, UserAction


class ToggleKind(Enum):
    """Kind of an entry that can be on or off."""

    CHECK = auto()
    RADIO = auto()


class MenuEntry(NamedTuple):
    """
    One entry; None in its place is a separator.

    Attributes:
        label: Text of the entry.
        action: Action of the entry; ignored if it has a submenu.
        toggle: Kind of toggle; None if it is none.
        is_on: The toggle is on.
        is_default: A left click on the icon chooses the entry.
        entries: Submenu; empty for none.
    """

    label: str
    action: UserAction = UserAction(ActionKind.OPEN_POPUP)
    toggle: ToggleKind | None = None
    is_on: bool = False
    is_default: bool = False
    entries: tuple[MenuEntry | None, ...] = ()
