"""The popup of the installed program on a real panel."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import ClaudeFolder, a_line
from tests.support.desktop import missing, until
from tests.support.screen import Windows

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

PROGRAM = Path(sys.executable).with_name("claude-tray")
ARTEFACTS = Path(__file__).parents[2] / "artefacts"

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a Linux desktop"),
    pytest.mark.skipif(bool(missing()), reason=f"lacks {missing()}"),
    pytest.mark.skipif(not PROGRAM.exists(), reason="not installed here"),
]


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Windows]:
    with Windows(tmp_path) as desktop:
        yield desktop


@pytest.fixture
def tray(desktop: Windows, tmp_path: Path) -> subprocess.Popen[bytes]:
    """The tray, with its icon on the panel."""
    claude = ClaudeFolder(tmp_path / "claude")
    moment = datetime.now(UTC) - timedelta(minutes=73)
    line = a_line(
        inner={"model": "claude-opus-4-5-20251101"},
        timestamp=moment.isoformat(timespec="milliseconds"),
    )
    claude.append(line)
    process = desktop.start(str(PROGRAM), "--claude-path", str(claude.path))
    until(desktop.items)
    return process


def _clicked(desktop: Windows) -> str:
    """Click the icon, which the panel may draw a little later."""
    for _ in range(3):
        desktop.click(18, 16)
        with suppress(AssertionError):
            return str(until(desktop.window, patience=8))
    pytest.fail("a click opens no popup")


def _opened(desktop: Windows) -> str:
    window: str = until(desktop.window)
    until(lambda: desktop.focused() == window)
    until(lambda: "left" in desktop.title(window) or desktop.title(window))
    return window


def test_a_left_click_opens_the_popup_beside_the_icon(
    desktop: Windows,
    tray: subprocess.Popen[bytes],
) -> None:
    _clicked(desktop)
    window = _opened(desktop)

    x, y, _, _ = desktop.place(window)
    assert x == 8
    assert 32 <= y <= 48
    until(lambda: "3h 47m" in desktop.title(window))
    desktop.picture(ARTEFACTS / "popup.png")

    desktop.click(18, 16)
    until(lambda: not desktop.window())
    time.sleep(0.6)
    desktop.click(18, 16)
    _opened(desktop)

    desktop.keys("ctrl+q")
    assert tray.wait(15) == 0
    assert not desktop.window()


def test_a_second_start_opens_the_popup_of_the_first(
    desktop: Windows,
    tray: subprocess.Popen[bytes],
) -> None:
    desktop.do(str(PROGRAM))
    window = _opened(desktop)

    desktop.keys("ctrl+comma")
    until(lambda: desktop.window() not in ("", window))
    settings = until(desktop.window)
    until(lambda: "Settings" in desktop.title(settings))
    desktop.do(str(PROGRAM), "popup")
    until(lambda: desktop.window() and tray.poll() is None)
    tray.terminate()
    assert tray.wait(15) == 0
    until(lambda: not desktop.window())


def test_the_demo_has_a_popup_too_and_leaves_nothing(
    desktop: Windows,
    tmp_path: Path,
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    desktop.variables["TMPDIR"] = str(temporary)
    process = desktop.start(str(PROGRAM), "--demo")
    until(desktop.items)

    _clicked(desktop)
    window = _opened(desktop)
    until(lambda: "2h 47m" in desktop.title(window))
    assert "38%" in desktop.title(window)

    desktop.keys("ctrl+q")
    assert process.wait(15) == 0
    assert list(temporary.iterdir()) == []
