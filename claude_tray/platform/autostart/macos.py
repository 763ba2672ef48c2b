"""Start at login by a LaunchAgent."""

from __future__ import annotations

import plistlib
import subprocess
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from xml.parsers.expat import ExpatError

from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.platform.app_id import APP_ID
from claude_tray.platform.atomic_write import write_atomically
from claude_tray.platform.autostart.base import AutostartState, AutostartStatus
from claude_tray.platform.small_file import read_small_file

if TYPE_CHECKING:
    from pathlib import Path


_TIMEOUT_SECONDS: Final = 2.0
_BUNDLE_FRAGMENT: Final = ".app/Contents/MacOS/"


class Launchctl(NamedTuple):
    """
    Runs launchctl.

    Attributes:
        user_id: Number of the user whose agents it is about.
    """

    user_id: int

    def list_disabled(self) -> str:
        """Return the list of disabled agents; empty if it fails."""
        return self._run("print-disabled", f"gui/{self.user_id}")

    def enable(self, label: str) -> None:
        """Forget that an agent was disabled; this does not start it."""
        self._run("enable", f"gui/{self.user_id}/{label}")

    def _run(self, *arguments: str) -> str:
        try:
            result = subprocess.run(  # noqa: S603 - fixed words and a number
                ["launchctl", *arguments],  # noqa: S607
                capture_output=True,
                text=True,
                timeout=_TIMEOUT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return result.stdout


class LaunchAgent:
    """
    The property list of the agent.

    Enabling does not load it, which would start a second tray; disabling does
    not unload it, which would stop the tray that launchd started.

    launchd remembers that a user disabled an agent, also when its file is
    written anew; only `launchctl enable` changes that.

    Args:
        home: Home folder of the user.
        launchctl: Runs launchctl for the user.
    """

    def __init__(self, home: Path, launchctl: Launchctl) -> None:
        self._path = home / "Library" / "LaunchAgents" / f"{APP_ID}.plist"
        self._launchctl = launchctl

    def enable(self, command: tuple[str, ...]) -> None:
        """
        Write the entry; enable it if the user had disabled it.

        Raises:
            DesktopError: launchd keeps it disabled.
        """
        data = plistlib.dumps(build_agent(command), sort_keys=False)
        write_atomically(self._path, data)
        if not is_agent_disabled(self._launchctl.list_disabled()):
            return
        self._launchctl.enable(APP_ID)
        if is_agent_disabled(self._launchctl.list_disabled()):
            raise DesktopError(
                gettext_noop("launchd keeps claude-tray disabled."),
                hint=gettext_noop(
                    "Allow it in System Settings → General → Login Items."
                ),
            )

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
        disabled = self._launchctl.list_disabled()
        if agent.get("Disabled") or is_agent_disabled(disabled):
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
