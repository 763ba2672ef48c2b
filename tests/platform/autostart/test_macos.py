from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING

from claude_tray.platform.autostart.base import AutostartState
from claude_tray.platform.autostart.macos import (
    LaunchAgent,
    build_agent,
    is_agent_disabled,
)

if TYPE_CHECKING:
    from pathlib import Path


AGENT_ID = "io.github.claudetray.ClaudeTray"
COMMAND = ("/opt/run", "--autostart")


def make_agent(home: Path, launchctl_output: str = "") -> LaunchAgent:
    return LaunchAgent(home, lambda: launchctl_output)


def get_state(agent: LaunchAgent) -> AutostartState:
    return agent.status(COMMAND).state


def plist_path(home: Path) -> Path:
    return home / "Library" / "LaunchAgents" / f"{AGENT_ID}.plist"


def test_turning_it_off_leaves_nothing_behind(tmp_path: Path) -> None:
    assert get_state(make_agent(tmp_path)) is AutostartState.OFF
    make_agent(tmp_path).enable(COMMAND)
    assert get_state(make_agent(tmp_path)) is AutostartState.ON
    make_agent(tmp_path).disable()
    assert not plist_path(tmp_path).exists()


def test_the_agent_runs_the_command_once_per_session(tmp_path: Path) -> None:
    make_agent(tmp_path).enable(COMMAND)

    written = plistlib.loads(plist_path(tmp_path).read_bytes())

    assert written["ProgramArguments"] == list(COMMAND)
    assert written["RunAtLoad"] is True
    assert "KeepAlive" not in written


def test_only_a_bundle_has_an_identifier() -> None:
    inside = "/Applications/T.app/Contents/MacOS/run"

    assert build_agent((inside,))["AssociatedBundleIdentifiers"] == [AGENT_ID]
    assert "AssociatedBundleIdentifiers" not in build_agent(COMMAND)


def test_another_command_is_stale(tmp_path: Path) -> None:
    make_agent(tmp_path).enable(("/elsewhere/run",))

    assert get_state(make_agent(tmp_path)) is AutostartState.STALE


def test_a_corrupt_file_is_stale(tmp_path: Path) -> None:
    make_agent(tmp_path).enable(COMMAND)
    plist_path(tmp_path).write_bytes(b"<plist")

    assert get_state(make_agent(tmp_path)) is AutostartState.STALE


def test_an_agent_that_launchctl_disabled_is_blocked(tmp_path: Path) -> None:
    make_agent(tmp_path).enable(COMMAND)

    assert (
        get_state(make_agent(tmp_path, f'"{AGENT_ID}" => disabled'))
        is AutostartState.BLOCKED
    )
    assert is_agent_disabled(f'\t"{AGENT_ID}" => true\n')
    assert not is_agent_disabled(f'\t"{AGENT_ID}" => enabled\n')
