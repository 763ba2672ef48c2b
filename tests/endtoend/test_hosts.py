"""
The program on every kind of tray that Debian packages and Xvfb can show.

Two hosts by default; all with HYPOTHESIS_PROFILE=long, as .ci/long does. The
screenshots are kept in artefacts/.
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
from PIL import Image

from claude_tray.drawing.icon_look import Icon
from tests.support.big_desktops import Gnome, Plasma
from tests.support.builders import ClaudeFolder, a_limit_line, a_line
from tests.support.desktop import Desktop, missing, until
from tests.support.panels import LXQT, MATE, TINT2, TRAYER, XFCE, Panel
from tests.support.sight import changed_box, changed_pixels, icon_place
from tests.support.wayland import Wayland, lacking

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

PROGRAM = Path(sys.executable).with_name("claude-tray")
ARTEFACTS = Path(__file__).parents[2] / "artefacts"
IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a Linux desktop"),
    pytest.mark.skipif(bool(missing()), reason=f"lacks {missing()}"),
    pytest.mark.skipif(not PROGRAM.exists(), reason="not installed here"),
]


def _hosts(usual: list[Any], others: list[Any]) -> list[Any]:
    skip = pytest.mark.skipif(not IS_LONG, reason="in .ci/long")
    return [
        pytest.param(
            host,
            id=host.command,
            marks=[
                *([skip] if host in others else []),
                pytest.mark.skipif(
                    shutil.which(host.command) is None,
                    reason=f"lacks {host.command}",
                ),
            ],
        )
        for host in (*usual, *others)
    ]


class Sight:
    """A running tray as somebody before the screen sees it."""

    def __init__(self, desktop: Desktop, folder: Path, name: str) -> None:
        self.desktop = desktop
        self.name = name
        self.claude = ClaudeFolder(folder / "claude")
        self._number = 0
        self.place = (0, 0)
        self.write("msg_1")

    def start(self) -> subprocess.Popen[bytes]:
        path = str(self.claude.path)
        return self.desktop.start(str(PROGRAM), "--claude-path", path)

    def write(self, message: str, minutes_ago: int = 73) -> None:
        moment = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        line = a_line(
            message=message,
            output=20_000,
            inner={"model": "claude-opus-4-5-20251101"},
            timestamp=moment.isoformat(timespec="milliseconds"),
        )
        self.claude.append(line)

    def picture(self, what: str) -> Path:
        return self.desktop.picture(ARTEFACTS / f"{self.name}-{what}.png")

    def finds(
        self,
        style: str = "meter",
        panels: tuple[str, ...] = ("tile",),
    ) -> None:
        """Wait until the icon looks as it should; remember where it is."""
        self.park()

        def found() -> bool:
            with Image.open(self.picture("icon")) as picture:
                for minutes, panel in product(range(224, 229), panels):
                    icon = Icon(minutes, style=style, panel=panel)
                    place = icon_place(picture, icon)
                    if place is not None:
                        self.place = place
                        return True
            return False

        until(found, 40)

    def park(self) -> None:
        self.desktop.do("xdotool", "mousemove", "400", "500")

    def point(self) -> None:
        x, y = map(str, self.place)
        self.desktop.do("xdotool", "mousemove", x, y, "sleep", "0.3")
        self.desktop.do("xdotool", "mousemove_relative", "1", "0")

    def changes(self, least: int, what: str, act: Any) -> Path:
        """Do something and wait until so many pixels differ."""
        before = self.picture("before")
        act()
        path = ARTEFACTS / f"{self.name}-{what}.png"

        def differs() -> bool:
            return changed_pixels(before, self.picture(what)) >= least

        until(differs)
        return path

    def keys(self, *names: str) -> None:
        for name in names:
            self.desktop.do("xdotool", "key", name, "sleep", "0.15")

    def open_menu(self, what: str) -> None:
        def click() -> None:
            self.point()
            self.desktop.do("xdotool", "click", "3")

        self.changes(20_000, what, click)
        time.sleep(0.5)

    def sees_an_open_menu_change(self, tries: int = 3) -> None:
        """Wait for it; a panel that crashed by itself is started again."""
        self.open_menu("menu")
        message = f"msg_changing_{tries}"
        try:
            self.changes(20, "menu-changed", lambda: self.write(message, 0))
        except AssertionError:
            if self.desktop.panel.poll() is None or not tries:
                raise
            self.desktop.start_panel()
            self.finds()
            self.sees_an_open_menu_change(tries - 1)


@pytest.fixture
def sight(tmp_path: Path, host: Panel) -> Iterator[Sight]:
    ARTEFACTS.mkdir(exist_ok=True)
    with Desktop(tmp_path, host) as desktop:
        yield Sight(desktop, tmp_path, host.command)


@pytest.mark.parametrize("host", _hosts([XFCE], [LXQT, MATE]))
def test_all_that_a_person_does_with_the_tray(sight: Sight) -> None:
    process = sight.start()
    sight.finds()

    sight.changes(600, "tooltip", sight.point)
    sight.park()
    time.sleep(0.7)

    # The figures of an open menu change in it, and it stays open.
    sight.sees_an_open_menu_change()
    # From below: quit, about, settings, at login, notifications, icon.
    sight.keys("Up", "Up", "Up", "Up", "Up", "Up", "Right")
    sight.picture("submenu")
    sight.keys("Down", "Return")
    settings = Path(sight.desktop.variables["CLAUDE_TRAY_HOME"])
    path = settings / "config/settings.toml"
    until(lambda: path.exists() and 'style = "ring"' in path.read_text())
    sight.finds("ring")

    sight.desktop.restart_panel()
    sight.finds("ring")

    sight.open_menu("menu-again")
    sight.keys("Up", "Return")
    assert process.wait(20) == 0


@pytest.mark.parametrize("host", _hosts([], [TINT2]))
def test_a_better_panel_that_comes_later_gets_the_icon(sight: Sight) -> None:
    process = sight.start()
    sight.finds()
    sight.desktop.panel.terminate()

    XFCE.set_up(Path(sight.desktop.variables["XDG_CONFIG_HOME"]))
    panel = sight.desktop.start(XFCE.command)
    until(sight.desktop.items)
    sight.finds()

    # And back, where that one goes and the old one comes again.
    panel.kill()
    panel.wait()
    sight.desktop.start_panel()
    sight.finds()
    process.terminate()
    assert process.wait(20) == 0


@pytest.mark.skipif(bool(lacking()), reason=f"lacks {lacking()}")
def test_wayland_shows_it_too(tmp_path: Path) -> None:
    with Wayland(tmp_path) as desktop:
        sight = Sight(desktop, tmp_path, "waybar")
        process = sight.start()
        sight.finds()
        sight.changes(600, "tooltip", sight.point)
        sight.park()
        desktop.restart_panel()
        sight.finds()

        before = sight.picture("before")
        sight.open_menu("menu")
        # Its menus take no keys; the last line is the one that quits.
        menu = changed_box(before, sight.picture("menu"))
        x, y = str(menu[0] + 40), str(menu[3] - 16)
        desktop.do("xdotool", "mousemove", x, y, "sleep", "0.3")
        desktop.do("xdotool", "mousemove_relative", "1", "0", "click", "1")

        assert process.wait(20) == 0


@pytest.mark.skipif(not IS_LONG, reason="in .ci/long")
@pytest.mark.parametrize("kind", [Plasma, Gnome], ids=lambda k: k.__name__)
def test_the_large_desktops_show_it_with_its_menu(
    tmp_path: Path,
    kind: type[Plasma | Gnome],
) -> None:
    if shutil.which(kind.panel_of.command) is None:
        pytest.skip(f"lacks {kind.panel_of.command}")
    with kind(tmp_path) as desktop:
        sight = Sight(desktop, tmp_path, kind.__name__.lower())
        process = sight.start()
        # Plasma settles its panel for a while; GNOME welcomes people.
        time.sleep(15)
        sight.finds(panels=("dark", "tile"))
        sight.open_menu("menu")
        sight.keys("Up", "Return")
        if kind is Plasma:
            assert process.wait(20) == 0
        process.terminate()
        assert process.wait(20) == 0


@pytest.mark.parametrize("host", _hosts([XFCE], []))
def test_a_limit_is_told_by_the_desktops_notifications(sight: Sight) -> None:
    if shutil.which("dunst") is None:
        pytest.skip("lacks dunst")
    sight.desktop.start("dunst")
    sight.start()
    sight.finds()
    resets = datetime.now(UTC) + timedelta(hours=2)
    epoch = int(resets.timestamp()) // 60 * 60
    text = f"Claude AI usage limit reached|{epoch}"

    moment = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = a_limit_line(text, timestamp=moment)
    sight.changes(8_000, "notice", lambda: sight.claude.append(line))


@pytest.mark.parametrize("host", _hosts([TINT2], [TRAYER]))
def test_where_there_is_the_old_tray_alone_it_is_used(sight: Sight) -> None:
    process = sight.start()
    sight.finds()

    def click() -> None:
        sight.point()
        sight.desktop.do("xdotool", "click", "1")

    sight.changes(50_000, "popup", click)
    process.terminate()
    assert process.wait(20) == 0
