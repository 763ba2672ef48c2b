"""Start at login, on the system that this is."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from claude_tray.errors import DesktopError
from claude_tray.platform.autostart.base import (
    AUTOSTART_FLAG,
    Autostart,
    AutostartState,
)
from claude_tray.platform.launch_command import (
    build_login_command,
    current_process,
)
from claude_tray.platform.paths import get_home_folder
from claude_tray.platform.system import current_system


def build_autostart() -> Autostart:
    """Return this system's way to start programs at login."""
    return current_system().build_autostart(os.environ, get_home_folder())


def repair_stale_entry(autostart: Autostart, command: tuple[str, ...]) -> bool:
    """
    Enter a command anew if the entry's program is gone; return whether.

    An entry of another installation that still lives is left alone.
    """
    status = autostart.status(command)
    if (
        status.state is not AutostartState.STALE
        or Path(status.program).is_file()
    ):
        return False
    autostart.enable(command)
    return True


def is_autostart_enabled() -> bool | None:
    """Tell whether it does; None if it cannot be told."""
    try:
        autostart = build_autostart()
        status = autostart.status(build_autostart_command())
    except OSError:
        return None
    return status.state is AutostartState.ON


def build_autostart_command() -> tuple[str, ...]:
    """Return what would be entered, also where it would be refused."""
    try:
        return (
            *build_login_command(current_process(os.environ)),
            AUTOSTART_FLAG,
        )
    except DesktopError:
        return ("", AUTOSTART_FLAG)


def set_autostart(*, is_on: bool) -> None:
    """
    Let the tray start at login, or not.

    Raises:
        DesktopError: It cannot; the summary says why.
    """
    autostart = build_autostart()
    try:
        if is_on:
            autostart.enable(
                (
                    *build_login_command(current_process(os.environ)),
                    AUTOSTART_FLAG,
                )
            )
        else:
            autostart.disable()
    except OSError as error:
        raise autostart_error(error) from error


def repair_autostart_entry() -> None:
    """Enter this installation where the entered one is gone."""
    with suppress(DesktopError, OSError):
        # What cannot be entered now is told by `autostart status`.
        command = (
            *build_login_command(current_process(os.environ)),
            AUTOSTART_FLAG,
        )
        repair_stale_entry(build_autostart(), command)


def autostart_error(error: OSError) -> DesktopError:
    summary = f"Start at login cannot be changed: {error.strerror}."
    return DesktopError(summary, hint=str(error.filename or ""))
