"""Start at login by a LaunchAgent."""

from __future__ import annotations

import plistlib
import subprocess
from typing import TYPE_CHECKING, Any, Final
from xml.parsers.expat import ExpatError

from claude_tray.platform.app_id import APP_ID
from claude_tray.platform.atomic_write import write_atomically
from claude_tray.platform.autostart.base import AutostartState, AutostartStatus
from claude_tray.platform.small_file import read_small_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


_TIMEOUT_SECONDS: Final = 2.0
_BUNDLE_FRAGMENT: Final = ".app/Contents/MacOS/"


class LaunchAgent:
    """
    The property list of the agent.

    Enabling does not load it, which would start a second tray; disabling does
    not unload it, which would stop the tray that launchd started.

    Args:
        home: Home folder of the user.
        query_disabled: Returns launchctl's list of disabled agents.
    """

    def __init__(self, home: Path, query_disabled: Callable[[], str]) -> None:
        self._path = home / "Library" / "LaunchAgents" / f"{APP_ID}.plist"
        self._query_disabled = query_disabled

    def enable(self, command: tuple[str, ...]) -> None:
        data = plistlib.dumps(build_agent(command), sort_keys=False)
        write_atomically(self._path, data)

    def disable(self) -> None:
        self._path.unlink(missing_ok=True)

    def status(self, command: tuple[str, ...]) -> AutostartStatus:
        where = str(self._path)
        try:
            agent = plistlib.loads(read_small_file(self._path))
        except FileNotFoundError:
            return AutostartStatus(AutostartState.OFF, where)
        except (plistlib.InvalidFileException, ExpatError, ValueError):
            return AutostartStatus(AutostartState.STALE, where)
        arguments = tuple(agent.get("ProgramArguments", ()))
        program = arguments[0] if arguments else ""
        if agent.get("Disabled") or is_agent_disabled(self._query_disabled()):
            return AutostartStatus(AutostartState.BLOCKED, where, program)
        state = (
            AutostartState.ON if arguments == command else AutostartState.STALE
        )
        return AutostartStatus(state, where, program)


def build_agent(command: tuple[str, ...]) -> dict[str, Any]:
    """Build the agent that runs a command once at login."""
    agent: dict[str, Any] = {
        "Label": APP_ID,
        "ProgramArguments": list(command),
        "RunAtLoad": True,
        "ProcessType": "Interactive",
        "LimitLoadToSessionType": "Aqua",
    }
    if _BUNDLE_FRAGMENT in command[0]:
        agent["AssociatedBundleIdentifiers"] = [APP_ID]
    return agent


def is_agent_disabled(listing: str) -> bool:
    """Check whether launchctl's list of disabled agents names this one."""
    return any(f'"{APP_ID}" => {w}' in listing for w in ("disabled", "true"))


def list_disabled_agents(user_id: int) -> str:
    """Return launchctl's list of disabled agents; empty if it fails."""
    command = ["launchctl", "print-disabled", f"gui/{user_id}"]
    try:
        result = subprocess.run(  # noqa: S603 - fixed words
            command,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return result.stdout
