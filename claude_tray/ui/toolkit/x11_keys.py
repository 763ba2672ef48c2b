"""
Name the keys that X11 reports, and the characters that they write.

Dead keys are combined here. An input method, as for Chinese, needs a protocol
of its own, which python-xlib lacks.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from Xlib import XK, X

if TYPE_CHECKING:
    from Xlib.display import Display


_KEY_NAMES: Final = {
    XK.XK_Escape: "Escape",
    XK.XK_Left: "Left",
    XK.XK_Right: "Right",
    XK.XK_Up: "Up",
    XK.XK_Down: "Down",
    XK.XK_Return: "Return",
    XK.XK_KP_Enter: "Return",
    XK.XK_space: "Space",
    XK.XK_BackSpace: "BackSpace",
    XK.XK_F5: "F5",
    XK.XK_Prior: "PageUp",
    XK.XK_Next: "PageDown",
    XK.XK_Home: "Home",
    XK.XK_End: "End",
}
_CONTROL_KEY_NAMES: Final = {
    XK.XK_r: "Ctrl+R",
    XK.XK_comma: "Ctrl+,",
    XK.XK_d: "Ctrl+D",
    XK.XK_p: "Ctrl+P",
    XK.XK_q: "Ctrl+Q",
    XK.XK_c: "Ctrl+C",
    XK.XK_s: "Ctrl+S",
}
# Bits of an event's state: the chosen layout, and AltGr.
_GROUP_SHIFT: Final = 13
_GROUP_MASK: Final = 3
_LEVEL_3_INDEX: Final = 4
# Keysyms are characters of Latin 1, Unicode with this bit, or a byte of an
# older character set (X11 protocol, appendix A).
_FIRST_PRINTABLE: Final = 0x21
_UNICODE_BIT: Final = 0x01000000
_MAX_UNICODE: Final = 0x10FFFF
_EURO: Final = 0x20AC
_CHARACTER_SETS: Final = {
    0x01: "iso8859-2",
    0x02: "iso8859-3",
    0x03: "iso8859-4",
    0x05: "iso8859-6",
    0x06: "koi8-r",
    0x0C: "iso8859-8",
    0x0D: "iso8859-11",
    0x13: "iso8859-15",
}
# Of Greek, only these bytes are those of the character set.
_GREEK: Final = 0x07
_FIRST_GREEK: Final = 0xC1
# Combining characters of dead keys.
_DEAD_KEYS: Final = {
    0xFE50: "\N{COMBINING GRAVE ACCENT}",
    0xFE51: "\N{COMBINING ACUTE ACCENT}",
    0xFE52: "\N{COMBINING CIRCUMFLEX ACCENT}",
    0xFE53: "\N{COMBINING TILDE}",
    0xFE54: "\N{COMBINING MACRON}",
    0xFE55: "\N{COMBINING BREVE}",
    0xFE56: "\N{COMBINING DOT ABOVE}",
    0xFE57: "\N{COMBINING DIAERESIS}",
    0xFE58: "\N{COMBINING RING ABOVE}",
    0xFE59: "\N{COMBINING DOUBLE ACUTE ACCENT}",
    0xFE5A: "\N{COMBINING CARON}",
    0xFE5B: "\N{COMBINING CEDILLA}",
    0xFE5C: "\N{COMBINING OGONEK}",
}


class Key(NamedTuple):
    """
    A pressed key.

    Attributes:
        name: Its name, or the character that it writes, in upper case; empty
            for a key without a function.
        shortcut: The character that it writes in the first layout, for
            shortcuts on a keyboard with several; may be empty.
    """

    name: str = ""
    shortcut: str = ""


class KeyReader:
    """Read keys, and remember dead ones until the next."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._accent = ""

    def read(self, event: Any) -> Key:
        """Return the key of an event."""
        first = self._find_symbol(event, 0)
        if first == XK.XK_Tab:
            is_back = event.state & X.ShiftMask
            return Key("Shift+Tab" if is_back else "Tab")
        if event.state & X.ControlMask:
            return Key(_CONTROL_KEY_NAMES.get(first, ""))
        symbol = self._find_written(event)
        if symbol in _DEAD_KEYS:
            self._accent = _DEAD_KEYS[symbol]
            return Key()
        char = decode_symbol(symbol)
        if not char:
            if symbol in _KEY_NAMES:
                self._accent = ""
            return Key(_KEY_NAMES.get(symbol, ""))
        char, self._accent = _combine(char, self._accent), ""
        return Key(_to_upper(char), _to_upper(decode_symbol(first)))

    def _find_written(self, event: Any) -> int:
        """Return the symbol of the chosen layout and the modifiers."""
        is_second = (event.state >> _GROUP_SHIFT) & _GROUP_MASK == 1
        index = 2 if is_second else 0
        if event.state & X.Mod5Mask:
            index += _LEVEL_3_INDEX
        if event.state & X.ShiftMask:
            found = self._find_symbol(event, index + 1)
            if found:
                return found
        return self._find_symbol(event, index) or self._find_symbol(event, 0)

    def _find_symbol(self, event: Any, index: int) -> int:
        return int(self._display.keycode_to_keysym(event.detail, index))


def decode_symbol(symbol: int) -> str:
    """Return the character of a keysym; empty if it is none that is seen."""
    high, low = symbol >> 8, symbol & 0xFF
    if high == 0:
        char = chr(symbol) if symbol >= _FIRST_PRINTABLE else ""
    elif symbol & _UNICODE_BIT:
        code = symbol ^ _UNICODE_BIT
        char = chr(code) if code <= _MAX_UNICODE else ""
    elif symbol == _EURO:
        char = "\N{EURO SIGN}"
    elif high == _GREEK:
        char = _decode(low, "iso8859-7") if low >= _FIRST_GREEK else ""
    else:
        char = _decode(low, _CHARACTER_SETS.get(high, ""))
    return char if char.isprintable() and not char.isspace() else ""


def _decode(byte: int, character_set: str) -> str:
    if not character_set:
        return ""
    return bytes((byte,)).decode(character_set, "ignore")


def _combine(char: str, accent: str) -> str:
    """Return a character with an accent; as it is if there is no such one."""
    combined = unicodedata.normalize("NFC", char + accent)
    return combined if len(combined) == 1 else char


def _to_upper(char: str) -> str:
    """Return the upper case, unless it is several letters, as that of "ß"."""
    upper = char.upper()
    return upper if len(upper) == 1 else char
