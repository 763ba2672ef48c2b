"""Translate macOS key events to key names."""

from __future__ import annotations

from typing import Final

_COMMAND_FLAG: Final = 1 << 20
_SHIFT_FLAG: Final = 1 << 17
_KEY_NAMES: Final = {
    "\x1b": "Escape",
    "\t": "Tab",
    "\x19": "Shift+Tab",
    "\r": "Return",
    "\x03": "Return",
    " ": "Space",
    "\x7f": "BackSpace",
    "\uf700": "Up",
    "\uf701": "Down",
    "\uf702": "Left",
    "\uf703": "Right",
    "\uf708": "F5",
    "\uf729": "Home",
    "\uf72b": "End",
    "\uf72c": "PageUp",
    "\uf72d": "PageDown",
}
_COMMAND_KEYS: Final = frozenset("r,dpqcs")


def format_key(character: str, modifiers: int) -> str:
    """Return the name of a key; empty for a key without a function."""
    if modifiers & _COMMAND_FLAG:
        return (
            f"Ctrl+{character.upper()}" if character in _COMMAND_KEYS else ""
        )
    own_name = character.upper() if "!" <= character <= "~" else ""
    name = _KEY_NAMES.get(character, own_name)
    return "Shift+Tab" if name == "Tab" and modifiers & _SHIFT_FLAG else name
