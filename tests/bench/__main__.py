"""
Every budget beside what is measured, in one table.

    python -m tests.bench FOLDER [--ccusage PROGRAM] [--pairs 5] [--idle 70]

FOLDER holds `projects`; a gigabyte is what the budgets are for. ccusage 20.0.24
and `rg` are compared with where they are installed. The popup and the
statusline have benchmarks of their own, which are run at the end.
"""

from __future__ import annotations

import argparse
import contextlib
import mmap
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.bench import latency, queries
from tests.bench.load import PROGRAM, environment, measured, pairs
from tests.support.home import is_sound

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.platform == "win32":
    sys.exit("It reads /proc, which is Linux's.")
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_QUERIES: Final = {
    "snapshot after a line": 5,
    "snapshot after midnight": 5,
    "snapshot, two accounts": 5,
    "a window's curve": 5,
    "a window's parts": 5,
    "models": 5,
    "one session": 5,
    "projects": 0,
    "all windows": 150,
    "all days": 150,
    "bytes a message": 200,
}


class Row(NamedTuple):
    """One budget; 0 is none."""

    what: str
    value: float
    budget: float = 0

    def line(self) -> str:
        budget = f"{self.budget:g}" if self.budget else ""
        over = " over" if self.budget and self.value > self.budget else ""
        return f"| {self.what} | {self.value:.3g}{over} | {budget} |"


def main() -> int:
    """Print the table as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ccusage", default=shutil.which("ccusage"))
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--idle", type=float, default=70)
    given = parser.parse_args()
    print("| what | measured | budget |\n|---|---|---|")
    for rows in (
        _load(given.folder, given.ccusage, given.pairs),
        _start(given.folder),
        _latency(given.folder),
        _idle(given.folder, given.idle),
        _queries(),
    ):
        for row in rows:
            print(row.line(), flush=True)
    for name in ("statusline", "popup"):
        print(f"\n{name}:", flush=True)
        command = [sys.executable, "-m", f"tests.bench.{name}"]
        subprocess.run(command, check=False)
    return 0


def _load(folder: Path, ccusage: str | None, count: int) -> Iterator[Row]:
    found = pairs(folder, ccusage, count)

    def median(name: str) -> float:
        return float(statistics.median(getattr(p, name) for p in found))

    yield Row("first load, CPU s", median("first"))
    yield Row("first load, peak MiB", max(p.peak for p in found), 45)
    if ccusage:
        ratio = statistics.median(p.first / p.other for p in found)
        yield Row("first load / ccusage claude daily", ratio, 0.6)
    if found[0].floor:
        ratio = statistics.median(p.first / p.floor for p in found)
        yield Row("first load / rg -c", ratio, 12)
    yield Row("nothing new, CPU s", median("again"), 0.2)
    if ccusage:
        blocks = [ccusage, "blocks", "--offline", "--json"]
        other, _ = measured(blocks, CLAUDE_CONFIG_DIR=str(folder))
        yield Row(
            "nothing new / ccusage blocks", median("again") / other, 0.05
        )


def _start(folder: Path) -> Iterator[Row]:
    committed, shown = [], []
    for _ in range(5):
        with tempfile.TemporaryDirectory() as own:
            began = time.monotonic()
            process = _follower(folder, own)
            store = Path(own) / "data" / "usage.db"
            while not _has_records(store):
                time.sleep(0.002)
            committed.append(time.monotonic() - began)
            assert process.stdout is not None
            process.stdout.readline()
            shown.append(time.monotonic() - began)
            process.terminate()
            process.communicate()
            assert is_sound(store)
    yield Row("first start, records committed, s", min(committed), 0.2)
    yield Row("first start, first line, s", min(shown), 0.6)


def _latency(folder: Path) -> Iterator[Row]:
    times = latency.times_of(folder, 40)
    yield Row("line to snapshot, median ms", statistics.median(times), 2)
    yield Row("line to snapshot, p95 ms", times[len(times) * 95 // 100], 10)


def _idle(folder: Path, seconds: float) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as own:
        process = _follower(folder, own)
        assert process.stdout is not None
        while "reading" in process.stdout.readline():
            pass
        time.sleep(5)
        before, _ = _used(process.pid)
        time.sleep(seconds)
        after, resident = _used(process.pid)
        process.terminate()
        process.communicate()
    yield Row("idle, % of a core", (after - before) / seconds * 100, 0.1)
    yield Row("resident without an icon, MiB", resident, 45)


def _queries() -> Iterator[Row]:
    for records in (10_000, 100_000, 1_000_000):
        for name, value in queries.measured(records).items():
            budget = _QUERIES[name] if records > 10_000 else 0
            unit = "" if name.startswith("bytes") else ", ms"
            yield Row(f"{records:,} records: {name}{unit}", value, budget)


def _follower(folder: Path, own: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [PROGRAM, "--no-tray", "--claude-path", str(folder)],
        env=environment(
            CLAUDE_TRAY_HOME=own,
            DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere",
        ),
        stdout=subprocess.PIPE,
        text=True,
    )


def _has_records(store: Path) -> bool:
    if store.exists():
        with (
            contextlib.suppress(sqlite3.Error),
            closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as own,
        ):
            found = own.execute("SELECT count(*) FROM message").fetchone()
            return bool(found[0])
    return False


def _used(pid: int) -> tuple[float, float]:
    """Return a process's CPU seconds and the MiB it holds; proc(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2]
    ticks = sum(map(int, fields.split()[11:13]))
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return ticks / _TICKS, pages * mmap.PAGESIZE / 2**20


if __name__ == "__main__":
    sys.exit(main())
