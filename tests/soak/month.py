"""
A month of work, replayed fast, through the engine and its watcher.

    python -m tests.soak.month FOLDER [--days 30] [--sessions 40]

Every session of a day is written in parts while the engine follows; files are
renamed, and deleted when they are ten days old. Prints what it came to as
JSON, what it should come to, and what memory, threads and open files did.
"""

from __future__ import annotations

import argparse
import gc
import json
import mmap
import os
import sqlite3
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from claude_tray.domain.window import Rule
from claude_tray.engine.board import Board
from claude_tray.engine.choices import Choices, Folder
from claude_tray.engine.inbox import FileTouched, Inbox, Rescan, Stop
from claude_tray.engine.worker import Engine
from claude_tray.settings.prices import load_table
from claude_tray.transcripts.watch import Watcher
from tests.support.builders import ClaudeFolder, a_line

_BEGIN = datetime(2026, 3, 1, 9, tzinfo=UTC)
_MODEL = "claude-sonnet-4-5-20250929"
_KEPT_DAYS = 10
_REPLIES = 18


class Month:
    """A folder that is worked in, and an engine that follows it."""

    def __init__(self, folder: Path) -> None:
        self.claude = ClaudeFolder(folder / "claude")
        self.store = folder / "own" / "usage.db"
        self.now = _BEGIN
        self.messages = self.output = 0
        self._inbox = Inbox()
        self._watcher = Watcher(self._tell)
        choices = Choices(
            (Folder(self.claude.path),),
            load_table(),
            Rule.EXACT,
        )
        self.board = Board()
        engine = Engine(
            self.store,
            self._inbox,
            self.board,
            choices,
            self._watcher.attach,
            lambda: self.now,
        )
        self._thread = threading.Thread(target=engine.run)
        self._thread.start()

    def work(self, sessions: int) -> None:
        """Live through a day."""
        for session in range(sessions):
            self.now += timedelta(minutes=9)
            self._write(session)
            if session % 10 == 9:
                self._settle()
        self._settle()
        self._tidy()
        self.now += timedelta(days=1) - timedelta(minutes=9) * sessions

    def end(self) -> None:
        self._watcher.stop()
        self._inbox.put(Stop())
        self._thread.join()

    def _write(self, session: int) -> None:
        name = f"{self.now:%Y%m%d}-{session}"
        for reply in range(_REPLIES):
            moment = self.now + timedelta(seconds=20 * reply)
            parts = [
                a_line(
                    message=f"msg_{name}_{reply}",
                    output=output,
                    timestamp=moment.isoformat(),
                    sessionId=name,
                    cwd=f"/home/ada/p{session % 9}",
                    inner={"model": _MODEL},
                )
                for output in (1, 40 + reply)
            ]
            self.messages += 1
            self.output += 40 + reply
            self.claude.append(
                *parts,
                name=f"{name}.jsonl",
                project=f"-home-ada-p{session % 9}",
            )

    def _tidy(self) -> None:
        """Rename one of the day's files and delete what is old."""
        for path in self.claude.projects.rglob(f"{self.now:%Y%m%d}-3.jsonl"):
            path.replace(path.with_name(f"renamed-{path.name}"))
        oldest = f"{self.now - timedelta(days=_KEPT_DAYS):%Y%m%d}"
        for path in self.claude.projects.rglob("*.jsonl"):
            if path.name.removeprefix("renamed-")[:8] < oldest:
                path.unlink()

    def _settle(self) -> None:
        done = threading.Event()
        self._inbox.put(Rescan(lambda _: done.set()))
        if not done.wait(60):
            sys.exit("the engine does not answer")

    def _tell(self, path: str | None) -> None:
        self._inbox.put(FileTouched(path) if path else Rescan())


def main() -> int:
    """Replay and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--sessions", type=int, default=40)
    arguments = parser.parse_args()
    month = Month(arguments.folder)
    states = []
    for _ in range(arguments.days):
        month.work(arguments.sessions)
        gc.collect()
        states.append(_state())
    month.end()
    first, last = states[0], states[-1]
    print(json.dumps(_result(month) | {"first": first, "last": last}))
    return 0


def _result(month: Month) -> dict[str, Any]:
    with closing(sqlite3.connect(month.store)) as store:
        found = store.execute(
            "SELECT sum(messages), sum(output) FROM cell",
        ).fetchone()
    size = month.store.stat().st_size
    return {
        "found": found,
        "wanted": [month.messages, month.output],
        "bytes_a_message": size / month.messages,
    }


def _state() -> dict[str, float]:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return {
        "rss_mib": pages * mmap.PAGESIZE / 2**20,
        "threads": threading.active_count(),
        # The least of some counts: a file may just be read.
        "files": min(_open_files() for _ in range(20)),
    }


def _open_files() -> int:
    time.sleep(0.01)
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a count


if __name__ == "__main__":
    sys.exit(main())
