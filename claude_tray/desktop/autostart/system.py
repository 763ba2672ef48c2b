"""Start at login, on the system that this is."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from claude_tray.desktop.autostart.linux import XdgAutostart
from claude_tray.desktop.autostart.state import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claude_tray.desktop.autostart.state import Autostart


def this_system(variables: Mapping[str, str], home: Path) -> Autostart:
    """Return where this system keeps what starts at login."""
    # Late: each system needs its own alone.
    if sys.platform == "win32":
        from claude_tray.desktop.autostart.windows import (  # noqa: PLC0415
            RunKey,
        )

        return RunKey(import_module("winreg"))
    if sys.platform == "darwin":
        from claude_tray.desktop.autostart.macos import (  # noqa: PLC0415
            LaunchAgent,
            print_disabled,
        )

        return LaunchAgent(home, print_disabled)
    return xdg(variables, home)


def xdg(variables: Mapping[str, str], home: Path) -> XdgAutostart:
    """Return the entry where the environment says that it lies."""
    own = Path(variables.get("XDG_CONFIG_HOME", ""))
    system = variables.get("XDG_CONFIG_DIRS") or "/etc/xdg"
    return XdgAutostart(
        own if own.is_absolute() else home / ".config",
        [Path(f) for f in system.split(":") if Path(f).is_absolute()],
    )


def repair(autostart: Autostart, command: tuple[str, ...]) -> bool:
    """
    Enter a command anew if the entry's program is gone; return whether.

    An entry of another installation that still lives is left alone.
    """
    status = autostart.status(command)
    if status.state is not State.STALE or Path(status.program).is_file():
        return False
    autostart.enable(command)
    return True
