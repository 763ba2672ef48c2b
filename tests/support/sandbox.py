"""Run the installed program in its own home, as processes that tests may kill."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.store.connection import open_writer
from claude_tray.store.schema import AGGREGATE_COLUMNS
from tests.support.builders import ClaudeFolder, make_line
from tests.support.store_records import dump_store

if TYPE_CHECKING:
    from collections.abc import Sequence


_ROOT = Path(__file__).parents[2]
COMMAND_TIMEOUT = 60.0


class ProgramSandbox:
    """Transcripts, the program's files, and commands that use both."""

    def __init__(self, folder: Path, claude: ClaudeFolder) -> None:
        self._processes: list[subprocess.Popen[str]] = []
        self.folder = folder
        self.claude = claude
        self.app_home = folder / "own"
        self.store = self.app_home / "data" / "usage.db"
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "CLAUDE_TRAY_HOME": str(self.app_home),
            "CLAUDE_PATH": str(claude.path),
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere",
            "PYTHONPATH": str(_ROOT),
        }

    def write_settings(self, text: str) -> None:
        path = self.app_home / "config" / "settings.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def start(
        self,
        *args: str,
        wrapper: Sequence[str] = (),
    ) -> subprocess.Popen[str]:
        """Start a command, optionally inside a wrapper command."""
        process = subprocess.Popen(
            [*wrapper, sys.executable, "-m", "claude_tray", *args],
            cwd=_ROOT,
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._processes.append(process)
        return process

    def kill_all(self) -> None:
        """Kill all processes that are still running."""
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            with process:
                pass

    def run(
        self,
        *args: str,
        wrapper: Sequence[str] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Run a command and wait for its end."""
        with self.start(*args, wrapper=wrapper) as process:
            out, err = process.communicate(timeout=COMMAND_TIMEOUT)
        return subprocess.CompletedProcess(
            process.args,
            process.returncode,
            out,
            err,
        )

    def refresh(self) -> dict[str, Any]:
        """Run `refresh`; return its JSON."""
        done = self.run("refresh", "--json")
        assert done.returncode == 0, done.stderr
        result: dict[str, Any] = json.loads(done.stdout)
        return result

    def read_log(self) -> str:
        return (self.app_home / "state" / "claude-tray.log").read_text("utf-8")

    def dump_store(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all stored rows, sorted."""
        with closing(open_writer(self.store)) as writer:
            return dump_store(writer)


def terminate(process: subprocess.Popen[str]) -> str:
    """Send SIGTERM, wait for the end and return the error output."""
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    return errors


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """Read a program's output up to a line that holds a text."""
    assert process.stdout is not None
    output = ""
    while line := process.stdout.readline():
        if text in line:
            return line
        output += line
    pytest.fail(f"{text!r} never came after {output!r}")


def is_consistent(store: Path) -> bool:
    """Check that a store is intact and its aggregates match its rows."""
    if not store.exists():
        return True
    with closing(sqlite3.connect(store)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [
            ("ok",),
        ]
        if not connection.execute("PRAGMA user_version").fetchone()[0]:
            return True
        aggregate_sums = [
            connection.execute(
                f"SELECT {', '.join(f'sum({c})' for c in AGGREGATE_COLUMNS)}"  # noqa: S608
                f" FROM {table}",
            ).fetchone()
            for table in ("cell", "usage_session", "usage_project")
        ]
        record_sums = connection.execute(
            "SELECT sum(flags & 4 = 0), sum(input), sum(output) FROM message",
        ).fetchone()
    return (
        aggregate_sums == [aggregate_sums[0]] * 3
        and aggregate_sums[0][:3] == record_sums
    )


def write_sessions(
    claude: ClaudeFolder,
    sessions: int,
    replies: int,
    filler: int = 0,
) -> None:
    """
    Write sessions with streamed responses.

    Each session repeats the last response of the previous one, as resumed
    sessions do; `filler` bytes separate the responses.
    """
    filler_line = b'{"type":"user","x":"' + b"x" * filler + b'"}\n'
    for session in range(sessions):
        lines = []
        if session:
            lines += _build_line_parts(session - 1, replies - 1)
        for reply in range(replies):
            lines += _build_line_parts(session, reply)
            lines.append(filler_line)
        claude.append(
            *lines,
            name=f"session-{session}.jsonl",
            project=f"-home-ada-p{session % 7}",
        )


def _build_line_parts(session: int, reply: int) -> list[bytes]:
    outputs = (1, 7, 20 + reply) if reply % 3 else (20 + reply,)
    return [
        make_line(
            f"{9 + reply % 12:02}:{reply % 60:02}",
            f"msg_{session}_{reply}",
            output,
            day=1 + session % 28,
            sessionId=f"session-{session}",
            cwd=f"/home/ada/p{session % 7}",
        )
        for output in outputs
    ]
