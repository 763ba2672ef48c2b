"""`claude-tray autostart`: whether the tray starts at login."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from claude_tray.cli.show import print_json
from claude_tray.desktop.autostart.state import FLAG
from claude_tray.desktop.autostart.system import repair, this_system
from claude_tray.desktop.login import command_at_login
from claude_tray.desktop.paths import home_folder
from claude_tray.desktop.relaunch import login_command, running
from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=("on", "off", "status"),
        nargs="?",
        default="status",
        help="what to do; status if nothing is named",
    )
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: argparse.Namespace) -> int:
    autostart = this_system(os.environ, home_folder())
    try:
        if arguments.what != "status":
            switch(is_on=arguments.what == "on")
        status = autostart.status(command_at_login())
    except OSError as error:
        raise _refused(error) from error
    if arguments.json:
        print_json({**status._asdict(), "state": status.state.value})
    else:
        print(f"{status.state} ({status.where})")  # noqa: T201
    return 0


def switch(*, is_on: bool) -> None:
    """
    Let the tray start at login, or not.

    Raises:
        DesktopError: It cannot; the summary says why.
    """
    autostart = this_system(os.environ, home_folder())
    try:
        if is_on:
            autostart.enable((*login_command(running(os.environ)), FLAG))
        else:
            autostart.disable()
    except OSError as error:
        raise _refused(error) from error


def repair_entry() -> None:
    """Enter this installation where the entered one is gone."""
    with suppress(DesktopError, OSError):
        # What cannot be entered now is told by `autostart status`.
        command = (*login_command(running(os.environ)), FLAG)
        repair(this_system(os.environ, home_folder()), command)


def _refused(error: OSError) -> DesktopError:
    summary = f"Start at login cannot be changed: {error.strerror}."
    return DesktopError(summary, hint=str(error.filename or ""))
