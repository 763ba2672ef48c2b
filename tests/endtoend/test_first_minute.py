"""Use the program as a newcomer does, from an empty home on."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from claude_tray.ui.graphics.palette import DARK, LIGHT
from tests.support.builders import ClaudeFolder, make_line
from tests.support.desktop import (
    VirtualDesktop,
    find_missing_programs,
    wait_until,
)
from tests.support.screen import InteractiveDesktop

if TYPE_CHECKING:
    from collections.abc import Iterator


PROGRAM = Path(sys.executable).with_name("claude-tray")
ARTIFACTS = Path(__file__).parents[2] / "artefacts"

# Within the window: the first switch, between its knob's two places.
SWITCH = (35, 112)

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a Linux desktop"),
    pytest.mark.skipif(
        bool(find_missing_programs()),
        reason=f"lacks {find_missing_programs()}",
    ),
    pytest.mark.skipif(not PROGRAM.exists(), reason="not installed here"),
]


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[InteractiveDesktop]:
    with InteractiveDesktop(tmp_path) as desktop:
        yield desktop


def _read_tooltip(desktop: VirtualDesktop, item: str) -> str:
    _, _, title, description = desktop.get_item_property(item, "ToolTip")
    return f"{title}\n{description}"


def _capture_icon(desktop: VirtualDesktop) -> bytes:
    """Return the pixels of the panel's first icon."""
    path = desktop.take_screenshot(ARTIFACTS / "first-minute-icon.png")
    return Image.open(path).convert("RGB").crop((0, 0, 26, 32)).tobytes()


def _press(desktop: VirtualDesktop, *keys: str) -> None:
    for key in keys:
        desktop.run_command("xdotool", "key", key, "sleep", "0.2")


def _connect_limits_by_the_menu(desktop: VirtualDesktop) -> None:
    desktop.run_command("xdotool", "mousemove", "18", "16", "sleep", "0.5")
    desktop.run_command("xdotool", "click", "3", "sleep", "1")
    # Show Stats, what is waited for in two lines, Show My Real Limits.
    _press(desktop, *["Down"] * 4, "Right")
    desktop.take_screenshot(ARTIFACTS / "first-minute-change.png")
    # The button is the last entry of the submenu.
    _press(desktop, "Up", "Return")


def _send_first_message(
    desktop: VirtualDesktop, folder: Path, command: str
) -> None:
    """Do what Claude Code does with the first message."""
    now = datetime.now(UTC)
    path = ClaudeFolder(folder).append(
        make_line(
            inner={"model": "claude-opus-4-5-20251101"},
            timestamp=now.isoformat(timespec="milliseconds"),
        )
    )
    reset = now + timedelta(hours=4, minutes=30)
    payload = {
        "session_id": "session-a",
        "transcript_path": str(path),
        "rate_limits": {
            "five_hour": {
                "used_percentage": 38,
                "resets_at": int(reset.timestamp()),
            }
        },
    }
    subprocess.run(
        ["sh", "-c", command],
        env=desktop.env,
        input=json.dumps(payload).encode(),
        check=True,
        capture_output=True,
        timeout=30,
    )


def test_a_newcomer_connects_limits_and_sees_them_with_the_first_message(
    desktop: VirtualDesktop,
) -> None:
    home = Path(desktop.env["HOME"])
    settings = home / ".claude" / "settings.json"
    desktop.start(str(PROGRAM))
    (item,) = wait_until(desktop.list_items)
    wait_until(
        lambda: (
            "Waiting for your first Claude Code message"
            in _read_tooltip(desktop, item)
        )
    )
    assert not settings.exists()

    _connect_limits_by_the_menu(desktop)
    waiting_icon = _capture_icon(desktop)

    wait_until(settings.exists)
    command = json.loads(settings.read_text())["statusLine"]["command"]

    _send_first_message(desktop, settings.parent, command)

    wait_until(lambda: "4h 30m left" in _read_tooltip(desktop, item), 30)
    assert "38% used" in _read_tooltip(desktop, item)
    # On the screen too: the icon at once, the tooltip below the pointer.
    wait_until(lambda: _capture_icon(desktop) != waiting_icon)
    desktop.run_command("xdotool", "mousemove", "400", "300", "sleep", "0.5")
    desktop.run_command("xdotool", "mousemove", "12", "16", "sleep", "1.5")
    desktop.take_screenshot(ARTIFACTS / "first-minute-done.png")


def _open_popup(desktop: InteractiveDesktop) -> str:
    """Click the icon until it has opened the popup; return its window."""
    for _ in range(4):
        desktop.click(18, 16)
        with suppress(AssertionError):
            return str(wait_until(desktop.find_window, timeout=6))
    pytest.fail("a click opens no popup")


def _get_switch_color(desktop: InteractiveDesktop, window: str) -> str:
    color = desktop.capture(window).getpixel(SWITCH)
    assert isinstance(color, tuple)
    return "#{:02x}{:02x}{:02x}".format(*color)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_newcomer_connects_limits_in_the_popup(
    desktop: InteractiveDesktop, theme: str
) -> None:
    home = Path(desktop.env["HOME"])
    palette = LIGHT if theme == "light" else DARK
    desktop.env["GTK_THEME"] = f"Adwaita:{theme}"
    settings = home / ".claude" / "settings.json"
    desktop.start(str(PROGRAM))
    wait_until(desktop.list_items)

    window = _open_popup(desktop)
    wait_until(
        lambda: (
            "Waiting for your first Claude Code message"
            in desktop.get_title(window)
        )
    )
    wait_until(lambda: _get_switch_color(desktop, window) == palette.track)
    desktop.take_screenshot(ARTIFACTS / f"first-minute-welcome-{theme}.png")
    assert not settings.exists()

    # The change is shown below the switch, so the click confirms it.
    desktop.click(*SWITCH, window)
    wait_until(settings.exists)
    command = json.loads(settings.read_text())["statusLine"]["command"]
    assert command.endswith("claude-tray statusline")
    wait_until(lambda: _get_switch_color(desktop, window) == palette.ok)
    desktop.take_screenshot(ARTIFACTS / f"first-minute-connected-{theme}.png")

    _send_first_message(desktop, settings.parent, command)
    wait_until(lambda: "4h 30m" in desktop.get_title(window), 30)
    assert "38%" in desktop.get_title(window)
    desktop.take_screenshot(ARTIFACTS / f"first-minute-popup-{theme}.png")
