"""
Compare measurements with their budgets in one table.

    python -m tests.bench FOLDER [--ccusage PROGRAM] [--aiburn PROGRAM]
        [--pairs 5] [--idle 70]

FOLDER contains `projects`; the budgets are meant for 1 GB. ccusage 20.0.24,
aiburn 0.4.5 and `rg` are measured too if they are installed. The benchmarks of
the popup and the statusline run at the end.
"""

from __future__ import annotations

import argparse
import contextlib
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
from tests.bench.load import PROGRAM, build_env, measure_command, run_pairs
from tests.bench.process_usage import read_process_usage
from tests.support.sandbox import is_consistent

if TYPE_CHECKING:
    from collections.abc import Iterator


_QUERY_BUDGETS_MS: Final = {
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


class Measurement(NamedTuple):
    """A measured value and its budget; 0 means no budget."""

    name: str
    value: float
    budget: float = 0

    def format_row(self) -> str:
        budget = f"{self.budget:g}" if self.budget else ""
        over = " over" if self.budget and self.value > self.budget else ""
        return f"| {self.name} | {self.value:.3g}{over} | {budget} |"


def main() -> int:
    """Print each row as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ccusage", default=shutil.which("ccusage"))
    parser.add_argument("--aiburn", default=shutil.which("aiburn"))
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--idle", type=float, default=70)
    given = parser.parse_args()
    print("| what | measured | budget |\n|---|---|---|")
    for rows in (
        _measure_load(given.folder, given.ccusage, given.pairs, given.aiburn),
        _measure_start(given.folder),
        _measure_latency(given.folder),
        _measure_idle(given.folder, given.idle),
        _measure_queries(),
    ):
        for row in rows:
            print(row.format_row(), flush=True)
    for name in ("statusline", "popup"):
        print(f"\n{name}:", flush=True)
        command = [sys.executable, "-m", f"tests.bench.{name}"]
        subprocess.run(command, check=False)
    return 0


def _measure_load(
    folder: Path, ccusage: str | None, count: int, aiburn: str | None
) -> Iterator[Measurement]:
    results = run_pairs(folder, ccusage, count, aiburn)

    def median(name: str) -> float:
        return float(statistics.median(getattr(p, name) for p in results))

    yield Measurement("first load, CPU s", median("first"))
    yield Measurement("first load, peak MiB", max(p.peak for p in results), 40)
    if ccusage:
        ratio = statistics.median(p.first / p.other for p in results)
        yield Measurement("first load / ccusage claude daily", ratio, 0.6)
    if aiburn:
        ratio = statistics.median(p.first / p.aiburn for p in results)
        yield Measurement("first load / aiburn", ratio, 1.2)
    if results[0].floor:
        ratio = statistics.median(p.first / p.floor for p in results)
        yield Measurement("first load / rg -c", ratio, 12)
    yield Measurement("nothing new, CPU s", median("again"), 0.2)
    if ccusage:
        blocks = [ccusage, "blocks", "--offline", "--json"]
        other, _ = measure_command(blocks, CLAUDE_CONFIG_DIR=str(folder))
        yield Measurement(
            "nothing new / ccusage blocks", median("again") / other, 0.05
        )


def _measure_start(folder: Path) -> Iterator[Measurement]:
    committed, shown = [], []
    for _ in range(5):
        with tempfile.TemporaryDirectory() as app_home:
            began = time.monotonic()
            process = _start_follower(folder, app_home)
            store = Path(app_home) / "data" / "usage.db"
            while not _has_records(store):
                time.sleep(0.002)
            committed.append(time.monotonic() - began)
            assert process.stdout is not None
            process.stdout.readline()
            shown.append(time.monotonic() - began)
            process.terminate()
            process.communicate()
            assert is_consistent(store)
    yield Measurement("first start, records committed, s", min(committed), 0.2)
    yield Measurement("first start, first line, s", min(shown), 0.6)


def _measure_latency(folder: Path) -> Iterator[Measurement]:
    times = latency.measure_latencies(folder, 40)
    yield Measurement(
        "line to snapshot, median ms", statistics.median(times), 2
    )
    yield Measurement(
        "line to snapshot, p95 ms", times[len(times) * 95 // 100], 10
    )


def _measure_idle(folder: Path, seconds: float) -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory() as app_home:
        process = _start_follower(folder, app_home)
        assert process.stdout is not None
        while "reading" in process.stdout.readline():
            pass
        time.sleep(5)
        before, _ = read_process_usage(process.pid)
        time.sleep(seconds)
        after, resident = read_process_usage(process.pid)
        process.terminate()
        process.communicate()
    yield Measurement(
        "idle, % of a core", (after - before) / seconds * 100, 0.1
    )
    yield Measurement("resident without an icon, MiB", resident, 45)


def _measure_queries() -> Iterator[Measurement]:
    for records in (10_000, 100_000, 1_000_000):
        for name, value in queries.measure_queries(records).items():
            budget = _QUERY_BUDGETS_MS[name] if records > 10_000 else 0
            unit = "" if name.startswith("bytes") else ", ms"
            yield Measurement(
                f"{records:,} records: {name}{unit}", value, budget
            )


def _start_follower(folder: Path, app_home: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [PROGRAM, "--no-tray", "--claude-path", str(folder)],
        env=build_env(
            CLAUDE_TRAY_HOME=app_home,
            DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere",
        ),
        stdout=subprocess.PIPE,
        text=True,
    )


def _has_records(store: Path) -> bool:
    if store.exists():
        with (
            contextlib.suppress(sqlite3.Error),
            closing(
                sqlite3.connect(f"file:{store}?mode=ro", uri=True)
            ) as connection,
        ):
            found = connection.execute(
                "SELECT count(*) FROM message"
            ).fetchone()
            return bool(found[0])
    return False


if __name__ == "__main__":
    sys.exit(main())
