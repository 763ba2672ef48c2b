"""Run the server as users do."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path


PASSWORD = "correct horse battery"


class RunningServer(NamedTuple):
    """A running server and its management commands."""

    url: str
    home: Path
    env: dict[str, str]
    process: subprocess.Popen[str]

    def run_command(self, *args: str, stdin: str = "") -> str:
        """Run `claude-tray server …`; return its output."""
        return run_server_command(self.env, *args, stdin=stdin)

    def create_device_token(self, name: str, machine: str = "laptop") -> str:
        """Create a token that a machine syncs with."""
        return self.run_command("create-token", name, "--machine", machine)

    def create_user(self, name: str, *args: str) -> str:
        """Create a user with PASSWORD; return the name."""
        self.run_command(
            "create-user",
            name,
            "--password-stdin",
            *args,
            stdin=PASSWORD,
        )
        return name


def run_server_command(
    variables: Mapping[str, str], *args: str, stdin: str = ""
) -> str:
    """
    Run `claude-tray server …`; return its output.

    Args:
        variables: Environment variables besides those of the tests.
        args: The command and its arguments.
        stdin: Its input.
    """
    return subprocess.run(
        [sys.executable, "-m", "claude_tray", "server", *args],
        input=stdin,
        env=os.environ | variables,
        text=True,
        capture_output=True,
        check=True,
    ).stdout.strip()


@contextmanager
def run_server(
    home: Path,
    *,
    code: str = "",
    arguments: Sequence[str] = (),
    **extra_env: str,
) -> Iterator[RunningServer]:
    """
    Run `claude-tray serve` on a free port until the block ends.

    Args:
        home: Folder of the server's files.
        code: Python code to run instead of the command.
        arguments: Additional arguments of `serve`.
        env: Additional environment variables.
    """
    env = os.environ | {"CLAUDE_TRAY_HOME": str(home)} | extra_env
    args = ["-c", code] if code else ["-m", "claude_tray"]
    process = subprocess.Popen(
        [sys.executable, *args, "serve", "--port", "0", *arguments],
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
