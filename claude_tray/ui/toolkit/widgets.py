"""Define buttons and their keyboard shortcuts."""

from __future__ import annotations

from typing import Final, NamedTuple


class Button(NamedTuple):
    """
    Something to press.

    Attributes:
        action: What it does.
        label: In the menu, and what is read out.
        shortcut: The same by the keyboard; empty without.
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
