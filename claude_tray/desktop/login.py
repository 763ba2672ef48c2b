"""Whether this installation starts at login."""

from __future__ import annotations

import os

from claude_tray.desktop.autostart.state import FLAG, State
from claude_tray.desktop.autostart.system import this_system
from claude_tray.desktop.paths import home_folder
from claude_tray.desktop.relaunch import login_command, running
from claude_tray.errors import DesktopError


def starts_at_login() -> bool | None:
    """Tell whether it does; None if it cannot be told."""
    try:
        autostart = this_system(os.environ, home_folder())
        status = autostart.status(command_at_login())
    except OSError:
        return None
    return status.state is State.ON


def command_at_login() -> tuple[str, ...]:
    """Return what would be entered, also where it would be refused."""
    try:
        return (*login_command(running(os.environ)), FLAG)
    except DesktopError:
        return ("", FLAG)
