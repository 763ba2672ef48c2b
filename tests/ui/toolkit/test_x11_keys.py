from __future__ import annotations

from typing import NamedTuple

import pytest

pytest.importorskip("Xlib", reason="X11")

from Xlib import XK, X

from claude_tray.ui.toolkit.x11_keys import Key, KeyReader, decode_symbol


@pytest.mark.parametrize(
    ("symbol", "char"),
    [
        (XK.XK_a, "a"),
        (XK.XK_eacute, "é"),
        (XK.XK_ssharp, "ß"),
        (XK.XK_ntilde, "ñ"),
        (0x1BE, "ž"),
        (0x1B3, "ł"),
        (0x6D1, "я"),
        (0x6F1, "Я"),
        (0x7E2, "β"),
        (0x7D9, "Ω"),
        (0xCE0, "א"),
        (0x13BD, "œ"),
        (0x20AC, "€"),
        # Unicode: ы, 中 and a character beyond 16 bits.
        (0x0100044B, "ы"),
        (0x01004E2D, "中"),
        (0x0101F600, "\N{GRINNING FACE}"),
        # No character, a space, a control character, and none of Unicode.
        (XK.XK_space, ""),
        (XK.XK_F5, ""),
        (XK.XK_Shift_L, ""),
        (0, ""),
        (0xA0, ""),
        (0x01000007, ""),
        (0x01FFFFFF, ""),
        (0x07A1, ""),
    ],
)
def test_a_keysym_is_a_character(symbol: int, char: str) -> None:
    assert decode_symbol(symbol) == char


class KeyEvent(NamedTuple):
    detail: int
    state: int = 0


KEYSYMS = {
    24: (XK.XK_q, XK.XK_Q, 0x6CA, 0x6EA, 0x40, 0, 0, 0),
    26: (XK.XK_e, XK.XK_E, 0x6D5, 0x6F5, 0x20AC, 0, 0, 0),
    20: (XK.XK_ssharp, XK.XK_question, 0, 0, 0, 0, 0, 0),
    21: (0xFE51, 0xFE50, 0, 0, 0, 0, 0, 0),
    61: (XK.XK_minus, XK.XK_underscore, XK.XK_period, 0, 0, 0, 0, 0),
    23: (XK.XK_Tab, 0xFE20, 0, 0, 0, 0, 0, 0),
    9: (XK.XK_Escape, 0, 0, 0, 0, 0, 0, 0),
}


class GermanAndRussian:
    """A keyboard as XKB reports it: two layouts, then their third levels."""

    def keycode_to_keysym(self, keycode: int, index: int) -> int:
        return KEYSYMS[keycode][index]


def read(*events: KeyEvent) -> list[Key]:
    reader = KeyReader(GermanAndRussian())
    return [reader.read(event) for event in events]


RUSSIAN = 1 << 13


@pytest.mark.parametrize(
    ("event", "key"),
    [
        (KeyEvent(24), Key("Q", "Q")),
        (KeyEvent(20), Key("ß", "ß")),
        (KeyEvent(20, X.ShiftMask), Key("?", "ß")),
        (KeyEvent(24, X.Mod5Mask), Key("@", "Q")),
        (KeyEvent(26, X.Mod5Mask), Key("€", "E")),
        (KeyEvent(24, RUSSIAN), Key("Й", "Q")),
        (KeyEvent(24, RUSSIAN | X.ShiftMask), Key("Й", "Q")),
        (KeyEvent(24, X.ControlMask), Key("Ctrl+Q")),
        (KeyEvent(26, X.ControlMask), Key("")),
        (KeyEvent(23), Key("Tab")),
        (KeyEvent(23, X.ShiftMask), Key("Shift+Tab")),
        (KeyEvent(9, RUSSIAN), Key("Escape")),
    ],
)
def test_a_key_writes_what_its_layout_says(event: KeyEvent, key: Key) -> None:
    assert read(event) == [key]


def test_a_dead_key_is_combined_with_the_next() -> None:
    names = [key.name for key in read(KeyEvent(21), KeyEvent(26))]
    twice = read(KeyEvent(21), KeyEvent(26), KeyEvent(26))
    grave = read(KeyEvent(21, X.ShiftMask), KeyEvent(26))
    impossible = read(KeyEvent(21), KeyEvent(24))
    escaped = read(KeyEvent(21), KeyEvent(9), KeyEvent(26))

    assert names == ["", "É"]
    assert [key.name for key in twice] == ["", "É", "E"]
    assert grave[1].name == "È"
    assert impossible[1].name == "Q"
    assert [key.name for key in escaped] == ["", "Escape", "E"]
