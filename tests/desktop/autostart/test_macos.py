from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING

from claude_tray.desktop.autostart.macos import (
    LaunchAgent,
    agent_of,
    is_disabled,
)
from claude_tray.desktop.autostart.state import State

if TYPE_CHECKING:
    from pathlib import Path

ID = "io.github.claudetray.ClaudeTray"
COMMAND = ("/opt/run", "--autostart")


def agent(home: Path, told: str = "") -> LaunchAgent:
    return LaunchAgent(home, lambda: told)


def state(found: LaunchAgent) -> State:
    return found.status(COMMAND).state


def file_in(home: Path) -> Path:
    return home / "Library" / "LaunchAgents" / f"{ID}.plist"


def test_on_and_off_leave_nothing_behind(tmp_path: Path) -> None:
    assert state(agent(tmp_path)) is State.OFF
    agent(tmp_path).enable(COMMAND)
    assert state(agent(tmp_path)) is State.ON
    agent(tmp_path).disable()
    assert not file_in(tmp_path).exists()


def test_the_agent_runs_the_command_once_in_a_session(tmp_path: Path) -> None:
    agent(tmp_path).enable(COMMAND)

    written = plistlib.loads(file_in(tmp_path).read_bytes())

    assert written["ProgramArguments"] == list(COMMAND)
    assert written["RunAtLoad"] is True
    assert "KeepAlive" not in written


def test_only_a_bundle_names_its_identifier() -> None:
    inside = "/Applications/T.app/Contents/MacOS/run"

    assert agent_of((inside,))["AssociatedBundleIdentifiers"] == [ID]
    assert "AssociatedBundleIdentifiers" not in agent_of(COMMAND)


def test_another_command_is_stale(tmp_path: Path) -> None:
    agent(tmp_path).enable(("/elsewhere/run",))

    assert state(agent(tmp_path)) is State.STALE


def test_a_damaged_file_is_stale(tmp_path: Path) -> None:
    agent(tmp_path).enable(COMMAND)
    file_in(tmp_path).write_bytes(b"<plist")

    assert state(agent(tmp_path)) is State.STALE


def test_what_launchctl_has_off_is_blocked(tmp_path: Path) -> None:
    agent(tmp_path).enable(COMMAND)

    assert state(agent(tmp_path, f'"{ID}" => disabled')) is State.BLOCKED
    assert is_disabled(f'\t"{ID}" => true\n')
    assert not is_disabled(f'\t"{ID}" => enabled\n')
