"""Run a tray that is killed while transcripts grow and the server fails."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.builders import ClaudeFolder, make_line
from tests.support.fake_receiver import TOKEN, build_response

if TYPE_CHECKING:
    from tests.support.fake_receiver import FakeReceiver, ReceivedRequest


PROGRAM = Path(sys.executable).with_name("claude-tray")
ROOT = Path(__file__).parents[2]
SESSION_COUNT = 6
_TOTALS_SQL = """
    SELECT count(*), sum(input), sum(output), sum(cache_5m + cache_1h),
        sum(cache_1h), sum(cache_read)
    FROM message
"""
FAULT_KINDS = (
    "reset before",
    "reset after",
    "reset within",
    "cut short",
    "twice",
    "garbage",
    build_response(500, b"oops", "text/plain"),
    build_response(502, b"<html>", "text/html"),
    build_response(503, b"{}", Retry_After="0"),
    build_response(429, b"{}", Retry_After="0.1"),
    build_response(413, b"<html>", "text/html"),
    build_response(200, b"<html>log in</html>", "text/html"),
    ("late", 0.2),
)


class ChaosMachine:
    """
    A user's machine with faults.

    Args:
        folder: Parent of all files.
        receiver: Where the tray syncs to.
        seed: Seed of all random choices.
        fault_rate: Fraction of requests that fail.
        token: Token for the receiver.
    """

    def __init__(
        self,
        folder: Path,
        receiver: FakeReceiver,
        seed: int,
        fault_rate: float = 0.3,
        token: str = TOKEN,
    ) -> None:
        self.app_home = folder / "own"
        self.claude = ClaudeFolder(folder / "claude")
        self.kill_count = self.line_count = self.fault_count = 0
        self._receiver = receiver
        self._token = token
        self._seed = seed
        self._rng = random.Random(seed)
        self._fault_rate = fault_rate
        self._stopping = threading.Event()
        self._writer_thread = threading.Thread(target=self._write_lines)
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "CLAUDE_TRAY_HOME": str(self.app_home),
            "CLAUDE_PATH": str(self.claude.path),
            "CLAUDE_USAGE_API_URL": receiver.url,
            "CLAUDE_USAGE_API_TOKEN": token,
        }
        receiver.fault_plan = self._choose_fault

    def start_tray(self) -> subprocess.Popen[bytes]:
        """Start the tray and wait until it is running."""
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.support.headless_tray"),
                *(
                    str(self.app_home),
                    str(self.claude.path),
                    self._receiver.url,
                ),
            ],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"runs\n"
        return process

    def run_with_kills(
        self,
        max_kills: int,
        max_uptime: float = 0.5,
        seconds: float = 3600.0,
    ) -> None:
        """
        Kill and restart the tray at random times.

        Args:
            max_kills: Maximum number of kills.
            max_uptime: Maximum seconds between a start and its kill.
            seconds: Maximum duration.
        """
        self._writer_thread.start()
        end = time.monotonic() + seconds
        while self.kill_count < max_kills and time.monotonic() < end:
            process = self.start_tray()
            arguments = Path(f"/proc/{process.pid}/cmdline")
            if arguments.exists():
                assert self._token.encode() not in arguments.read_bytes()
            time.sleep(self._rng.random() * max_uptime)
            process.kill()
            process.communicate()
            self.kill_count += 1
        self._stopping.set()
        self._writer_thread.join()

    def sync_until_success(self) -> None:
        """Stop all faults and send everything."""
        self._receiver.fault_plan = lambda _: None
        for _ in range(60):
            done = subprocess.run(
                [PROGRAM, "sync"],
                env=self.env,
                check=False,
                capture_output=True,
            )
            assert self._token.encode() not in done.stdout + done.stderr
            if not done.returncode:
                return
            time.sleep(0.5)
        raise AssertionError(done.stderr)

    def totals(self) -> tuple[int, ...]:
        """Sum messages, input, output, cache writes and cache reads."""
        path = self.app_home / "data" / "usage.db"
        with closing(sqlite3.connect(path)) as reader:
            return tuple(reader.execute(_TOTALS_SQL).fetchone())

    def count_quarantined(self) -> int:
        path = self.app_home / "data" / "usage.db"
        with closing(sqlite3.connect(path)) as reader:
            (count,) = reader.execute(
                "SELECT count(*) FROM set_aside",
            ).fetchone()
        return int(count)

    def assert_token_not_leaked(self) -> None:
        """Check that no own file contains the token."""
        for path in self.app_home.rglob("*"):
            if path.is_file():
                assert self._token.encode() not in path.read_bytes(), path

    def _choose_fault(self, request: ReceivedRequest) -> Any:
        if not request.is_post or self._rng.random() >= self._fault_rate:
            return None
        self.fault_count += 1
        return self._rng.choice(FAULT_KINDS)

    def _write_lines(self) -> None:
        """Write responses as Claude Code does: they begin, grow and end."""
        rng = random.Random(7)
        while not self._stopping.wait(0.01):
            name = f"msg_{self._seed}_{self.line_count // 3:06d}"
            session = (
                f"session-{self._seed}-{self.line_count // 3 % SESSION_COUNT}"
            )
            line = make_line(
                "09:00",
                name,
                1 + self.line_count % 3 * 100 + rng.randrange(50),
                sessionId=session,
                cwd=f"/home/ada/project-{self.line_count // 3 % 2}",
            )
            self.claude.append(line, name=f"{session}.jsonl")
            self.line_count += 1
