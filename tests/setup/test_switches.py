from __future__ import annotations

import json
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.setup import SetupSwitch
from claude_tray.errors import ClaudeTrayError, DesktopError, SettingsError
from claude_tray.setup.switches import (
    follow_folder,
    load_setup_state,
    turn_switch,
)

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.setup.switches import SetupTarget

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="starts at login by a desktop entry"
)


def test_limits_show_the_change_are_connected_and_undone(
    home: Path, target: SetupTarget
) -> None:
    path = home / ".claude" / "settings.json"
    path.parent.mkdir()
    before = '{\n  "model": "opus"\n}\n'
    path.write_text(before)

    shown = load_setup_state(target)
    turn_switch(SetupSwitch.LIMITS, target, is_on=True)

    (change,) = shown.changes
    assert not shown.has_limits
    assert change.path == "~/.claude/settings.json"
    assert change.removed == ()
    # Exactly the lines that were shown are in the file now.
    assert [*change.added] == [
        line
        for line in path.read_text().splitlines()
        if line not in before.splitlines()
    ]
    command = json.loads(path.read_text())["statusLine"]["command"]
    assert command.endswith(" statusline")
    connected = load_setup_state(target)
    assert (connected.has_limits, connected.changes) == (True, ())

    turn_switch(SetupSwitch.LIMITS, target, is_on=False)

    assert path.read_text() == before
    assert not load_setup_state(target).has_limits


def test_limits_can_be_connected_before_claude_code_was_started(
    home: Path, target: SetupTarget
) -> None:
    (change,) = load_setup_state(target).changes
    turn_switch(SetupSwitch.LIMITS, target, is_on=True)

    path = home / ".claude" / "settings.json"
    assert [*change.added] == path.read_text().splitlines()
    assert path.stat().st_mode & 0o777 == 0o600
    turn_switch(SetupSwitch.LIMITS, target, is_on=False)
    assert not path.exists()


def test_settings_that_cannot_be_parsed_are_a_problem_and_stay(
    home: Path, target: SetupTarget
) -> None:
    second = home / ".claude-work"
    for folder, text in ((home / ".claude", "{}"), (second, "{ nonsense")):
        folder.mkdir()
        (folder / "settings.json").write_text(text)
    both = target._replace(folders=(home / ".claude", second))

    with pytest.raises(SettingsError):
        turn_switch(SetupSwitch.LIMITS, both, is_on=True)

    assert (home / ".claude" / "settings.json").read_text() == "{}"
    assert (second / "settings.json").read_text() == "{ nonsense"
    state = load_setup_state(both, lambda text: text.replace("cannot", "CAN"))
    assert "settings.json CAN be parsed" in state.get_problem(
        SetupSwitch.LIMITS
    )


def test_a_program_in_a_temporary_folder_cannot_start_at_login(
    home: Path, target: SetupTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = home / "bin" / "python"
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setenv("TMPDIR", str(home))
    monkeypatch.setattr("tempfile.tempdir", None)

    with pytest.raises(DesktopError) as caught:
        turn_switch(SetupSwitch.AUTOSTART, target, is_on=True)

    assert caught.value.describe() == (
        "Can't start at login: claude-tray is in a temporary folder."
        " Install it first: uv tool install claude-tray."
    )
    assert load_setup_state(target).starts_at_login is False


def test_start_at_login_and_notifications_are_turned(
    home: Path, target: SetupTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(home / "tmp"))
    (home / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)

    turn_switch(SetupSwitch.AUTOSTART, target, is_on=True)
    turn_switch(SetupSwitch.NOTIFICATIONS, target, is_on=False)

    assert load_setup_state(target).starts_at_login is True
    assert [*(home / ".config" / "autostart").iterdir()]
    settings = tomllib.loads(target.settings_file.read_text())
    assert settings == {"notifications": {"enabled": False}}
    turn_switch(SetupSwitch.AUTOSTART, target, is_on=False)
    assert load_setup_state(target).starts_at_login is False


def test_a_folder_is_added_to_those_that_are_followed(
    home: Path, target: SetupTarget
) -> None:
    follow_folder(str(home / ".claude-work"), target)

    settings = tomllib.loads(target.settings_file.read_text())
    assert settings["claude_paths"] == [
        str(home / ".claude"),
        str(home / ".claude-work"),
    ]
    with pytest.raises(ClaudeTrayError, match="set by CLAUDE_PATH"):
        follow_folder("/x", target._replace(fixed_by="CLAUDE_PATH"))
