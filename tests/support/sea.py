"""Transcripts that grow, a tray that is killed, a receiver that fails."""

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

from tests.support.builders import ClaudeFolder, a_line
from tests.support.receiver import TOKEN, answer

if TYPE_CHECKING:
    from tests.support.receiver import Asked, Receiver

PROGRAM = Path(sys.executable).with_name("claude-tray")
ROOT = Path(__file__).parents[2]
SESSIONS = 6
_TOTALS = """
    SELECT count(*), sum(input), sum(output), sum(cache_5m + cache_1h),
        sum(cache_1h), sum(cache_read)
    FROM message
"""
FAULTS = (
    "reset before",
    "reset after",
    "reset within",
    "cut short",
    "twice",
    "garbage",
    answer(500, b"oops", "text/plain"),
    answer(502, b"<html>", "text/html"),
    answer(503, b"{}", Retry_After="0"),
    answer(429, b"{}", Retry_After="0.1"),
    answer(413, b"<html>", "text/html"),
    answer(200, b"<html>log in</html>", "text/html"),
    ("late", 0.2),
)


class Sea:
    """
    A person's machine in bad weather.

    Args:
        folder: Everything is below it.
        receiver: Where it sends.
        seed: Of all that is left to chance.
        weather: The share of requests that go wrong.
        token: For the receiver.
    """

    def __init__(
        self,
        folder: Path,
        receiver: Receiver,
        seed: int,
        weather: float = 0.3,
        token: str = TOKEN,
    ) -> None:
        self.own = folder / "own"
        self.claude = ClaudeFolder(folder / "claude")
        self.kills = self.lines = self.faults = 0
        self._receiver = receiver
        self._token = token
        self._seed = seed
        self._chance = random.Random(seed)
        self._weather = weather
        self._ends = threading.Event()
        self._writer = threading.Thread(target=self._write)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "CLAUDE_TRAY_HOME": str(self.own),
            "CLAUDE_PATH": str(self.claude.path),
            "CLAUDE_USAGE_API_URL": receiver.url,
            "CLAUDE_USAGE_API_TOKEN": token,
        }
        receiver.plan = self._plan

    def start(self) -> subprocess.Popen[bytes]:
        """Start the tray and wait until it runs."""
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.support.beside_the_icon"),
                *(str(self.own), str(self.claude.path), self._receiver.url),
            ],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"runs\n"
        return process

    def sail(
        self,
        kills: int,
        within: float = 0.5,
        seconds: float = 3600.0,
    ) -> None:
        """
        Have the tray killed so often, at points left to chance.

        Args:
            kills: How often, at most.
            within: Each within so many seconds after its start.
            seconds: How long, at most.
        """
        self._writer.start()
        end = time.monotonic() + seconds
        while self.kills < kills and time.monotonic() < end:
            process = self.start()
            arguments = Path(f"/proc/{process.pid}/cmdline")
            if arguments.exists():
                assert self._token.encode() not in arguments.read_bytes()
            time.sleep(self._chance.random() * within)
            process.kill()
            process.communicate()
            self.kills += 1
        self._ends.set()
        self._writer.join()

    def arrive(self) -> None:
        """Let the weather be fine, and all be sent."""
        self._receiver.plan = lambda _: None
        for _ in range(60):
            done = subprocess.run(
                [PROGRAM, "sync"],
                env=self.environment,
                check=False,
                capture_output=True,
            )
            assert self._token.encode() not in done.stdout + done.stderr
            if not done.returncode:
                return
            time.sleep(0.5)
        raise AssertionError(done.stderr)

    def totals(self) -> tuple[int, ...]:
        """Messages, input, output, cache writes, cache read."""
        path = self.own / "data" / "usage.db"
        with closing(sqlite3.connect(path)) as reader:
            return tuple(reader.execute(_TOTALS).fetchone())

    def aside(self) -> int:
        path = self.own / "data" / "usage.db"
        with closing(sqlite3.connect(path)) as reader:
            (count,) = reader.execute(
                "SELECT count(*) FROM set_aside",
            ).fetchone()
        return int(count)

    def told_nobody(self) -> None:
        """The token stands in no file of ours."""
        for path in self.own.rglob("*"):
            if path.is_file():
                assert self._token.encode() not in path.read_bytes(), path

    def _plan(self, asked: Asked) -> Any:
        if not asked.is_post or self._chance.random() >= self._weather:
            return None
        self.faults += 1
        return self._chance.choice(FAULTS)

    def _write(self) -> None:
        """Write as Claude Code does: replies begin, grow, and end."""
        chance = random.Random(7)
        while not self._ends.wait(0.01):
            name = f"msg_{self._seed}_{self.lines // 3:06d}"
            session = f"session-{self._seed}-{self.lines // 3 % SESSIONS}"
            line = a_line(
                "09:00",
                name,
                1 + self.lines % 3 * 100 + chance.randrange(50),
                sessionId=session,
                cwd=f"/home/ada/project-{self.lines // 3 % 2}",
            )
            self.claude.append(line, name=f"{session}.jsonl")
            self.lines += 1
