from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.snapshot import SyncPhase, SyncState
from claude_tray.ui.graphics.palette import DARK, LIGHT
from claude_tray.ui.settings.form_model import ButtonsRow, InfoRow
from claude_tray.ui.settings.pages import build_pages
from claude_tray.ui.settings.window import SettingsWindow
from claude_tray.ui.toolkit.messages import (
    ActionKind,
    NotificationText,
    ShowCommand,
    TransientState,
    UserAction,
)
from tests.support.builders import ClaudeFolder, at, make_line
from tests.support.desktop import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator


NOW = at("10:00")
SETTINGS_TEXT = """# mine
[general]
theme = "dark" # as I like it
language = "en"
[somebody]
else = 1
"""


class SettingsWindowHarness:
    """Drive the content of a settings window over a settings file."""

    def __init__(self, folder: Path, page: str = "") -> None:
        self.path = folder / "settings.toml"
        self.path.write_text(SETTINGS_TEXT)
        self.actions: list[UserAction] = []
        self.command = ShowCommand(
            "settings",
            str(folder / "usage.db"),
            str(self.path),
            str(folder),
            ((str(folder / "claude"), "default"),),
            page=page,
        )
        self.content = SettingsWindow(self.command, self.actions.append, NOW)

    @property
    def saved_settings(self) -> dict[str, dict[str, object]]:
        return tomllib.loads(self.path.read_text())

    def act(self, name: str) -> None:
        self.content.control.trigger(name)

    def advance(self, seconds: float) -> None:
        self.content.refresh(NOW + timedelta(seconds=seconds))


@pytest.fixture
def window(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[SettingsWindowHarness]:
    monkeypatch.setenv("CLAUDE_TRAY_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    window = SettingsWindowHarness(tmp_path)
    yield window
    window.content.close()


def test_a_change_is_saved_and_the_rest_of_the_file_kept(
    window: SettingsWindowHarness,
) -> None:
    window.act("set:icon.style=ring")
    window.act("set:notifications.warn_percent=80")
    window.act("set:sync.enabled=true")

    assert window.saved_settings["icon"]["style"] == "ring"
    assert window.saved_settings["notifications"]["warn_percent"] == 80
    assert window.saved_settings["sync"]["enabled"] is True
    assert window.saved_settings["somebody"]["else"] == 1
    assert "# as I like it" in window.path.read_text()
    assert window.actions == [UserAction(ActionKind.RELOAD_SETTINGS)] * 3


def test_the_palette_changes_while_the_window_is_open(
    window: SettingsWindowHarness,
) -> None:
    control = window.content.control
    assert control.view_state.palette == DARK

    window.act("set:general.theme=light")

    assert control.view_state.palette == LIGHT


def test_an_edit_of_the_file_is_detected(
    window: SettingsWindowHarness,
) -> None:
    before = window.content.control.render().picture
    window.path.write_text(SETTINGS_TEXT.replace("dark", "light"))

    window.advance(0.1)
    assert window.content.control.get_changed_picture(before) is None

    window.advance(1.5)
    assert window.content.control.view_state.palette == LIGHT


def test_the_language_changes_while_the_window_is_open(
    window: SettingsWindowHarness,
) -> None:
    assert window.content.title == "claude-tray Settings"

    window.act("set:general.language=de")

    assert window.content.title != "claude-tray Settings"


def test_a_write_error_is_shown(
    window: SettingsWindowHarness,
) -> None:
    window.path.write_text("no toml [")

    window.act("set:icon.style=ring")

    assert "not valid TOML" in window.content.control.view_state.message
    window.advance(9)
    assert window.content.control.view_state.message == ""


def test_an_unknown_page_opens_the_first(
    tmp_path: Path,
) -> None:
    for page, shown in (("sync", "sync"), ("nonsense", "general")):
        window = SettingsWindowHarness(tmp_path, page)
        assert window.content.control.view_state.tab == shown


def test_arrow_keys_switch_pages_and_options(
    window: SettingsWindowHarness,
) -> None:
    control = window.content.control

    control.key("Right")
    assert control.view_state.tab == "icon"
    while not control.view_state.focus.startswith("set:"):
        control.key("Tab")
    focus = control.view_state.focus
    control.key("Right")
    assert control.view_state.tab == "icon"
    assert control.view_state.focus != focus


def test_other_actions_go_to_the_tray(window: SettingsWindowHarness) -> None:
    for action in ("sync-now", "test-notification"):
        window.act(action)
    window.act("login")

    assert window.actions == [
        UserAction(ActionKind.SYNC_NOW),
        UserAction(
            ActionKind.NOTIFY,
            notification=NotificationText(
                "Test notification from claude-tray"
            ),
        ),
        UserAction(ActionKind.ENABLE_AUTOSTART),
    ]


def test_the_sync_state_is_updated(window: SettingsWindowHarness) -> None:
    before = window.content.control.render().picture
    sync = SyncState(SyncPhase.STOPPED, None, 3, 0, "401 Unauthorized")

    window.content.update(TransientState(sync=sync))
    window.act("tab:sync")

    assert window.content.control.get_changed_picture(before) is not None


def test_a_connection_is_tested_only_while_sync_is_on(
    window: SettingsWindowHarness,
) -> None:
    window.act("sync-test")

    assert window.content.control.view_state.message == "Turn on sync first."


def test_a_failed_connection_shows_the_reason(
    window: SettingsWindowHarness,
) -> None:
    window.act("set:sync.enabled=true")
    window.act("sync-test")
    message = window.content.control.view_state.message
    assert message.startswith("Contacting")

    def answered() -> str:
        window.advance(2)
        now = window.content.control.view_state.message
        return "" if now.startswith("Contacting") else now

    assert wait_until(answered)


def test_diagnostics_are_copied_when_finished(
    window: SettingsWindowHarness,
) -> None:
    window.act("diagnostics")

    def copied() -> str:
        window.advance(2)
        return window.content.clipboard

    assert "settings" in wait_until(copied).lower()
    assert window.content.control.view_state.message == "Diagnostics copied"


def test_without_a_window_the_file_path_is_shown(
    window: SettingsWindowHarness,
) -> None:
    action = window.content.show_fallback()

    assert action == UserAction(
        ActionKind.NOTIFY,
        notification=NotificationText(f"Settings file: {window.path}"),
    )


def test_closing_cancels_running_commands(
    window: SettingsWindowHarness,
) -> None:
    window.act("diagnostics")

    window.content.close()
    window.advance(3)

    assert window.content.clipboard == ""
    assert Path(window.command.settings).exists()


def test_a_folder_in_the_home_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    ClaudeFolder(home / ".claude-work").append(make_line())
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("CLAUDE_TRAY_HOME", str(tmp_path))
    window = SettingsWindowHarness(tmp_path)
    (group,) = [
        group
        for page in build_pages(window.content._state)  # noqa: SLF001
        for group in page.groups
        if any(
            isinstance(row, InfoRow) and row.value == "~/.claude-work"
            for row in group.rows
        )
    ]
    (action,) = [
        button.action
        for row in group.rows
        if isinstance(row, ButtonsRow)
        for button in row.buttons
    ]

    window.act(action)

    saved: dict[str, object] = dict(window.saved_settings)
    assert saved["claude_paths"] == [
        str(tmp_path / "claude"),
        "~/.claude-work",
    ]
    assert window.content._state.other_folders == ()  # noqa: SLF001
    window.content.close()
