"""Run a command of this program for a page, and return what it prints."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.ui.toolkit.process import build_program_command

if TYPE_CHECKING:
    from claude_tray.app.context import AppContext


_TIMEOUT_SECONDS: Final = 60.0


class CommandOutput(NamedTuple):
    """Exit status and output of a command."""

    status: int
    text: str


def run_own_command(context: AppContext, *arguments: str) -> CommandOutput:
    """
    Run a command with the folders of this page.

    Raises:
        DesktopError: It cannot be started or does not end.
    """
    folders = ",".join(str(folder) for folder in context.folders)
    command = build_program_command(*arguments, "--claude-path", folders)
    try:
        done = subprocess.run(  # noqa: S603 - this program itself
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=_TIMEOUT_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DesktopError(
            gettext_noop("Cannot run claude-tray {name}: {reason}."),
            name=arguments[0],
            reason=error,
        ) from error
    return CommandOutput(done.returncode, done.stdout.decode(errors="replace"))
