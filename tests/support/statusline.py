"""Runs the statusline as Claude Code does, many times and beside the tray."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from claude_tray.engine.official import HEARD
from claude_tray.store import identity, told_sessions
from claude_tray.store.connection import open_reader
from claude_tray.transcripts import spool
from tests.support.builders import ClaudeFolder, a_line

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


class Run(NamedTuple):
    """One run: its exit status, what it printed, its seconds on the wall."""

    status: int
    out: bytes
    err: bytes
    seconds: float


class Scene:
    """A Claude folder, own files, and the tray that follows them."""

    def __init__(self, root: Path) -> None:
        self.claude = ClaudeFolder(root / "claude")
        self.home = root / "own"
        self.variables = {
            **os.environ,
            "CLAUDE_TRAY_HOME": str(self.home),
            "CLAUDE_PATH": str(self.claude.path),
            "PYTHONPATH": str(ROOT),
        }

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "claude_tray", *words]

    @contextmanager
    def tray(self) -> Iterator[None]:
        """Let the engine follow, and lines be written all the while."""
        process = subprocess.Popen(
            self.command("--no-tray"),
            env=self.variables,
            stdout=subprocess.DEVNULL,
        )
        ended = threading.Event()
        writer = threading.Thread(target=self._write, args=(ended,))
        writer.start()
        try:
            yield
        finally:
            ended.set()
            writer.join()
            subprocess.run(
                self.command("--quit"), env=self.variables, check=True
            )
            assert process.wait(PATIENCE) == 0

    def hear(self, count: int, at_once: int, first: int = 0) -> list[Run]:
        """Run the statusline for sessions of their own."""
        with ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(self._hear, range(first, first + count)))

    def kept(self) -> tuple[int, int]:
        """How many samples and sessions the store has once all are taken."""
        waiting = self.home / "state" / spool.FOLDER
        end = time.monotonic() + PATIENCE
        while any(waiting.iterdir()) and time.monotonic() < end:
            time.sleep(0.05)
        store = self.home / "data" / "usage.db"
        with closing(open_reader(store)) as reader:
            heard = int(identity.get(reader, HEARD, "0"))
            return heard, told_sessions.count(reader)

    def _hear(self, number: int) -> Run:
        path = self.claude.projects / "-home-ada" / f"s{number}.jsonl"
        limit = {
            "used_percentage": number / 20,
            "resets_at": int(time.time()) // 60 * 60 + 7200,
        }
        given = {
            "session_id": f"s{number}",
            "transcript_path": str(path),
            "rate_limits": {"five_hour": limit},
        }
        began = time.perf_counter()
        done = subprocess.run(
            self.command("statusline"),
            input=json.dumps(given).encode(),
            capture_output=True,
            env=self.variables,
            timeout=PATIENCE,
            check=False,
        )
        seconds = time.perf_counter() - began
        return Run(done.returncode, done.stdout, done.stderr, seconds)

    def _write(self, ended: threading.Event) -> None:
        number = 0
        while not ended.wait(0.02):
            number += 1
            self.claude.append(a_line(message=f"msg_{number}"))
