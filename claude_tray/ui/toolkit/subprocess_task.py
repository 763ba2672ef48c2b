"""A command of this program that is run beside the window."""

from __future__ import annotations

import subprocess
import tempfile
from typing import NamedTuple

from claude_tray.ui.toolkit.process import build_program_command


class CommandResult(NamedTuple):
    """How a command ended and what it said."""

    is_success: bool
    output: str

    @property
    def last_line(self) -> str:
        """The last line, without the program's name."""
        lines = self.output.strip().splitlines() or [""]
        return lines[-1].removeprefix("claude-tray: ")


class BackgroundCommand:
    """
    A command that runs; whoever started it looks whether it has ended.

    Args:
        arguments: Of the command.
    """

    def __init__(self, *arguments: str) -> None:
        # What it says is kept by the system, so that nobody has to read it.
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
        """Return the report once it has ended; None while it runs."""
        status = self._process.poll() if self._process else 1
        if status is None:
            return None
        self._output.seek(0)
        output = self._output.read().decode("utf-8", "replace")
        self._output.close()
        return CommandResult(status == 0, output)

    def cancel(self) -> None:
        """Care no longer; the command is ended."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()
        self._output.close()


def start_doctor(folders: tuple[tuple[str, str], ...]) -> BackgroundCommand:
    """Let the program look at itself."""
    return BackgroundCommand("doctor", *_build_path_arguments(folders))


def start_dry_run(folders: tuple[tuple[str, str], ...]) -> BackgroundCommand:
    """Let the program tell what would be sent."""
    return BackgroundCommand(
        "sync", "--dry-run", "--no-refresh", *_build_path_arguments(folders)
    )


def start_sync(folders: tuple[tuple[str, str], ...]) -> BackgroundCommand:
    """Let the program send what is due."""
    return BackgroundCommand(
        "sync", "--no-refresh", *_build_path_arguments(folders)
    )


def _build_path_arguments(
    folders: tuple[tuple[str, str], ...],
) -> tuple[str, str]:
    return "--claude-path", ",".join(path for path, _ in folders)
