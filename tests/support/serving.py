"""A server that runs as it does for people."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "correct horse battery"


class Served(NamedTuple):
    """A server that runs, and how its commands are run."""

    url: str
    home: Path
    environment: dict[str, str]
    process: subprocess.Popen[str]

    def command(self, *words: str, given: str = "") -> str:
        """Run `claude-tray server …` and return what it printed."""
        return subprocess.run(
            [sys.executable, "-m", "claude_tray", "server", *words],
            input=given,
            env=self.environment,
            text=True,
            capture_output=True,
            check=True,
        ).stdout.strip()

    def device(self, name: str, machine: str = "laptop") -> str:
        """Return a token with which a machine sends."""
        return self.command("create-token", name, "--machine", machine)

    def person(self, name: str, *words: str) -> str:
        """Make a user, whose password is PASSWORD; return the name."""
        self.command(
            "create-user",
            name,
            "--password-stdin",
            *words,
            given=PASSWORD,
        )
        return name


@contextmanager
def serving(
    home: Path,
    *,
    code: str = "",
    **environment: str,
) -> Iterator[Served]:
    """
    Run `claude-tray serve` on a free port until the end.

    Args:
        home: Where its own files lie.
        code: Run this Python instead, which serves likewise.
        environment: What else it is told.
    """
    variables = os.environ | {"CLAUDE_TRAY_HOME": str(home)} | environment
    words = ["-c", code] if code else ["-m", "claude_tray"]
    process = subprocess.Popen(
        [sys.executable, *words, "serve", "--port", "0"],
        env=variables,
        text=True,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("Serving on "), line
        url = line.removeprefix("Serving on ").strip().rstrip("/")
        yield Served(url, home, variables, process)
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
