"""Run the statusline as Claude Code does, many times and next to a tray."""

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

from claude_tray.ingest.limit_samples import SAMPLE_COUNT_KEY
from claude_tray.providers.claude_code.statusline.handler import SPOOL_DIR_NAME
from claude_tray.store import metadata
from claude_tray.store.claude_reports import count_statusline_sessions
from claude_tray.store.connection import open_reader
from tests.support.builders import ClaudeFolder, make_line

if TYPE_CHECKING:
    from collections.abc import Iterator


ROOT = Path(__file__).parents[2]
WAIT_SECONDS = 60.0


class StatuslineRun(NamedTuple):
    """One run: exit status, output, errors and seconds of wall time."""

    status: int
    out: bytes
    err: bytes
    seconds: float


class StatuslineScenario:
    """A Claude folder, the program's files, and a tray that follows them."""

    def __init__(self, root: Path) -> None:
        self.claude = ClaudeFolder(root / "claude")
        self.app_home = root / "own"
        self.env = {
            **os.environ,
            "CLAUDE_TRAY_HOME": str(self.app_home),
            "CLAUDE_PATH": str(self.claude.path),
            "PYTHONPATH": str(ROOT),
        }

    def build_command(self, *args: str) -> list[str]:
        return [sys.executable, "-m", "claude_tray", *args]

    @contextmanager
    def run_tray(self) -> Iterator[None]:
        """Run the ingest worker while lines are appended."""
        process = subprocess.Popen(
            self.build_command("--no-tray"),
            env=self.env,
            stdout=subprocess.DEVNULL,
        )
        stopping = threading.Event()
        writer = threading.Thread(target=self._write_lines, args=(stopping,))
        writer.start()
        try:
            yield
        finally:
            stopping.set()
            writer.join()
            subprocess.run(
                self.build_command("--quit"), env=self.env, check=True
            )
            assert process.wait(WAIT_SECONDS) == 0

    def run_statusline(
        self, count: int, workers: int, first: int = 0
    ) -> list[StatuslineRun]:
        """Run the statusline, each time for another session."""
        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(self._run_once, range(first, first + count)))

    def count_ingested(self) -> tuple[int, int]:
        """Wait for the worker; count the stored samples and sessions."""
        spool_folder = self.app_home / "state" / SPOOL_DIR_NAME
        end = time.monotonic() + WAIT_SECONDS
        while any(spool_folder.iterdir()) and time.monotonic() < end:
            time.sleep(0.05)
        store = self.app_home / "data" / "usage.db"
        with closing(open_reader(store)) as reader:
            sample_count = int(
                metadata.get_value(reader, SAMPLE_COUNT_KEY, "0")
            )
            return sample_count, count_statusline_sessions(reader)

    def _run_once(self, number: int) -> StatuslineRun:
        path = self.claude.projects / "-home-ada" / f"s{number}.jsonl"
        limit = {
            "used_percentage": number / 20,
            "resets_at": int(time.time()) // 60 * 60 + 7200,
        }
        payload = {
            "session_id": f"s{number}",
            "transcript_path": str(path),
            "rate_limits": {"five_hour": limit},
        }
        began = time.perf_counter()
        done = subprocess.run(
            self.build_command("statusline"),
            input=json.dumps(payload).encode(),
            capture_output=True,
            env=self.env,
            timeout=WAIT_SECONDS,
            check=False,
        )
        seconds = time.perf_counter() - began
        return StatuslineRun(
            done.returncode, done.stdout, done.stderr, seconds
        )

    def _write_lines(self, stopping: threading.Event) -> None:
        number = 0
        while not stopping.wait(0.02):
            number += 1
            self.claude.append(make_line(message=f"msg_{number}"))
