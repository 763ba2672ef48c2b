"""
Notice that the program was replaced while it runs, and start the new one.

Package managers replace files below a running program. It goes on, but a
window, which is a process of its own, may not start any more.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import claude_tray
from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.platform import app_id, launch_command

if TYPE_CHECKING:
    from collections.abc import Sequence


# What changes when a file or a link is replaced.
FileStamp = tuple[int, int, int]

_NO_FILE: Final = (0, 0, 0)


class Installation(NamedTuple):
    """
    Stamps of the files that every process of this program needs.

    Attributes:
        interpreter: Path of the interpreter, or of the bundle.
        package: A file of the package; empty in a bundle.
        stamps: Those of the interpreter, of what it links to, and of the
            package.
    """

    interpreter: str
    package: str
    stamps: tuple[FileStamp, ...]

    def is_replaced(self) -> bool:
        """Return whether a file was replaced or removed since."""
        return self.stamps != _read_stamps(self.interpreter, self.package)


def read_installation() -> Installation:
    """Read the stamps of this process's program."""
    package = "" if getattr(sys, "frozen", False) else claude_tray.__file__
    return Installation(
        sys.executable, package, _read_stamps(sys.executable, package)
    )


def build_restart_command(
    process: launch_command.ProcessInfo, arguments: Sequence[str]
) -> tuple[str, ...]:
    """
    Build the command line that takes this process's place.

    Args:
        process: This process.
        arguments: Arguments it was started with.

    Raises:
        DesktopError: The new program cannot be found.
    """
    command = launch_command.find_program(process)
    if Path(command[0]).is_file():
        return (*command, *arguments)
    # The new version may lie elsewhere.
    for folder in process.environ.get("PATH", "").split(os.pathsep):
        program = Path(folder, app_id.COMMAND)
        if folder and program.is_file():
            return (str(program), *arguments)
    raise DesktopError(
        gettext_noop("The updated claude-tray was not found."),
        hint=gettext_noop("Start it again yourself."),
    )


def replace_process(command: Sequence[str]) -> None:
    """
    Run a command instead of this process; never return.

    Raises:
        OSError: It cannot be started.
    """
    if os.name == "nt":
        # Windows cannot replace a process: consoles would see it end.
        subprocess.Popen([*command])  # noqa: S603 - this program itself
        os._exit(0)
    os.execv(command[0], [*command])  # noqa: S606 - this program itself


def _read_stamps(*paths: str) -> tuple[FileStamp, ...]:
    stamps = []
    for path in filter(None, paths):
        stamps += [_read_stamp(path), _read_stamp(os.path.realpath(path))]
    return tuple(stamps)


def _read_stamp(path: str) -> FileStamp:
    try:
        status = os.lstat(path)
    except OSError:
        return _NO_FILE
    return status.st_ino, status.st_size, status.st_mtime_ns
