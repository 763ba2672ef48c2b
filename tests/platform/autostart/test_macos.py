from __future__ import annotations

import os
import plistlib
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import DesktopError
from claude_tray.platform.autostart.base import AutostartState
from claude_tray.platform.autostart.macos import (
    LaunchAgent,
    Launchctl,
    build_agent,
    is_agent_disabled,
)

if TYPE_CHECKING:
    from pathlib import Path


AGENT_ID = "io.github.claudetray.ClaudeTray"
COMMAND = ("/opt/run", "--autostart")
USER_ID = 501
# Prints and changes its list in a file, as launchctl does with launchd's.
LAUNCHCTL = """#!/bin/sh
echo "$@" >>"{folder}/calls"
case $1 in
print-disabled) cat "{folder}/disabled" ;;
enable) {enable} ;;
esac
"""

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="the stand-in for launchctl is a shell script"
)


@pytest.fixture(autouse=True)
def launchctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a stand-in for launchctl on the PATH; return its folder."""
    folder = tmp_path / "bin"
    folder.mkdir()
    write_launchctl(folder, f': >"{folder}/disabled"')
    write_list(folder, "enabled")
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return folder


def write_launchctl(folder: Path, enable: str) -> None:
    script = LAUNCHCTL.format(folder=folder, enable=enable)
    (folder / "launchctl").write_text(script, encoding="utf-8")
    (folder / "launchctl").chmod(0o755)


def write_list(folder: Path, state: str) -> None:
    """Write the list as macOS 15 prints it."""
    listing = (
        "disabled services = {\n"
        f'\t"com.apple.other" => disabled\n\t"{AGENT_ID}" => {state}\n'
        "}\n"
    )
    (folder / "disabled").write_text(listing, encoding="utf-8")


def make_agent(home: Path) -> LaunchAgent:
    return LaunchAgent(home, Launchctl(USER_ID))


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


def test_a_disabled_agent_is_blocked_until_it_is_turned_on(
    tmp_path: Path, launchctl: Path
) -> None:
    make_agent(tmp_path).enable(COMMAND)
    write_list(launchctl, "disabled")
    assert get_state(make_agent(tmp_path)) is AutostartState.BLOCKED

    make_agent(tmp_path).enable(COMMAND)

    assert get_state(make_agent(tmp_path)) is AutostartState.ON
    calls = (launchctl / "calls").read_text(encoding="utf-8")
    assert f"enable gui/{USER_ID}/{AGENT_ID}\n" in calls


def test_an_agent_that_is_not_disabled_is_left_alone(
    tmp_path: Path, launchctl: Path
) -> None:
    make_agent(tmp_path).enable(COMMAND)

    calls = (launchctl / "calls").read_text(encoding="utf-8")
    assert calls == f"print-disabled gui/{USER_ID}\n"


def test_an_agent_that_stays_disabled_is_an_error(
    tmp_path: Path, launchctl: Path
) -> None:
    write_launchctl(launchctl, "exit 1")
    write_list(launchctl, "disabled")

    with pytest.raises(DesktopError, match="keeps claude-tray disabled"):
        make_agent(tmp_path).enable(COMMAND)


def test_without_launchctl_an_agent_counts_as_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    make_agent(tmp_path).enable(COMMAND)

    assert get_state(make_agent(tmp_path)) is AutostartState.ON


def test_states_of_older_systems_are_understood() -> None:
    assert is_agent_disabled(f'\t"{AGENT_ID}" => true\n')
    assert not is_agent_disabled(f'\t"{AGENT_ID}" => enabled\n')
