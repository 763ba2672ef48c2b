"""
Compare the CPU time of the first load with other programs on the same files.

    python -m tests.bench.load FOLDER [--ccusage PROGRAM] [--aiburn PROGRAM]
        [--pairs 9]

FOLDER contains `projects`. The programs run in turn and the ratio is computed
per pair, so it stays valid while the machine's speed drifts.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

PROGRAM: Final = str(Path(sys.executable).with_name("claude-tray"))
LABELS: Final = {
    "first": "first load",
    "again": "again, nothing new",
    "other": "`ccusage claude daily --offline`",
    "aiburn": "`aiburn daily --claude`",
    "floor": "`rg -c`",
}
# Removed from the environment: an installed program has bytecode.
_EXCLUDED_VARIABLE: Final = "PYTHONDONTWRITEBYTECODE"


class PairedRun(NamedTuple):
    """
    CPU seconds and peak MiB of programs that ran in turn; 0 if not installed.
    """

    first: float
    again: float
    peak: float
    other: float
    aiburn: float
    floor: float


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ccusage", default=shutil.which("ccusage"))
    parser.add_argument("--aiburn", default=shutil.which("aiburn"))
    parser.add_argument("--pairs", type=int, default=9)
    arguments = parser.parse_args()
    results = run_pairs(
        arguments.folder,
        arguments.ccusage,
        arguments.pairs,
        arguments.aiburn,
    )
    print("| | CPU s, median |\n|---|---|")
    for name in LABELS:
        value = statistics.median(getattr(pair, name) for pair in results)
        if value:
            print(f"| {LABELS[name]} | {value:.3f} |")
    for name in ("other", "aiburn", "floor"):
        if getattr(results[0], name):
            ratio = statistics.median(
                pair.first / getattr(pair, name) for pair in results
            )
            print(f"| first load / {LABELS[name]} | {ratio:.2f} |")
    print(f"| peak of the first load, MiB | {results[-1].peak:.0f} |")
    return 0


def run_pairs(
    folder: Path,
    ccusage: str | None,
    count: int,
    aiburn: str | None = None,
) -> list[PairedRun]:
    """Run the programs in turn; the first pair only warms up."""
    own_command = [PROGRAM, "refresh", "--json", "--claude-path", str(folder)]
    results = []
    for _ in range(count + 1):
        with tempfile.TemporaryDirectory() as app_home:
            first, peak = measure_command(
                own_command, CLAUDE_TRAY_HOME=app_home
            )
            again, _ = measure_command(own_command, CLAUDE_TRAY_HOME=app_home)
            aiburn_time = measure_aiburn(aiburn, folder, app_home)
        other = floor = 0.0
        if ccusage:
            ccusage_command = [
                ccusage,
                "claude",
                "daily",
                "--offline",
                "--json",
            ]
            other, _ = measure_command(
                ccusage_command, CLAUDE_CONFIG_DIR=str(folder)
            )
        if rg := shutil.which("rg"):
            floor, _ = measure_command([rg, "-c", '"assistant"', str(folder)])
        results.append(
            PairedRun(first, again, peak, other, aiburn_time, floor)
        )
    return results[1:]


def measure_aiburn(aiburn: str | None, folder: Path, home: str) -> float:
    """Return the CPU seconds of aiburn, 0 without it; its cache is new."""
    if not aiburn:
        return 0.0
    seconds, _ = measure_command(
        [aiburn, "daily", "--claude"], CLAUDE_CONFIG_DIR=str(folder), HOME=home
    )
    return seconds


def build_env(**variables: str) -> dict[str, str]:
    """Return this environment as an installed program would see it."""
    return {
        k: v for k, v in os.environ.items() if k != _EXCLUDED_VARIABLE
    } | variables


def measure_command(
    command: list[str], **variables: str
) -> tuple[float, float]:
    """Run a command; return its CPU seconds and its peak in MiB."""
    if sys.platform == "win32":
        sys.exit("Windows has no rusage to read the CPU time from.")
    process = subprocess.Popen(
        command,
        env=build_env(**variables),
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
