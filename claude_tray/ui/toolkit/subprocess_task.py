"""Run commands of this program in the background of a window."""

from __future__ import annotations

import subprocess
from typing import NamedTuple

from claude_tray.ui.toolkit.process import build_program_command


class CommandResult(NamedTuple):
    """Exit status and output of a command."""

    is_success: bool
    output: str


class BackgroundCommand:
    """
    Run a command; the caller polls for its result.

    Args:
        arguments: Arguments of the command.
    """

    def __init__(self, *arguments: str) -> None:
        # Late: most windows run no command.
        import tempfile

        # A file, unlike a pipe, never fills up while nothing reads it.
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this program
                build_program_command(*arguments),
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            self._output.write(str(error).encode())

    def poll(self) -> CommandResult | None:
        """Return the result once the command has ended, else None."""
        status = self._process.poll() if self._process else 1
        if status is None:
            return None
        self._output.seek(0)
        output = self._output.read().decode("utf-8", "replace")
        self._output.close()
        return CommandResult(status == 0, output)

    def cancel(self) -> None:
        """Terminate the command and discard its output."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()
        self._output.close()


def start_doctor(folders: tuple[tuple[str, str], ...]) -> BackgroundCommand:
    """Start `doctor`."""
    return BackgroundCommand("doctor", *_build_path_arguments(folders))


def _build_path_arguments(
    folders: tuple[tuple[str, str], ...],
) -> tuple[str, str]:
    return "--claude-path", ",".join(path for path, _ in folders)
