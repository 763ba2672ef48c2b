"""Define buttons and their keyboard shortcuts."""

from __future__ import annotations

from typing import Final, NamedTuple


class Button(NamedTuple):
    """
    A button or menu entry.

    Attributes:
        action: Name of its action.
        label: Shown in menus and read by screen readers.
        shortcut: Keyboard shortcut; may be empty.
    """

    action: str
    label: str
    shortcut: str = ""


SHORTCUTS: Final = {
    "refresh": "F5",
    "dashboard": "Ctrl+D",
    "settings": "Ctrl+,",
    "page": "Ctrl+P",
    "copy": "Ctrl+C",
    "picture": "Ctrl+S",
    "quit": "Ctrl+Q",
}
