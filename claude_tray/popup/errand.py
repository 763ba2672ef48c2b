"""A command of this program that is run beside the window."""

from __future__ import annotations

import subprocess
import tempfile
from typing import NamedTuple

from claude_tray.popup.command import own_command


class Report(NamedTuple):
    """How a command ended and what it said."""

    is_good: bool
    text: str

    @property
    def sentence(self) -> str:
        """The last line, without the program's name."""
        lines = self.text.strip().splitlines() or [""]
        return lines[-1].removeprefix("claude-tray: ")


class Errand:
    """
    A command that runs; whoever started it looks whether it has ended.

    Args:
        words: Of the command.
    """

    def __init__(self, *words: str) -> None:
        # What it says is kept by the system, so that nobody has to read it.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this program
                own_command(*words),
                stdin=subprocess.DEVNULL,
                stdout=self._said,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            self._said.write(str(error).encode())

    def report(self) -> Report | None:
        """Return the report once it has ended; None while it runs."""
        status = self._process.poll() if self._process else 1
        if status is None:
            return None
        self._said.seek(0)
        text = self._said.read().decode("utf-8", "replace")
        self._said.close()
        return Report(status == 0, text)

    def drop(self) -> None:
        """Care no longer; the command is ended."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()
        self._said.close()


def doctor(folders: tuple[tuple[str, str], ...]) -> Errand:
    """Let the program look at itself."""
    return Errand("doctor", *_path(folders))


def dry_run(folders: tuple[tuple[str, str], ...]) -> Errand:
    """Let the program tell what would be sent."""
    return Errand("sync", "--dry-run", "--no-refresh", *_path(folders))


def sync_once(folders: tuple[tuple[str, str], ...]) -> Errand:
    """Let the program send what is due."""
    return Errand("sync", "--no-refresh", *_path(folders))


def _path(folders: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    return "--claude-path", ",".join(path for path, _ in folders)
