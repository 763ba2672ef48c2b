"""
Test the icon of Windows with pystray's real code for it, and parts of macOS'.

A fake stands in for the API of Windows and records the calls; macOS' is in
tests/ui/test_macos_code.py.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from claude_tray.ui.icon.model import IconModel
from claude_tray.ui.icon.render import draw_icon
from claude_tray.ui.toolkit.placement import ScreenArea
from claude_tray.ui.tray.backends.macos_support import (
    choose_anchor,
    format_text_beside,
    is_template,
)
from claude_tray.ui.tray.backends.windows_support import (
    compute_small_icon_size,
    escape_menu_label,
    truncate_utf16,
)

ROOT = Path(__file__).parents[4]

requires_linux = pytest.mark.skipif(
    sys.platform != "linux",
    reason="other systems have the real API",
)


def _run_fake(module: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.support.{module}"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@requires_linux
def test_windows_icon_fixes_text_length_size_and_open_menus() -> None:
    assert _run_fake("fake_windows") == {
        "tip units": 127,
        "icon sizes": [24],
        "labels": ["R && D · $5", "Quit"],
        "may log off": 1,
        "while open": [],
        "when closed": True,
        "without a default a left click opens the menu": True,
        "clicked at": [[630, 1030, 24, 32]],
        "clicked balloons": ["balloon"],
        "another screen": True,
        "explorer restarted": True,
        "info units": [255, 63],
        "ended by WM_CLOSE": True,
        "same picture": "00000100",
    }


@pytest.mark.parametrize(
    ("text", "units", "expected"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("\N{GRINNING FACE}" * 2, 4, "\N{GRINNING FACE}" * 2),
        ("\N{GRINNING FACE}" * 2, 3, "\N{GRINNING FACE}…"),
        ("a" + "\N{GRINNING FACE}" * 2, 3, "a…"),
    ],
)
def test_text_is_truncated_to_utf16_units(
    text: str,
    units: int,
    expected: str,
) -> None:
    assert truncate_utf16(text, units) == expected


@pytest.mark.parametrize(
    ("dpi", "result", "size"),
    [(96, 16, 16), (120, 20, 20), (144, 0, 24), (192, 0, 32), (0, 0, 16)],
)
def test_icon_size_follows_the_display(
    dpi: int,
    result: int,
    size: int,
) -> None:
    assert compute_small_icon_size(dpi, result) == size


def test_ampersands_are_escaped() -> None:
    assert escape_menu_label("R & D") == "R && D"


def test_plain_function_is_no_template() -> None:
    def draw(size: int) -> object:
        return draw_icon(IconModel(), size)

    assert not is_template(draw)
    assert format_text_beside(draw) == ""


@pytest.mark.parametrize(
    ("pointer", "anchor"),
    [
        ((105, 10), (100, 0, 40, 24)),
        (None, (100, 0, 40, 24)),
        ((1900, 10), (1900, 10, 1, 1)),
    ],
)
def test_popup_opens_below_the_button_that_was_clicked(
    pointer: tuple[int, int] | None, anchor: tuple[int, int, int, int]
) -> None:
    button = ScreenArea(100, 0, 40, 24)

    assert choose_anchor(button, pointer) == anchor
