"""What the popup says and draws, as values: all texts are spoken already."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple


class DisplayStatus(StrEnum):
    """How the window stands; each has a sign and a colour."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    LIMIT = "limit"
    IDLE = "idle"
    UNKNOWN = "unknown"
    STALE = "stale"
    READING = "reading"
    ERROR = "error"


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
