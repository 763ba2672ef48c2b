"""Open the popup of the installed program on a real panel."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.builders import ClaudeFolder, make_line
from tests.support.desktop import find_missing_programs, wait_until
from tests.support.screen import InteractiveDesktop

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator


PROGRAM = Path(sys.executable).with_name("claude-tray")
ARTIFACTS = Path(__file__).parents[2] / "artefacts"

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


@pytest.fixture
def tray(
    desktop: InteractiveDesktop, tmp_path: Path
) -> subprocess.Popen[bytes]:
    """A tray whose icon is on the panel."""
    claude = ClaudeFolder(tmp_path / "claude")
    timestamp = datetime.now(UTC) - timedelta(minutes=73)
    line = make_line(
        inner={"model": "claude-opus-4-5-20251101"},
        timestamp=timestamp.isoformat(timespec="milliseconds"),
    )
    claude.append(line)
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >> {tmp_path}/opened\n')
    browser.chmod(0o755)
    desktop.env["BROWSER"] = f"{browser} %s"
    process = desktop.start(str(PROGRAM), "--claude-path", str(claude.path))
    wait_until(desktop.list_items)
    return process


def _open_popup(desktop: InteractiveDesktop) -> str:
    """
    Click the icon until the popup has the focus; return its window.

    The panel may draw the icon with a delay, so a click can miss it.
    """
    for _ in range(6):
        if not desktop.find_window():
            # The panel sees a click only after the pointer has entered.
            desktop.move_pointer(400, 400)
            desktop.click(18, 16)
        with suppress(AssertionError):
            wait_until(lambda: _has_focus(desktop), timeout=8)
            return _wait_for_popup(desktop)
    desktop.take_screenshot(ARTIFACTS / "no-popup.png")
    pytest.fail("a click opens no popup: see no-popup.png")


def _has_focus(desktop: InteractiveDesktop) -> bool:
    window = desktop.find_window()
    return bool(window) and desktop.get_focused_window() == window


def _wait_for_popup(desktop: InteractiveDesktop) -> str:
    wait_until(lambda: _has_focus(desktop))
    window = desktop.find_window()
    wait_until(
        lambda: (
            "left" in desktop.get_title(window) or desktop.get_title(window)
        )
    )
    return window


def test_a_left_click_opens_the_popup_next_to_the_icon(
    desktop: InteractiveDesktop,
    tray: subprocess.Popen[bytes],
) -> None:
    window = _open_popup(desktop)

    x, y, _, _ = desktop.get_geometry(window)
    assert x == 8
    assert 32 <= y <= 48
    wait_until(lambda: "3h 47m" in desktop.get_title(window))
    desktop.take_screenshot(ARTIFACTS / "popup.png")

    desktop.click(18, 16)
    wait_until(lambda: not desktop.find_window())
    time.sleep(0.6)
    desktop.click(18, 16)
    _wait_for_popup(desktop)

    desktop.press_keys("ctrl+q")
    assert tray.wait(15) == 0
    assert not desktop.find_window()


def test_a_second_start_opens_the_popup_of_the_running_tray(
    desktop: InteractiveDesktop,
    tray: subprocess.Popen[bytes],
    tmp_path: Path,
) -> None:
    desktop.run_command(str(PROGRAM))
    window = _wait_for_popup(desktop)

    desktop.press_keys("ctrl+comma")
    opened = tmp_path / "opened"
    wait_until(opened.exists)
    address = urlsplit(opened.read_text().strip())
    assert address.hostname == "127.0.0.1"
    assert parse_qs(address.query)["next"] == ["/settings"]
    wait_until(lambda: desktop.find_window() != window)
    desktop.run_command(str(PROGRAM), "popup")
    wait_until(lambda: desktop.find_window() and tray.poll() is None)
    tray.terminate()
    assert tray.wait(15) == 0
    wait_until(lambda: not desktop.find_window())


def test_the_demo_has_a_popup_and_leaves_no_files(
    desktop: InteractiveDesktop,
    tmp_path: Path,
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    desktop.env["TMPDIR"] = str(temporary)
    process = desktop.start(str(PROGRAM), "--demo")
    wait_until(desktop.list_items)

    window = _open_popup(desktop)
    wait_until(lambda: "2h 47m" in desktop.get_title(window))
    assert "38%" in desktop.get_title(window)

    desktop.press_keys("ctrl+q")
    assert process.wait(15) == 0
    assert list(temporary.iterdir()) == []


def test_a_shortcut_opens_the_popup_at_the_icon_and_closes_it(
    desktop: InteractiveDesktop, tray: subprocess.Popen[bytes]
) -> None:
    x, y, *_ = desktop.get_geometry(_open_popup(desktop))
    desktop.press_keys("Escape")
    wait_until(lambda: not desktop.find_window())
    time.sleep(0.5)

    desktop.run_command(str(PROGRAM), "popup", "--toggle")
    window = _wait_for_popup(desktop)
    assert desktop.get_geometry(window)[:2] == (x, y)

    desktop.run_command(str(PROGRAM), "popup", "--toggle")
    wait_until(lambda: not desktop.find_window())
    assert tray.poll() is None
