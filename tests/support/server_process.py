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


class RunningServer(NamedTuple):
    """A server that runs, and how its commands are run."""

    url: str
    home: Path
    env: dict[str, str]
    process: subprocess.Popen[str]

    def run_command(self, *args: str, stdin: str = "") -> str:
        """Run `claude-tray server …` and return what it printed."""
        return subprocess.run(
            [sys.executable, "-m", "claude_tray", "server", *args],
            input=stdin,
            env=self.env,
            text=True,
            capture_output=True,
            check=True,
        ).stdout.strip()

    def create_device_token(self, name: str, machine: str = "laptop") -> str:
        """Return a token with which a machine sends."""
        return self.run_command("create-token", name, "--machine", machine)

    def create_user(self, name: str, *args: str) -> str:
        """Make a user, whose password is PASSWORD; return the name."""
        self.run_command(
            "create-user",
            name,
            "--password-stdin",
            *args,
            stdin=PASSWORD,
        )
        return name


@contextmanager
def run_server(
    home: Path,
    *,
    code: str = "",
    **extra_env: str,
) -> Iterator[RunningServer]:
    """
    Run `claude-tray serve` on a free port until the end.

    Args:
        home: Where its own files lie.
        code: Run this Python instead, which serves likewise.
        env: What else it is told.
    """
    env = os.environ | {"CLAUDE_TRAY_HOME": str(home)} | extra_env
    args = ["-c", code] if code else ["-m", "claude_tray"]
    process = subprocess.Popen(
        [sys.executable, *args, "serve", "--port", "0"],
        env=env,
        text=True,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("Serving on "), line
        url = line.removeprefix("Serving on ").strip().rstrip("/")
        yield RunningServer(url, home, env, process)
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
