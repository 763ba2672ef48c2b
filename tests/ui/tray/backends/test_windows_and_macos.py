"""
The icons of Windows and macOS, on pystray's real code for them.

The systems themselves are made up: they keep what they are asked for.
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
from claude_tray.ui.tray.backends.macos_support import (
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
    reason="the others have the real one",
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
def test_on_windows_nothing_is_too_long_blurred_or_torn_away() -> None:
    assert _run_fake("fake_windows") == {
        "tip units": 127,
        "icon sizes": [24],
        "labels": ["R && D · $5", "Quit"],
        "may log off": 1,
        "while open": [],
        "when closed": True,
        "without a default a left click opens the menu": True,
        "clicked at": [[640, 1040]],
        "another screen": True,
        "explorer restarted": True,
        "info units": [255, 63],
        "ended by WM_CLOSE": True,
        "same picture": "00000100",
    }


@requires_linux
def test_on_macos_all_is_done_on_the_main_thread() -> None:
    assert _run_fake("fake_macos") == {
        "off the main thread": [],
        "pixels": 44,
        "points": [[22, 22]],
        "templates": [True, False],
        "beside": ["", " 2:46"],
        "no Dock icon": [[1]],
        "tooltip": "2h",
        "menus": True,
    }


@pytest.mark.parametrize(
    ("text", "units", "fits"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("\N{GRINNING FACE}" * 2, 4, "\N{GRINNING FACE}" * 2),
        ("\N{GRINNING FACE}" * 2, 3, "\N{GRINNING FACE}…"),
        ("a" + "\N{GRINNING FACE}" * 2, 3, "a…"),
    ],
)
def test_a_text_fits_its_field_in_utf_16(
    text: str,
    units: int,
    fits: str,
) -> None:
    assert truncate_utf16(text, units) == fits


@pytest.mark.parametrize(
    ("dpi", "result", "size"),
    [(96, 16, 16), (120, 20, 20), (144, 0, 24), (192, 0, 32), (0, 0, 16)],
)
def test_icons_have_the_size_of_the_taskbar(
    dpi: int,
    result: int,
    size: int,
) -> None:
    assert compute_small_icon_size(dpi, result) == size


def test_an_ampersand_is_shown_as_one() -> None:
    assert escape_menu_label("R & D") == "R && D"


def test_the_menu_bar_colours_what_has_no_colours() -> None:
    def nothing(size: int) -> object:
        return draw_icon(IconModel(), size)

    assert not is_template(nothing)
    assert format_text_beside(nothing) == ""
