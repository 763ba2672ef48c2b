"""
Test the code for macOS against three versions of pyobjc, on another system.

Each test runs our code in a process of its own, on a stand-in for Cocoa that
takes its rules and names from pyobjc's wheels. It refuses what pyobjc refuses.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.cocoa.wheels import VERSIONS, get_wheel_folder

ROOT = Path(__file__).parents[2]
# The icon's button in the menu bar, and a click on the second screen.
AT_ICON = [1200, 0, 40, 24]
ON_SECOND = [3000, -470, 1, 1]

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="macOS has the real Cocoa"
)


@pytest.fixture(params=VERSIONS)
def wheels(request: pytest.FixtureRequest) -> Path:
    return get_wheel_folder(request.param)


def run_code(module: str, *arguments: Path | str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.support.{module}", *arguments],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_pyobjc_accepts_our_classes_names_and_calls(wheels: Path) -> None:
    result = run_code("fake_macos_classes", wheels)

    # Each method is one that Cocoa calls, or an action that we name.
    assert result["own classes"] == [
        "ClaudeTrayClickTarget",
        "ClaudeTrayMenuTarget",
        "ClaudeTrayPanel",
        "ClaudeTrayView",
    ]
    assert result["own selectors"] == ["chooseEntry:", "statusItemClicked:"]
    assert "menuDidClose:" in result["overrides"]
    assert result["missing names"] == []
    assert result["wrong calls"] == []
    # Our list agrees with the wheels where both know a method.
    assert result["types"] == []
    assert result["unlisted"] in ([], ["NSView initWithFrame:"])
    # The check refuses a helper that becomes a selector, a wrong number of
    # arguments, unknown methods and names, and attributes of native objects.
    assert result["refusals"] == [
        "'_at' expects 0 arguments",
        "'mouseDown:' expects 1 arguments",
        "AttributeError",
        "TypeError",
        "TypeError",
        "AttributeError",
        "AttributeError",
    ]


def test_the_icon_opens_popup_and_menu(wheels: Path) -> None:
    menu = [["Show Stats", 0], ["-", 0], ["More", 0], ["Quit", 0]]

    assert run_code("fake_macos", wheels) == {
        "icon": [18, 18, True, ""],
        "icon with text": [18, 18, False, " 2:46"],
        "pixels": 36,
        "tooltip": "2h 47m\nleft",
        "no Dock icon": [[1]],
        # User-initiated work (ffffff) during which the Mac may sleep (100000).
        "no App Nap": ["efffff"],
        "left click": [["open-popup", AT_ICON]],
        "on the other screen": [["open-popup", ON_SECOND]],
        "by VoiceOver": [["open-popup", AT_ICON]],
        "right click": [menu],
        "click with Control": [menu],
        "chosen while the menu changed": [["quit", ON_SECOND]],
        "left click after the menu": ["open-popup"],
        "left click without a default": 1,
        "off the main thread": [],
        "hidden": True,
        "shown again": True,
        "signals": 1,
        "after the end": [None, ""],
    }


def test_the_popup_is_visible_and_follows_the_user(
    wheels: Path, tmp_path: Path
) -> None:
    assert run_code("fake_macos_popup", wheels, tmp_path) == {
        "panel": {
            "setHidesOnDeactivate:": False,
            "setOpaque:": False,
            "setHasShadow:": True,
            "setReleasedWhenClosed:": False,
            # NSPopUpMenuWindowLevel, above the Dock.
            "setLevel:": 101,
            # On all spaces (1), and above full-screen windows (256).
            "setCollectionBehavior:": 257,
            "setTitle:": "Claude Code: 2h 47m",
        },
        # Centered below the icon, 8 points from it.
        "at the icon": [1020, 900 - 24 - 8 - 716, 400, 716],
        "accepts the first click": True,
        "drawn": [
            "bezierPathWithRoundedRect:xRadius:yRadius:",
            "addClip",
            "drawInRect:fromRect:operation:fraction:respectFlipped:hints:",
        ],
        "opened again": True,
        "Command+R": [True, ["refresh"]],
        "Command+X": False,
        "higher by": 40,
        # 100 points down would reach into the Dock, whose upper end is at 70.
        "moved by": [-300, 70 - 152],
        "opens where it was dropped": True,
        "returns to the icon": True,
        "pinned stays open": True,
        # Its menu bar ends 24 points below the upper end at 1380.
        "on the second screen": [2800, 1380 - 24 - 8 - 716, 400, 716],
        "scale there": 1.0,
        "panels": 4,
        "left open": [],
        "off the main thread": [],
    }


def test_an_error_ends_the_popup_instead_of_repeating(tmp_path: Path) -> None:
    wheels = get_wheel_folder(VERSIONS[0])

    result = run_code("fake_macos_popup", wheels, tmp_path, "--fail")

    assert result["error"] == "made up"
