"""The installed program on a real panel."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from claude_tray.drawing.icon_colours import ON
from tests.support.builders import ClaudeFolder, a_line
from tests.support.desktop import Desktop, missing, until

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = Path(sys.executable).with_name("claude-tray")
ARTEFACTS = Path(__file__).parents[2] / "artefacts"
OPUS = "claude-opus-4-5-20251101"

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a Linux desktop"),
    pytest.mark.skipif(bool(missing()), reason=f"lacks {missing()}"),
    pytest.mark.skipif(not PROGRAM.exists(), reason="not installed here"),
]


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    with Desktop(tmp_path) as desktop:
        yield desktop


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeFolder:
    return ClaudeFolder(tmp_path / "claude")


def _line(message: str, minutes_ago: int, output: int = 20_000) -> bytes:
    moment = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return a_line(
        message=message,
        output=output,
        inner={"model": OPUS},
        timestamp=moment.isoformat(timespec="milliseconds"),
    )


def _start(desktop: Desktop, claude: ClaudeFolder) -> subprocess.Popen[bytes]:
    return desktop.start(str(PROGRAM), "--claude-path", str(claude.path))


def _tooltip(desktop: Desktop, item: str) -> str:
    _, _, title, description = desktop.of_item(item, "ToolTip")
    return f"{title}\n{description}"


def _bar_pixels(picture: Path) -> int:
    """How many pixels have the colour of the icon's bar."""
    wanted = Image.new("RGB", (1, 1), ON["dark"].ok).getpixel((0, 0))
    colours = Image.open(picture).convert("RGB").getcolors(1 << 20) or []
    return sum(count for count, colour in colours if colour == wanted)


def _colours(picture: Path) -> int:
    return len(Image.open(picture).convert("RGB").getcolors(1 << 20) or [])


def test_a_line_goes_from_the_transcript_to_the_panel(
    desktop: Desktop,
    claude: ClaudeFolder,
) -> None:
    claude.append(_line("msg_1", minutes_ago=73))
    process = _start(desktop, claude)

    (item,) = until(desktop.items)
    until(lambda: "3h 47m left" in _tooltip(desktop, item))
    assert "$0.50" in _tooltip(desktop, item)
    path = ARTEFACTS / "tray.png"
    until(lambda: _bar_pixels(desktop.picture(path)) > 4)

    claude.append(_line("msg_2", minutes_ago=1))
    until(lambda: "$1.00" in _tooltip(desktop, item), patience=1)

    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    until(lambda: desktop.items() == [])


def test_the_menu_opens_by_a_click_and_quits(
    desktop: Desktop,
    claude: ClaudeFolder,
) -> None:
    claude.append(_line("msg_1", minutes_ago=73))
    process = _start(desktop, claude)
    (item,) = until(desktop.items)
    until(lambda: "left" in _tooltip(desktop, item))

    desktop.do("xdotool", "mousemove", "18", "16", "sleep", "0.5")
    desktop.do("xdotool", "click", "3", "sleep", "1")
    desktop.picture(ARTEFACTS / "menu.png")
    desktop.do("xdotool", "key", "Up", "sleep", "0.2", "key", "Return")

    assert process.wait(10) == 0


def test_a_click_opens_the_popup(
    desktop: Desktop,
    claude: ClaudeFolder,
) -> None:
    claude.append(_line("msg_1", minutes_ago=73))
    _start(desktop, claude)
    (item,) = until(desktop.items)
    until(lambda: "left" in _tooltip(desktop, item))
    desktop.do("xdotool", "mousemove", "18", "16", "sleep", "0.5")
    path = ARTEFACTS / "popup-on-the-panel.png"
    before = _colours(desktop.picture(path))

    desktop.do("xdotool", "click", "1")

    # The desktop is of one colour; a popup has many.
    until(lambda: _colours(desktop.picture(path)) > before + 100)


def test_the_icon_comes_back_with_the_panel(
    desktop: Desktop,
    claude: ClaudeFolder,
) -> None:
    claude.append(_line("msg_1", minutes_ago=73))
    _start(desktop, claude)
    (first,) = until(desktop.items)
    until(lambda: "left" in _tooltip(desktop, first))

    desktop.do("pkill", "-x", "xfce4-panel")
    until(lambda: desktop.items() is None)
    desktop.start_panel()

    (again,) = until(desktop.items)
    assert "left" in _tooltip(desktop, again)


def test_as_started_at_login_it_waits_for_the_panel(
    desktop: Desktop,
    claude: ClaudeFolder,
) -> None:
    desktop.do("pkill", "-x", "xfce4-panel")
    until(lambda: desktop.items() is None)
    words = ("--autostart", "--claude-path", str(claude.path))
    desktop.start(str(PROGRAM), *words)

    desktop.start_panel()

    assert until(desktop.items)


def test_a_second_start_leaves_it_to_the_first_and_quit_ends_that(
    desktop: Desktop,
    claude: ClaudeFolder,
) -> None:
    process = _start(desktop, claude)
    until(desktop.items)

    second = subprocess.run(
        [PROGRAM],
        env=desktop.variables,
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (second.returncode, second.stderr) == (0, "")
    until(lambda: desktop.windows("Claude Code"))
    desktop.do(str(PROGRAM), "--quit")

    assert process.wait(10) == 0


def test_a_command_asks_the_tray_to_read_what_is_new(
    desktop: Desktop,
    claude: ClaudeFolder,
) -> None:
    _start(desktop, claude)
    until(desktop.items)
    claude.append(_line("msg_1", minutes_ago=5))

    told = subprocess.run(
        [PROGRAM, "stats", "--json", "--claude-path", str(claude.path)],
        env=desktop.variables,
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert '"total_messages": 1' in told.stdout


def test_the_demo_says_that_it_is_one(desktop: Desktop) -> None:
    process = desktop.start(str(PROGRAM), "--demo")
    (item,) = until(desktop.items)

    until(lambda: "(demo)" in _tooltip(desktop, item))

    process.terminate()
    assert process.wait(10) == 0
