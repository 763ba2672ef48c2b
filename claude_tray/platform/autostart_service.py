"""Turn the start at login on and off."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from claude_tray.errors import DesktopError, gettext_noop
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
    Replace the entry if its program no longer exists; return whether.

    Keep the entry of another installation that still exists.
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
    """Check whether this installation starts at login; None if unknown."""
    try:
        autostart = build_autostart()
        status = autostart.status(build_autostart_command())
    except OSError:
        return None
    return status.state is AutostartState.ON


def build_autostart_command() -> tuple[str, ...]:
    """Build the command for the entry; without a program if there is none."""
    try:
        return (
            *build_login_command(current_process(os.environ)),
            AUTOSTART_FLAG,
        )
    except DesktopError:
        return ("", AUTOSTART_FLAG)


def set_autostart(*, is_on: bool) -> None:
    """
    Turn the start at login on or off.

    Raises:
        DesktopError: The entry cannot be changed.
    """
    autostart = build_autostart()
    try:
        if is_on:
            command = build_login_command(current_process(os.environ))
            autostart.enable((*command, AUTOSTART_FLAG))
        else:
            autostart.disable()
    except DesktopError as error:
        raise error.with_context(
            gettext_noop("Can't start at login: {reason}")
        ) from error
    except OSError as error:
        raise build_autostart_error(error) from error


def repair_autostart_entry() -> None:
    """Replace the entry of an installation that no longer exists."""
    with suppress(DesktopError, OSError):
        # `claude-tray autostart status` shows the problem.
        command = (
            *build_login_command(current_process(os.environ)),
            AUTOSTART_FLAG,
        )
        repair_stale_entry(build_autostart(), command)


def build_autostart_error(error: OSError) -> DesktopError:
    """Describe a failure to change the entry."""
    hint = gettext_noop("Check that you can write to {path}.")
    return DesktopError(
        gettext_noop("Start at login cannot be changed: {reason}."),
        hint=hint if error.filename else "",
        reason=error.strerror,
        path=error.filename,
    )
