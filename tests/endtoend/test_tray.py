"""Run the installed program on a real panel."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from claude_tray.ui.icon.colors import PANEL_COLORS
from tests.support.builders import ClaudeFolder, make_line
from tests.support.desktop import (
    VirtualDesktop,
    find_missing_programs,
    wait_until,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


PROGRAM = Path(sys.executable).with_name("claude-tray")
ARTIFACTS = Path(__file__).parents[2] / "artefacts"
OPUS = "claude-opus-4-5-20251101"

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a Linux desktop"),
    pytest.mark.skipif(
        bool(find_missing_programs()),
        reason=f"lacks {find_missing_programs()}",
    ),
    pytest.mark.skipif(not PROGRAM.exists(), reason="not installed here"),
]


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[VirtualDesktop]:
    with VirtualDesktop(tmp_path) as desktop:
        yield desktop


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeFolder:
    return ClaudeFolder(tmp_path / "claude")


def _make_recent_line(
    message: str, minutes_ago: int, output: int = 20_000
) -> bytes:
    timestamp = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return make_line(
        message=message,
        output=output,
        inner={"model": OPUS},
        timestamp=timestamp.isoformat(timespec="milliseconds"),
    )


def _start_tray(
    desktop: VirtualDesktop, claude: ClaudeFolder
) -> subprocess.Popen[bytes]:
    return desktop.start(str(PROGRAM), "--claude-path", str(claude.path))


def _read_tooltip(desktop: VirtualDesktop, item: str) -> str:
    _, _, title, description = desktop.get_item_property(item, "ToolTip")
    return f"{title}\n{description}"


def _count_bar_pixels(picture: Path) -> int:
    """Count the pixels in the color of the icon's bar."""
    bar_color = Image.new("RGB", (1, 1), PANEL_COLORS["dark"].ok).getpixel(
        (0, 0)
    )
    colors = Image.open(picture).convert("RGB").getcolors(1 << 20) or []
    return sum(count for count, color in colors if color == bar_color)


def _count_colors(picture: Path) -> int:
    return len(Image.open(picture).convert("RGB").getcolors(1 << 20) or [])


def test_an_appended_line_reaches_the_panel(
    desktop: VirtualDesktop,
    claude: ClaudeFolder,
) -> None:
    claude.append(_make_recent_line("msg_1", minutes_ago=73))
    process = _start_tray(desktop, claude)

    (item,) = wait_until(desktop.list_items)
    wait_until(lambda: "3h 47m left" in _read_tooltip(desktop, item))
    assert "$0.50" in _read_tooltip(desktop, item)
    path = ARTIFACTS / "tray.png"
    wait_until(lambda: _count_bar_pixels(desktop.take_screenshot(path)) > 4)

    claude.append(_make_recent_line("msg_2", minutes_ago=1))
    wait_until(lambda: "$1.00" in _read_tooltip(desktop, item))

    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    wait_until(lambda: desktop.list_items() == [])


def test_a_click_opens_the_menu_which_can_quit(
    desktop: VirtualDesktop,
    claude: ClaudeFolder,
) -> None:
    claude.append(_make_recent_line("msg_1", minutes_ago=73))
    process = _start_tray(desktop, claude)
    (item,) = wait_until(desktop.list_items)
    wait_until(lambda: "left" in _read_tooltip(desktop, item))

    desktop.run_command("xdotool", "mousemove", "18", "16", "sleep", "0.5")
    desktop.run_command("xdotool", "click", "3", "sleep", "1")
    desktop.take_screenshot(ARTIFACTS / "menu.png")
    desktop.run_command(
        "xdotool", "key", "Up", "sleep", "0.2", "key", "Return"
    )

    assert process.wait(10) == 0


def test_a_click_opens_the_popup(
    desktop: VirtualDesktop,
    claude: ClaudeFolder,
) -> None:
    claude.append(_make_recent_line("msg_1", minutes_ago=73))
    _start_tray(desktop, claude)
    (item,) = wait_until(desktop.list_items)
    wait_until(lambda: "left" in _read_tooltip(desktop, item))
    desktop.run_command("xdotool", "mousemove", "18", "16", "sleep", "0.5")
    path = ARTIFACTS / "popup-on-the-panel.png"
    before = _count_colors(desktop.take_screenshot(path))

    desktop.run_command("xdotool", "click", "1")

    # The desktop has one color, a popup many.
    wait_until(
        lambda: _count_colors(desktop.take_screenshot(path)) > before + 100
    )


def test_the_icon_returns_after_a_panel_restart(
    desktop: VirtualDesktop,
    claude: ClaudeFolder,
) -> None:
    claude.append(_make_recent_line("msg_1", minutes_ago=73))
    _start_tray(desktop, claude)
    (first,) = wait_until(desktop.list_items)
    wait_until(lambda: "left" in _read_tooltip(desktop, first))

    desktop.run_command("pkill", "-x", "xfce4-panel")
    wait_until(lambda: desktop.list_items() is None)
    desktop.start_panel()

    (again,) = wait_until(desktop.list_items)
    assert "left" in _read_tooltip(desktop, again)


def test_a_start_at_login_waits_for_the_panel(
    desktop: VirtualDesktop,
    claude: ClaudeFolder,
) -> None:
    desktop.run_command("pkill", "-x", "xfce4-panel")
    wait_until(lambda: desktop.list_items() is None)
    args = ("--autostart", "--claude-path", str(claude.path))
    desktop.start(str(PROGRAM), *args)

    desktop.start_panel()

    assert wait_until(desktop.list_items)


def test_a_second_start_exits_and_quit_ends_the_first(
    desktop: VirtualDesktop,
    claude: ClaudeFolder,
) -> None:
    process = _start_tray(desktop, claude)
    wait_until(desktop.list_items)

    second = subprocess.run(
        [PROGRAM],
        env=desktop.env,
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (second.returncode, second.stderr) == (0, "")
    wait_until(lambda: desktop.list_window_titles("Claude Code"))
    desktop.run_command(str(PROGRAM), "--quit")

    assert process.wait(10) == 0


def test_a_command_lets_the_tray_rescan(
    desktop: VirtualDesktop,
    claude: ClaudeFolder,
) -> None:
    _start_tray(desktop, claude)
    wait_until(desktop.list_items)
    claude.append(_make_recent_line("msg_1", minutes_ago=5))

    result = subprocess.run(
        [PROGRAM, "stats", "--json", "--claude-path", str(claude.path)],
        env=desktop.env,
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert '"total_messages": 1' in result.stdout


def test_the_demo_is_labeled(desktop: VirtualDesktop) -> None:
    process = desktop.start(str(PROGRAM), "--demo")
    (item,) = wait_until(desktop.list_items)

    wait_until(lambda: "(sample data)" in _read_tooltip(desktop, item))

    process.terminate()
    assert process.wait(10) == 0
