"""The popup's window, driven by mouse and keys."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from claude_tray.cli.main import main
from claude_tray.popup.order import Ask, Show, Volatile, ask_of, line_of
from claude_tray.popup.process import PopupProcess
from claude_tray.settings.save import save
from tests.support.builders import ClaudeFolder, a_line
from tests.support.desktop import PATIENCE, until
from tests.support.screen import Screen, lacking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KILL = 9
OPUS = "claude-opus-4-5-20251101"

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a Linux desktop"),
    pytest.mark.skipif(bool(lacking()), reason=f"lacks {lacking()}"),
]


class Popup:
    """A popup's process on a screen, over a store with some use."""

    def __init__(self, screen: Screen, folder: Path) -> None:
        self.screen = screen
        self.claude = ClaudeFolder(folder / "claude")
        self.own = folder / "own"
        self.asks: queue.Queue[Ask] = queue.Queue()
        self.process = PopupProcess(self.asks.put)
        self.use("msg_1", minutes_ago=73)

    def use(self, message: str, minutes_ago: int) -> None:
        """Let Claude Code have been used."""
        moment = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        line = a_line(
            message=message,
            output=20_000,
            inner={"model": OPUS},
            timestamp=moment.isoformat(timespec="milliseconds"),
        )
        self.claude.append(line)
        assert main(["refresh", "--claude-path", str(self.claude.path)]) == 0

    def order(self, surface: str = "popup") -> Show:
        return Show(
            surface,
            str(self.own / "data" / "usage.db"),
            str(self.own / "config" / "settings.toml"),
            str(self.own / "state"),
            ((str(self.claude.path), "default"),),
            (900, 4, 24, 24),
        )

    def open(self, surface: str = "popup") -> str:
        """Show it and return its window, once it takes keys."""
        order = self.order(surface)
        if self.process.pid is not None:
            # Not by the icon: a click so soon would be a second one.
            order = order._replace(anchor=None)
        self.process.show(order)
        window: str = until(self.screen.window)
        until(lambda: self.screen.focused() == window)
        return window

    def asked(self) -> Ask:
        return self.asks.get(timeout=PATIENCE)

    def is_gone(self) -> None:
        assert self.asked() == Ask("hidden")
        until(lambda: not self.screen.window())


@pytest.fixture
def popup(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Popup]:
    with Screen(tmp_path) as screen:
        for name, value in screen.variables.items():
            monkeypatch.setenv(name, value)
        popup = Popup(screen, tmp_path)
        try:
            yield popup
        finally:
            popup.process.stop()


def test_it_opens_below_the_icon_and_takes_the_keys(popup: Popup) -> None:
    window = popup.open()

    x, y, wide, _ = popup.screen.place(window)
    assert (x, y, wide) == (712, 36, 400)
    title = popup.screen.title(window)
    assert title.startswith("Claude Code: 3h 47m until about")

    popup.screen.keys("Escape")
    popup.is_gone()


def test_keys_walk_and_turn_and_press(popup: Popup) -> None:
    window, screen = popup.open(), popup.screen

    focused = screen.changed(window, lambda: screen.keys("Tab"))
    turned = screen.changed(window, lambda: screen.keys("Right"))
    assert focused.tobytes() != turned.tobytes()
    screen.changed(window, lambda: screen.keys("Tab", "Tab"))

    screen.keys("F5")
    assert popup.asked() == Ask("refresh")
    screen.keys("ctrl+comma")
    assert popup.asked() == Ask("settings")
    popup.is_gone()


def test_the_pointer_shows_what_was_used_when(popup: Popup) -> None:
    window, screen = popup.open(), popup.screen
    x, y, _, _ = screen.place(window)

    screen.changed(window, lambda: screen.point(x + 50, y + 150))


def test_the_menu_has_an_end_of_the_program(popup: Popup) -> None:
    window, screen = popup.open(), popup.screen
    x, y, wide, high = screen.place(window)

    screen.changed(window, lambda: screen.click(x + wide - 28, y + high - 22))
    screen.click(x + wide - 80, y + high - 68)

    assert popup.asked() == Ask("quit")


def _scale(popup: Popup, dots: int) -> None:
    """Tell how many dots an inch has, as a desktop does."""
    # Late: other systems lack it.
    from Xlib import Xatom  # noqa: PLC0415
    from Xlib.display import Display  # noqa: PLC0415

    display = Display(popup.screen.variables["DISPLAY"])
    resources = f"Xft.dpi:\t{dots}\n".encode()
    root = display.screen().root
    root.change_property(Xatom.RESOURCE_MANAGER, Xatom.STRING, 8, resources)
    display.sync()
    display.close()


def test_it_is_twice_as_large_where_the_desktop_is(popup: Popup) -> None:
    _scale(popup, dots=192)
    window = popup.open()

    assert popup.screen.place(window)[2] == 800
    popup.screen.changed(window, lambda: popup.screen.keys("Right"))


def test_it_is_whole_where_the_screen_is_low(popup: Popup) -> None:
    _scale(popup, dots=288)
    window = popup.open()

    _, y, wide, high = popup.screen.place(window)
    assert 800 < wide < 1200
    assert y + high <= 1400


def test_a_click_outside_closes_it(popup: Popup) -> None:
    popup.open()

    popup.screen.click(40, 700)

    popup.is_gone()


def test_it_follows_the_store(popup: Popup) -> None:
    window = popup.open()

    popup.screen.changed(window, lambda: popup.use("msg_2", minutes_ago=1))


def test_it_shows_how_far_the_first_reading_is(popup: Popup) -> None:
    window = popup.open()

    popup.screen.changed(
        window, lambda: popup.process.tell(Volatile(reading=0.4))
    )


def test_it_is_warm_after_closing_and_ends_with_the_tray(
    popup: Popup,
) -> None:
    popup.open()
    pid = popup.process.pid
    assert pid is not None
    popup.screen.keys("Escape")
    popup.is_gone()

    popup.open()
    assert popup.process.pid == pid

    popup.process.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_one_that_has_died_is_started_anew(popup: Popup) -> None:
    popup.open()
    pid = popup.process.pid
    assert pid is not None
    os.kill(pid, KILL)
    popup.is_gone()

    popup.open()

    assert popup.process.pid != pid


def test_without_a_display_the_page_is_opened(
    popup: Popup,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.delenv("DISPLAY")
    noted = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {noted}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")

    popup.process.show(popup.order())

    assert popup.asked() == Ask("hidden")
    until(noted.exists)
    assert noted.read_text().strip().endswith("popup.html")


def test_without_a_browser_either_the_numbers_are_notified(
    popup: Popup,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DISPLAY")
    monkeypatch.setenv("BROWSER", "/nonexistent-browser")
    monkeypatch.setenv("PATH", "/nonexistent")

    popup.process.show(popup.order())

    ask = popup.asked()
    assert ask.action == "notify"
    assert ask.text.startswith("Claude Code: 3h 47m")


def test_settings_are_pressed_and_hold(popup: Popup) -> None:
    path = popup.own / "config" / "settings.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("# mine\n[general]\ntheme = 'dark'\n")
    window, screen = popup.open("settings"), popup.screen
    assert screen.title(window) == "Settings of claude-tray"
    assert screen.place(window)[2] == 680

    icon = screen.changed(window, lambda: screen.click(60, 101, window))
    screen.changed(window, lambda: screen.click(380, 90, window))

    assert popup.asked() == Ask("settings-changed")
    assert 'style = "ring"' in path.read_text()
    assert path.read_text().startswith("# mine")
    assert icon.getpixel((400, 560)) == (0x1D, 0x1C, 0x1A)

    screen.changed(
        window,
        lambda: save(path, {"general.theme": "light"}),
    )
    screen.click(20, 880)
    assert screen.window() == window
    screen.changed(window, lambda: screen.click(60, 270, window))
    screen.keys("Escape")
    popup.is_gone()


def test_a_summary_can_be_pasted_elsewhere(popup: Popup) -> None:
    window, screen = popup.open(), popup.screen
    screen.changed(window, lambda: screen.keys("ctrl+c"))

    paste = "import tkinter; print(tkinter.Tk().clipboard_get())"
    done = subprocess.run(
        ["/usr/bin/python3", "-c", paste],
        env=screen.variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )

    if "No module named" in done.stderr:
        pytest.skip("no tkinter to paste with")
    assert done.stdout.startswith("Claude Code: 3h 47m")


def test_tk_shows_the_same_where_xlib_lacks(popup: Popup) -> None:
    if find_spec("tkinter") is None:
        pytest.skip("this Python has no tkinter")
    program = (
        "from claude_tray.popup.windows import choice;"
        "choice._windows = lambda: [choice._tk];"
        "import claude_tray.popup.__main__ as m; m.main()"
    )
    screen = popup.screen
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, **screen.variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(line_of(popup.order()))
        process.stdin.flush()
        window = until(screen.window)
        until(lambda: screen.focused() == window)
        assert screen.place(window)[:3] == (712, 36, 400)
        screen.changed(window, lambda: screen.keys("Right"))

        screen.keys("Escape")
        assert ask_of(process.stdout.readline()) == Ask("hidden")
        process.stdin.close()
        assert process.wait(PATIENCE) == 0
