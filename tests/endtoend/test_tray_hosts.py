"""
Run the program on every kind of tray that Debian packages and Xvfb can show.

Two hosts by default, all with HYPOTHESIS_PROFILE=long as set by .ci/long.
Screenshots are saved in artefacts/.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageChops

from claude_tray.ui.icon.model import IconModel
from tests.support.builders import ClaudeFolder, make_limit_line, make_line
from tests.support.desktop import (
    VirtualDesktop,
    find_missing_programs,
    wait_until,
)
from tests.support.desktop_environments import GnomeDesktop, PlasmaDesktop
from tests.support.panels import LXQT, MATE, TINT2, TRAYER, XFCE, PanelProgram
from tests.support.screenshots import (
    count_changed_pixels,
    find_changed_box,
    locate_icon,
)
from tests.support.wayland import (
    REQUIRED_PROGRAMS,
    X11_PROGRAMS,
    SwayDesktop,
    find_missing_wayland_programs,
)

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator


PROGRAM = Path(sys.executable).with_name("claude-tray")
ARTIFACTS = Path(__file__).parents[2] / "artefacts"
IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a Linux desktop"),
    pytest.mark.skipif(
        bool(find_missing_programs()),
        reason=f"lacks {find_missing_programs()}",
    ),
    pytest.mark.skipif(not PROGRAM.exists(), reason="not installed here"),
]


def _select_hosts(default: list[Any], optional: list[Any]) -> list[Any]:
    skip = pytest.mark.skipif(not IS_LONG, reason="in .ci/long")
    return [
        pytest.param(
            host,
            id=host.command,
            marks=[
                *([skip] if host in optional else []),
                pytest.mark.skipif(
                    shutil.which(host.command) is None,
                    reason=f"lacks {host.command}",
                ),
            ],
        )
        for host in (*default, *optional)
    ]


class VisibleTray:
    """A running tray, driven through the screen."""

    def __init__(
        self, desktop: VirtualDesktop, folder: Path, name: str
    ) -> None:
        self.desktop = desktop
        self.name = name
        self.claude = ClaudeFolder(folder / "claude")
        self._number = 0
        self.icon_position = (0, 0)
        self.append_message("msg_1")

    def start_tray(self) -> subprocess.Popen[bytes]:
        path = str(self.claude.path)
        return self.desktop.start(str(PROGRAM), "--claude-path", path)

    def append_message(self, message: str, minutes_ago: int = 73) -> None:
        timestamp = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        line = make_line(
            message=message,
            output=20_000,
            inner={"model": "claude-opus-4-5-20251101"},
            timestamp=timestamp.isoformat(timespec="milliseconds"),
        )
        self.claude.append(line)

    def take_screenshot(self, label: str) -> Path:
        return self.desktop.take_screenshot(
            ARTIFACTS / f"{self.name}-{label}.png"
        )

    def wait_for_icon(
        self,
        style: str = "meter",
        panels: tuple[str, ...] = ("tile",),
    ) -> None:
        """Wait until the icon is sharp: as drawn; save its position."""
        self.park_pointer()

        def is_found() -> bool:
            with Image.open(self.take_screenshot("icon")) as picture:
                for minutes, panel in product(range(224, 229), panels):
                    icon = IconModel(minutes, style=style, panel=panel)
                    found = locate_icon(picture, icon)
                    if found is not None:
                        self.icon_position = found.center
                        return True
            return False

        wait_until(is_found, 40)

    def park_pointer(self) -> None:
        self.desktop.run_command("xdotool", "mousemove", "400", "500")

    def hover_icon(self) -> None:
        x, y = map(str, self.icon_position)
        self.desktop.run_command("xdotool", "mousemove", x, y, "sleep", "0.3")
        self.desktop.run_command("xdotool", "mousemove_relative", "1", "0")

    def wait_for_change(self, min_pixels: int, label: str, act: Any) -> Path:
        """Run an action and wait until enough pixels have changed."""
        before = self.take_screenshot("before")
        act()
        path = ARTIFACTS / f"{self.name}-{label}.png"

        def differs() -> bool:
            return (
                count_changed_pixels(before, self.take_screenshot(label))
                >= min_pixels
            )

        wait_until(differs)
        return path

    def press_keys(self, *names: str) -> None:
        for name in names:
            self.desktop.run_command("xdotool", "key", name, "sleep", "0.15")

    def open_menu(self, label: str) -> None:
        def click() -> None:
            self.hover_icon()
            self.desktop.run_command("xdotool", "click", "3")

        self.wait_for_change(20_000, label, click)
        time.sleep(0.5)

    def wait_for_menu_update(self, tries: int = 3) -> None:
        """Wait for an update of the menu; restart a panel that crashed."""
        self.open_menu("menu")
        message = f"msg_changing_{tries}"
        try:
            self.wait_for_change(
                20, "menu-changed", lambda: self.append_message(message, 0)
            )
        except AssertionError:
            if self.desktop.panel.poll() is None or not tries:
                raise
            self.desktop.start_panel()
            self.wait_for_icon()
            self.wait_for_menu_update(tries - 1)


@pytest.fixture
def visible_tray(tmp_path: Path, host: PanelProgram) -> Iterator[VisibleTray]:
    ARTIFACTS.mkdir(exist_ok=True)
    with VirtualDesktop(tmp_path, host) as desktop:
        yield VisibleTray(desktop, tmp_path, host.command)


@pytest.mark.parametrize("host", _select_hosts([XFCE], [LXQT, MATE]))
def test_every_user_action_on_the_tray(
    visible_tray: VisibleTray,
) -> None:
    process = visible_tray.start_tray()
    visible_tray.wait_for_icon()

    visible_tray.wait_for_change(600, "tooltip", visible_tray.hover_icon)
    visible_tray.park_pointer()
    time.sleep(0.7)

    # The numbers of an open menu update in place, and it stays open.
    visible_tray.wait_for_menu_update()
    # From the bottom: quit, about, settings, at login, notifications, icon.
    visible_tray.press_keys("Up", "Up", "Up", "Up", "Up", "Up", "Right")
    visible_tray.take_screenshot("submenu")
    visible_tray.press_keys("Down", "Return")
    settings = Path(visible_tray.desktop.env["CLAUDE_TRAY_HOME"])
    path = settings / "config/settings.toml"
    wait_until(lambda: path.exists() and 'style = "ring"' in path.read_text())
    visible_tray.wait_for_icon("ring")

    visible_tray.desktop.restart_panel()
    visible_tray.wait_for_icon("ring")

    visible_tray.open_menu("menu-again")
    visible_tray.press_keys("Up", "Return")
    assert process.wait(20) == 0


@pytest.mark.parametrize("host", _select_hosts([], [TINT2]))
def test_the_icon_moves_to_a_better_panel(
    visible_tray: VisibleTray,
) -> None:
    process = visible_tray.start_tray()
    visible_tray.wait_for_icon()
    visible_tray.desktop.panel.terminate()

    XFCE.write_settings(Path(visible_tray.desktop.env["XDG_CONFIG_HOME"]))
    panel = visible_tray.desktop.start(XFCE.command)
    wait_until(visible_tray.desktop.list_items)
    visible_tray.wait_for_icon()

    # And back, when that panel quits and the old one returns.
    panel.kill()
    panel.wait()
    visible_tray.desktop.start_panel()
    visible_tray.wait_for_icon()
    process.terminate()
    assert process.wait(20) == 0


@pytest.mark.skipif(
    bool(find_missing_wayland_programs()),
    reason=f"lacks {find_missing_wayland_programs()}",
)
def test_the_icon_is_visible_on_wayland(tmp_path: Path) -> None:
    with SwayDesktop(tmp_path) as desktop:
        sight = VisibleTray(desktop, tmp_path, "waybar")
        process = sight.start_tray()
        sight.wait_for_icon()
        sight.wait_for_change(600, "tooltip", sight.hover_icon)
        sight.park_pointer()
        desktop.restart_panel()
        sight.wait_for_icon()

        before = sight.take_screenshot("before")
        sight.open_menu("menu")
        # Its menus accept no keys; the last entry quits.
        menu = find_changed_box(before, sight.take_screenshot("menu"))
        x, y = str(menu[0] + 40), str(menu[3] - 16)
        desktop.run_command("xdotool", "mousemove", x, y, "sleep", "0.3")
        desktop.run_command(
            "xdotool", "mousemove_relative", "1", "0", "click", "1"
        )

        assert process.wait(20) == 0


@pytest.mark.skipif(
    bool(find_missing_wayland_programs(REQUIRED_PROGRAMS + X11_PROGRAMS)),
    reason="lacks sway, waybar or Xwayland",
)
def test_the_popup_opens_at_the_icon_on_sway(tmp_path: Path) -> None:
    with SwayDesktop(tmp_path) as desktop:
        sight = VisibleTray(desktop, tmp_path, "waybar")
        outer, desktop.env = desktop.env, desktop.window_env
        process = sight.start_tray()
        desktop.env = outer
        sight.wait_for_icon()
        before = sight.take_screenshot("before")
        sight.hover_icon()
        desktop.run_command("xdotool", "click", "1")
        # The tooltip changes less of the screen.
        wait_until(lambda: _find_popup(sight, before) is not None, 40)

        # The tooltip of the bar hides the corner.
        sight.park_pointer()
        wait_until(lambda: _has_round_corner(sight, before))
        # At the left end of the bar, which is 32 pixels high.
        assert (_find_popup(sight, before) or ())[:2] == (8, 40)

        desktop.run_command("xdotool", "mousemove", "700", "500", "click", "1")
        wait_until(lambda: _find_popup(sight, before) is None)
        process.terminate()
        assert process.wait(20) == 0


def _find_popup(
    sight: VisibleTray, before: Path
) -> tuple[int, int, int, int] | None:
    """Return the bounds of what has changed below the bar, if it is high."""
    with (
        Image.open(before) as old,
        Image.open(sight.take_screenshot("popup")) as new,
    ):
        # Notifications appear at the right.
        area = (0, 33, 440, 600)
        pictures = [p.convert("RGB").crop(area) for p in (old, new)]
    box = ImageChops.difference(*pictures).getbbox()
    if box is None or box[3] - box[1] < 300:
        return None
    return (box[0], box[1] + 33, box[2], box[3] + 33)


def _has_round_corner(sight: VisibleTray, before: Path) -> bool:
    """Return whether the popup's first row fades from black to its color."""
    left, top = (_find_popup(sight, before) or (0, 0))[:2]
    with Image.open(sight.take_screenshot("popup")) as picture:
        corner = picture.convert("L").crop((left, top, left + 9, top + 9))
    levels = corner.tobytes()[:9]
    return levels[0] == 0 and any(8 < level < 200 for level in levels)


@pytest.mark.skipif(not IS_LONG, reason="in .ci/long")
@pytest.mark.parametrize(
    "kind", [PlasmaDesktop, GnomeDesktop], ids=lambda k: k.__name__
)
def test_plasma_and_gnome_show_the_icon_and_its_menu(
    tmp_path: Path,
    kind: type[PlasmaDesktop | GnomeDesktop],
) -> None:
    if shutil.which(kind.panel_type.command) is None:
        pytest.skip(f"lacks {kind.panel_type.command}")
    with kind(tmp_path) as desktop:
        sight = VisibleTray(desktop, tmp_path, kind.__name__.lower())
        process = sight.start_tray()
        # Plasma still lays out its panel; GNOME shows a welcome dialog.
        time.sleep(15)
        sight.wait_for_icon(panels=("dark", "tile"))
        sight.open_menu("menu")
        sight.press_keys("Up", "Return")
        if kind is PlasmaDesktop:
            assert process.wait(20) == 0
        process.terminate()
        assert process.wait(20) == 0


@pytest.mark.parametrize("host", _select_hosts([XFCE], []))
def test_a_limit_is_shown_as_a_desktop_notification(
    visible_tray: VisibleTray,
) -> None:
    if shutil.which("dunst") is None:
        pytest.skip("lacks dunst")
    visible_tray.desktop.start("dunst")
    visible_tray.start_tray()
    visible_tray.wait_for_icon()
    resets = datetime.now(UTC) + timedelta(hours=2)
    epoch = int(resets.timestamp()) // 60 * 60
    text = f"Claude AI usage limit reached|{epoch}"

    timestamp = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = make_limit_line(text, timestamp=timestamp)
    visible_tray.wait_for_change(
        8_000, "notice", lambda: visible_tray.claude.append(line)
    )


@pytest.mark.parametrize("host", _select_hosts([TINT2], [TRAYER]))
def test_the_legacy_tray_is_the_fallback(
    visible_tray: VisibleTray,
) -> None:
    process = visible_tray.start_tray()
    visible_tray.wait_for_icon()

    def click() -> None:
        visible_tray.hover_icon()
        visible_tray.desktop.run_command("xdotool", "click", "1")

    visible_tray.wait_for_change(50_000, "popup", click)
    process.terminate()
    assert process.wait(20) == 0
