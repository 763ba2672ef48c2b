from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claude_tray.domain.snapshot import SyncPhase, SyncState
from claude_tray.drawing.palette import DARK, LIGHT
from claude_tray.popup.order import Ask, Show, Volatile
from claude_tray.popup.preferences.window import Preferences
from tests.support.builders import at
from tests.support.desktop import until

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = at("10:00")
TEXT = """# mine
[general]
theme = "dark" # as I like it
language = "en"
[somebody]
else = 1
"""


class Window:
    """A settings window's content over a settings file."""

    def __init__(self, folder: Path, page: str = "") -> None:
        self.path = folder / "settings.toml"
        self.path.write_text(TEXT)
        self.asks: list[Ask] = []
        self.show = Show(
            "settings",
            str(folder / "usage.db"),
            str(self.path),
            str(folder),
            ((str(folder / "claude"), "default"),),
            page=page,
        )
        self.surface = Preferences(self.show, self.asks.append, NOW)

    @property
    def saved(self) -> dict[str, dict[str, object]]:
        return tomllib.loads(self.path.read_text())

    def act(self, name: str) -> None:
        self.surface.control.act(name)

    def later(self, seconds: float) -> None:
        self.surface.look_again(NOW + timedelta(seconds=seconds))


@pytest.fixture
def window(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Window]:
    monkeypatch.setenv("CLAUDE_TRAY_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    window = Window(tmp_path)
    yield window
    window.surface.close()


def test_what_is_pressed_is_saved_and_the_rest_stays(window: Window) -> None:
    window.act("set:icon.style=ring")
    window.act("set:notifications.warn_percent=80")
    window.act("set:sync.enabled=true")

    assert window.saved["icon"]["style"] == "ring"
    assert window.saved["notifications"]["warn_percent"] == 80
    assert window.saved["sync"]["enabled"] is True
    assert window.saved["somebody"]["else"] == 1
    assert "# as I like it" in window.path.read_text()
    assert window.asks == [Ask("settings-changed")] * 3


def test_colours_change_while_the_window_is_open(window: Window) -> None:
    control = window.surface.control
    assert control.look.palette == DARK

    window.act("set:general.theme=light")

    assert control.look.palette == LIGHT


def test_another_hand_in_the_file_is_noticed(window: Window) -> None:
    before = window.surface.control.drawing().picture
    window.path.write_text(TEXT.replace("dark", "light"))

    window.later(0.1)
    assert window.surface.control.news(before) is None

    window.later(1.5)
    assert window.surface.control.look.palette == LIGHT


def test_the_language_changes_while_the_window_is_open(
    window: Window,
) -> None:
    assert window.surface.title == "Settings of claude-tray"

    window.act("set:general.language=de")

    assert window.surface.title != "Settings of claude-tray"


def test_a_file_that_cannot_be_written_is_told(window: Window) -> None:
    window.path.write_text("no toml [")

    window.act("set:icon.style=ring")

    assert "no valid TOML" in window.surface.control.look.message
    window.later(9)
    assert window.surface.control.look.message == ""


def test_a_page_can_be_opened_and_an_unknown_one_is_the_first(
    tmp_path: Path,
) -> None:
    for page, shown in (("sync", "sync"), ("nonsense", "general")):
        window = Window(tmp_path, page)
        assert window.surface.control.look.tab == shown


def test_pages_are_turned_by_arrows_and_choices_walked(
    window: Window,
) -> None:
    control = window.surface.control

    control.key("Right")
    assert control.look.tab == "icon"
    while not control.look.focus.startswith("set:"):
        control.key("Tab")
    focus = control.look.focus
    control.key("Right")
    assert control.look.tab == "icon"
    assert control.look.focus != focus


def test_what_others_do_is_asked_for(window: Window) -> None:
    for action in ("sync-now", "test-notification"):
        window.act(action)
    window.act("login")

    assert window.asks == [
        Ask("sync-now"),
        Ask("notify", "A test of claude-tray's notifications"),
        Ask("login-on"),
    ]


def test_how_forwarding_stands_is_heard(window: Window) -> None:
    before = window.surface.control.drawing().picture
    sync = SyncState(SyncPhase.STOPPED, None, 3, 0, "401 Unauthorized")

    window.surface.hear(Volatile(sync=sync))
    window.act("tab:sync")

    assert window.surface.control.news(before) is not None


def test_a_connection_is_only_tried_where_sync_is_on(window: Window) -> None:
    window.act("sync-test")

    assert window.surface.control.look.message == "Switch sync on first."


def test_a_connection_that_fails_says_why(window: Window) -> None:
    window.act("set:sync.enabled=true")
    window.act("sync-test")
    message = window.surface.control.look.message
    assert message.startswith("Asking")

    def answered() -> str:
        window.later(2)
        now = window.surface.control.look.message
        return "" if now.startswith("Asking") else now

    assert until(answered)


def test_diagnostics_are_copied_once_they_are_there(window: Window) -> None:
    window.act("diagnostics")

    def copied() -> str:
        window.later(2)
        return window.surface.clipboard

    assert "settings" in until(copied).lower()
    assert window.surface.control.look.message == "The diagnostics are copied."


def test_without_a_window_the_file_is_named(window: Window) -> None:
    ask = window.surface.elsewhere()

    assert ask == Ask("notify", f"The settings are in {window.path}.")


def test_closing_ends_what_runs(window: Window) -> None:
    window.act("diagnostics")

    window.surface.close()
    window.later(3)

    assert window.surface.clipboard == ""
    assert Path(window.show.settings).exists()
