"""
Replay a month of work through the ingest worker and the watcher.

    python -m tests.soak.month FOLDER [--days 30] [--sessions 40]

Writes each session of a day in parts while the worker follows, renames files,
and deletes them after ten days. Prints JSON: the actual and the expected totals,
memory, threads and open files.
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

from claude_tray.config.price_tables import load_price_table
from claude_tray.core.windows import WindowRule
from claude_tray.ingest.config import EngineConfig
from claude_tray.ingest.message_queue import (
    FileChanged,
    MessageQueue,
    Rescan,
    Stop,
)
from claude_tray.ingest.snapshot_channel import SnapshotChannel
from claude_tray.ingest.worker import IngestWorker
from claude_tray.providers.registry import AccountFolder
from claude_tray.watching.observer import Watcher
from tests.support.builders import ClaudeFolder, make_line

_START = datetime(2026, 3, 1, 9, tzinfo=UTC)
_MODEL = "claude-sonnet-4-5-20250929"
_RETENTION_DAYS = 10
_RECORDS_PER_SESSION = 18


class SoakMonth:
    """A folder that grows, and an ingest worker that follows it."""

    def __init__(self, folder: Path) -> None:
        self.claude = ClaudeFolder(folder / "claude")
        self.store = folder / "own" / "usage.db"
        self.now = _START
        self.expected_messages = self.expected_output = 0
        self._message_queue = MessageQueue()
        self._watcher = Watcher(self._on_change)
        config = EngineConfig(
            (AccountFolder(self.claude.path),),
            load_price_table(),
            WindowRule.EXACT,
        )
        self.channel = SnapshotChannel()
        engine = IngestWorker(
            self.store,
            self._message_queue,
            self.channel,
            config,
            self._watcher.watch,
            lambda: self.now,
        )
        self._thread = threading.Thread(target=engine.run)
        self._thread.start()

    def run_day(self, sessions: int) -> None:
        """Replay a day."""
        for session in range(sessions):
            self.now += timedelta(minutes=9)
            self._write_session(session)
            if session % 10 == 9:
                self._wait_for_ingest()
        self._wait_for_ingest()
        self._rename_and_delete()
        self.now += timedelta(days=1) - timedelta(minutes=9) * sessions

    def stop(self) -> None:
        self._watcher.stop()
        self._message_queue.put(Stop())
        self._thread.join()

    def _write_session(self, session: int) -> None:
        name = f"{self.now:%Y%m%d}-{session}"
        for reply in range(_RECORDS_PER_SESSION):
            timestamp = self.now + timedelta(seconds=20 * reply)
            lines = [
                make_line(
                    message=f"msg_{name}_{reply}",
                    output=output,
                    timestamp=timestamp.isoformat(),
                    sessionId=name,
                    cwd=f"/home/ada/p{session % 9}",
                    inner={"model": _MODEL},
                )
                for output in (1, 40 + reply)
            ]
            self.expected_messages += 1
            self.expected_output += 40 + reply
            self.claude.append(
                *lines,
                name=f"{name}.jsonl",
                project=f"-home-ada-p{session % 9}",
            )

    def _rename_and_delete(self) -> None:
        """Rename one of the day's files and delete old ones."""
        for path in self.claude.projects.rglob(f"{self.now:%Y%m%d}-3.jsonl"):
            path.replace(path.with_name(f"renamed-{path.name}"))
        oldest = f"{self.now - timedelta(days=_RETENTION_DAYS):%Y%m%d}"
        for path in self.claude.projects.rglob("*.jsonl"):
            if path.name.removeprefix("renamed-")[:8] < oldest:
                path.unlink()

    def _wait_for_ingest(self) -> None:
        done = threading.Event()
        self._message_queue.put(Rescan(lambda _: done.set()))
        if not done.wait(60):
            sys.exit("the engine does not answer")

    def _on_change(self, path: str | None) -> None:
        self._message_queue.put(FileChanged(path) if path else Rescan())


def main() -> int:
    """Replay the days and print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--sessions", type=int, default=40)
    arguments = parser.parse_args()
    month = SoakMonth(arguments.folder)
    states = []
    for _ in range(arguments.days):
        month.run_day(arguments.sessions)
        gc.collect()
        states.append(_read_process_state())
    month.stop()
    first, last = states[0], states[-1]
    print(json.dumps(_summarize(month) | {"first": first, "last": last}))
    return 0


def _summarize(month: SoakMonth) -> dict[str, Any]:
    with closing(sqlite3.connect(month.store)) as store:
        stored = store.execute(
            "SELECT sum(messages), sum(output) FROM cell",
        ).fetchone()
    size = month.store.stat().st_size
    return {
        "found": stored,
        "wanted": [month.expected_messages, month.expected_output],
        "bytes_a_message": size / month.expected_messages,
    }


def _read_process_state() -> dict[str, float]:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return {
        "rss_mib": pages * mmap.PAGESIZE / 2**20,
        "threads": threading.active_count(),
        # The minimum of several counts: a file may be open for reading.
        "files": min(_count_open_files() for _ in range(20)),
    }


def _count_open_files() -> int:
    time.sleep(0.01)
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a count


if __name__ == "__main__":
    sys.exit(main())
