"""Keys, as macOS tells them."""

from __future__ import annotations

from typing import Final

_COMMAND: Final = 1 << 20
_SHIFT: Final = 1 << 17
_KEYS: Final = {
    "\x1b": "Escape",
    "\t": "Tab",
    "\x19": "Shift+Tab",
    "\r": "Return",
    "\x03": "Return",
    " ": "Space",
    "\uf700": "Up",
    "\uf701": "Down",
    "\uf702": "Left",
    "\uf703": "Right",
    "\uf708": "F5",
}
_WITH_COMMAND: Final = frozenset("r,dpqcs")


def key_of(letter: str, modifiers: int) -> str:
    """Return the name of a key; empty for one that does nothing."""
    if modifiers & _COMMAND:
        return f"Ctrl+{letter.upper()}" if letter in _WITH_COMMAND else ""
    name = _KEYS.get(letter, "")
    return "Shift+Tab" if name == "Tab" and modifiers & _SHIFT else name
