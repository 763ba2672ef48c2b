"""Start at login by a LaunchAgent."""

from __future__ import annotations

import os
import plistlib
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final
from xml.parsers.expat import ExpatError

from claude_tray.desktop.autostart.state import State, Status
from claude_tray.desktop.identity import APP_ID
from claude_tray.settings.atomic import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_SECONDS: Final = 2.0
_IN_A_BUNDLE: Final = ".app/Contents/MacOS/"


class LaunchAgent:
    """
    The agent's file.

    It is neither loaded when enabled, which would start a second tray, nor
    unloaded when disabled, which would end the one that launchd started.

    Args:
        home: The user's.
        disabled: Returns what launchctl says is switched off.
    """

    def __init__(self, home: Path, disabled: Callable[[], str]) -> None:
        self._path = home / "Library" / "LaunchAgents" / f"{APP_ID}.plist"
        self._disabled = disabled

    def enable(self, command: tuple[str, ...]) -> None:
        data = plistlib.dumps(agent_of(command), sort_keys=False)
        write_atomically(self._path, data)

    def disable(self) -> None:
        self._path.unlink(missing_ok=True)

    def status(self, command: tuple[str, ...]) -> Status:
        where = str(self._path)
        try:
            agent = plistlib.loads(self._path.read_bytes())
        except FileNotFoundError:
            return Status(State.OFF, where)
        except (plistlib.InvalidFileException, ExpatError, ValueError):
            return Status(State.STALE, where)
        words = tuple(agent.get("ProgramArguments", ()))
        program = words[0] if words else ""
        if agent.get("Disabled") or is_disabled(self._disabled()):
            return Status(State.BLOCKED, where, program)
        state = State.ON if words == command else State.STALE
        return Status(state, where, program)


def agent_of(command: tuple[str, ...]) -> dict[str, Any]:
    """Return the agent that runs a command once at login."""
    agent: dict[str, Any] = {
        "Label": APP_ID,
        "ProgramArguments": list(command),
        "RunAtLoad": True,
        "ProcessType": "Interactive",
        "LimitLoadToSessionType": "Aqua",
    }
    if _IN_A_BUNDLE in command[0]:
        agent["AssociatedBundleIdentifiers"] = [APP_ID]
    return agent


def is_disabled(told: str) -> bool:
    """Tell whether launchctl's list of disabled agents has ours."""
    return any(f'"{APP_ID}" => {w}' in told for w in ("disabled", "true"))


def print_disabled() -> str:
    """Return what launchctl says is switched off; nothing if it does not."""
    if sys.platform == "win32":
        return ""
    command = ["launchctl", "print-disabled", f"gui/{os.getuid()}"]
    try:
        done = subprocess.run(  # noqa: S603 - fixed words
            command,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout
