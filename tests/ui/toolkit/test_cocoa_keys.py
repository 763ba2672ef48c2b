from __future__ import annotations

import pytest

from claude_tray.ui.toolkit.cocoa_keys import format_key

COMMAND, SHIFT = 1 << 20, 1 << 17


@pytest.mark.parametrize(
    ("character", "modifiers", "name"),
    [
        ("\x1b", 0, "Escape"),
        ("\t", 0, "Tab"),
        ("\x19", SHIFT, "Shift+Tab"),
        ("\t", SHIFT, "Shift+Tab"),
        ("\uf702", 0, "Left"),
        ("\uf708", 0, "F5"),
        ("d", COMMAND, "Ctrl+D"),
        (",", COMMAND, "Ctrl+,"),
        ("x", COMMAND, ""),
        ("p", 0, "P"),
        ("?", SHIFT, "?"),
        ("\u00df", 0, ""),
        ("\uf72d", 0, "PageDown"),
    ],
)
def test_mac_keys_have_common_names(
    character: str,
    modifiers: int,
    name: str,
) -> None:
    assert format_key(character, modifiers) == name
