"""Run a command of the user's own, without a shell and with a time limit."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.errors import DesktopError, SettingsError, gettext_noop
from claude_tray.platform import paths, system
from claude_tray.platform.start_command import get_start_command

if TYPE_CHECKING:
    from collections.abc import Sequence


# No command gets our secrets, even if they are in our environment.
_OWN_SECRETS: Final = ("CLAUDE_USAGE_API_TOKEN", "CLAUDE_TRAY_OTLP_HEADERS")
_NO_PROGRAM: Final = gettext_noop("There is no program “{name}”.")


def find_program(name: str) -> str:
    """
    Return the path of a program.

    Args:
        name: Full path, which may begin with "~", or a name to look up in
            the PATH.

    Raises:
        SettingsError: There is no such program, or it cannot be run.
    """
    path = Path(name).expanduser() if name.startswith("~") else Path(name)
    has_folder = os.path.dirname(name) != ""  # noqa: PTH120 - keeps "./"
    if has_folder and not path.is_absolute():
        raise SettingsError(
            gettext_noop("The program “{name}” is not a full path."),
            hint=gettext_noop("Write its full path, or only its name."),
            name=name,
        )
    # Also if it is absolute: this checks whether it can be run.
    found = shutil.which(str(path))
    if found is None and path.is_absolute() and path.is_file():
        raise SettingsError(
            gettext_noop("The program {path} cannot be run."),
            hint=gettext_noop("Run: chmod +x {path}"),
            path=path,
        )
    if found is None:
        raise SettingsError(
            _NO_PROGRAM,
            hint=gettext_noop(
                "Write the program and each of its arguments separately, the"
                " program with its full path."
            ),
            name=name,
        )
    return found


def start_command(
    command: Sequence[str], data: bytes, *, is_visible: bool = False
) -> subprocess.Popen[bytes]:
    """
    Start a command with data as its standard input.

    Args:
        command: Program and arguments.
        data: What it reads.
        is_visible: It prints to our own standard output and error.

    Raises:
        SettingsError: There is no such program.
        DesktopError: It cannot be started.
    """
    program = find_program(command[0])
    output = None if is_visible else subprocess.DEVNULL
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in _OWN_SECRETS
    }
    try:
        # A file, not a pipe: writing to it never waits.
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.seek(0)
            return subprocess.Popen(  # noqa: S603 - the user's own command
                [program, *command[1:]],
                stdin=file,
                stdout=output,
                stderr=output,
                cwd=paths.get_home_folder(),
                env=environment,
                # Its children end with it, if they must.
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0)
                if not is_visible
                else 0,
            )
    except (OSError, ValueError) as error:
        raise DesktopError(
            gettext_noop("Cannot run {path}: {reason}."),
            hint=gettext_noop(
                "A script needs a first line such as “#!/bin/sh”."
            ),
            path=program,
            reason=getattr(error, "strerror", None) or error,
        ) from error


def wait_for_command(process: subprocess.Popen[bytes], timeout: float) -> None:
    """
    Wait until a command has ended; end it after a time.

    Args:
        process: The command.
        timeout: Seconds that it may take.

    Raises:
        DesktopError: It took too long, or its status is not 0.
    """
    try:
        status = process.wait(timeout)
    except subprocess.TimeoutExpired as error:
        end_command(process)
        raise DesktopError(
            gettext_noop(
                "The notification command was ended after {seconds} seconds."
            ),
            hint=gettext_noop("Try it in a terminal: {program} notify"),
            seconds=round(timeout),
            program=get_start_command(),
        ) from error
    if status:
        raise DesktopError(
            gettext_noop(
                "The notification command ended with status {status}."
            ),
            hint=gettext_noop("Try it in a terminal: {program} notify"),
            status=status,
            program=get_start_command(),
        )


def end_command(process: subprocess.Popen[bytes]) -> None:
    """End a command with its children."""
    system.current_system().kill_process_group(process)
    process.wait()
