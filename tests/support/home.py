"""The installed program in a home of its own, as processes that may die."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.store.connection import open_writer
from claude_tray.store.schema import SUM_COLUMNS
from tests.support.builders import ClaudeFolder, a_line
from tests.support.keeping import contents

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


class Home:
    """Transcripts, the program's own files, and commands on both."""

    def __init__(self, folder: Path, claude: ClaudeFolder) -> None:
        self._started: list[subprocess.Popen[str]] = []
        self.folder = folder
        self.claude = claude
        self.own = folder / "own"
        self.store = self.own / "data" / "usage.db"
        self.variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "CLAUDE_TRAY_HOME": str(self.own),
            "CLAUDE_PATH": str(claude.path),
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere",
            "PYTHONPATH": str(_ROOT),
        }

    def settings(self, text: str) -> None:
        path = self.own / "config" / "settings.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def start(
        self,
        *words: str,
        within: Sequence[str] = (),
    ) -> subprocess.Popen[str]:
        """Start a command, within another where that is given."""
        process = subprocess.Popen(
            [*within, sys.executable, "-m", "claude_tray", *words],
            cwd=_ROOT,
            env=self.variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._started.append(process)
        return process

    def end(self) -> None:
        """Kill what still runs."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
            with process:
                pass

    def run(
        self,
        *words: str,
        within: Sequence[str] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        with self.start(*words, within=within) as process:
            out, err = process.communicate(timeout=PATIENCE)
        return subprocess.CompletedProcess(
            process.args,
            process.returncode,
            out,
            err,
        )

    def refresh(self) -> dict[str, Any]:
        """Take in what is new; return what the command says of it."""
        done = self.run("refresh", "--json")
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that is stored, whatever order it came in."""
        with closing(open_writer(self.store)) as writer:
            return contents(writer)


def ended(process: subprocess.Popen[str]) -> tuple[float, str]:
    """Ask a process to end; the seconds it took, and its complaints."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, complaints = process.communicate(timeout=20)
    return time.monotonic() - began, complaints


def until(process: subprocess.Popen[str], text: str) -> str:
    """Read a program's output up to a line that holds a text."""
    assert process.stdout is not None
    seen = ""
    while line := process.stdout.readline():
        if text in line:
            return line
        seen += line
    pytest.fail(f"{text!r} never came after {seen!r}")


def is_sound(store: Path) -> bool:
    """Tell whether a store is whole and its sums are those of its rows."""
    if not store.exists():
        return True
    with closing(sqlite3.connect(store)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [
            ("ok",),
        ]
        if not connection.execute("PRAGMA user_version").fetchone()[0]:
            return True
        sums = [
            connection.execute(
                f"SELECT {', '.join(f'sum({c})' for c in SUM_COLUMNS)}"  # noqa: S608
                f" FROM {table}",
            ).fetchone()
            for table in ("cell", "usage_session", "usage_project")
        ]
        rows = connection.execute(
            "SELECT sum(flags & 4 = 0), sum(input), sum(output) FROM message",
        ).fetchone()
    return sums == [sums[0]] * 3 and sums[0][:3] == rows


def write_sessions(
    claude: ClaudeFolder,
    sessions: int,
    replies: int,
    filler: int = 0,
) -> None:
    """
    Write sessions whose replies come in parts, and are copied on.

    Each session repeats the last reply of the one before it, as resumed
    sessions do; a filler of that many bytes stands between replies.
    """
    between = b'{"type":"user","x":"' + b"x" * filler + b'"}\n'
    for session in range(sessions):
        lines = []
        if session:
            lines += _parts(session - 1, replies - 1)
        for reply in range(replies):
            lines += _parts(session, reply)
            lines.append(between)
        claude.append(
            *lines,
            name=f"session-{session}.jsonl",
            project=f"-home-ada-p{session % 7}",
        )


def _parts(session: int, reply: int) -> list[bytes]:
    outputs = (1, 7, 20 + reply) if reply % 3 else (20 + reply,)
    return [
        a_line(
            f"{9 + reply % 12:02}:{reply % 60:02}",
            f"msg_{session}_{reply}",
            output,
            day=1 + session % 28,
            sessionId=f"session-{session}",
            cwd=f"/home/ada/p{session % 7}",
        )
        for output in outputs
    ]
