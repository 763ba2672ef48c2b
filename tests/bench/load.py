"""
First load, CPU of the whole process, against ccusage on the same files.

    python -m tests.bench.load FOLDER [--ccusage PROGRAM] [--pairs 9]

FOLDER holds `projects`. The two run in turn; the ratio is taken pair by pair,
so that it holds while the machine's speed drifts.
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


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ccusage", default=shutil.which("ccusage"))
    parser.add_argument("--pairs", type=int, default=9)
    arguments = parser.parse_args()
    program = Path(sys.executable).with_name("claude-tray")
    ours = [str(program), "refresh", "--json"]
    ours += ["--claude-path", str(arguments.folder)]
    theirs = [arguments.ccusage, "claude", "daily", "--offline", "--json"]
    rows: list[tuple[float, float, float]] = []
    for _ in range(arguments.pairs + 1):
        with tempfile.TemporaryDirectory() as own:
            first, peak = measured(ours, CLAUDE_TRAY_HOME=own)
            again, _ = measured(ours, CLAUDE_TRAY_HOME=own)
        other = 0.0
        if arguments.ccusage:
            folder = str(arguments.folder)
            other, _ = measured(theirs, CLAUDE_CONFIG_DIR=folder)
        rows.append((first, again, other))
    rows = rows[1:]
    print("| | CPU s, median |\n|---|---|")
    for place, name in enumerate(("first load", "again", "ccusage daily")):
        median = statistics.median(row[place] for row in rows)
        print(f"| {name} | {median:.3f} |")
    if arguments.ccusage:
        ratios = [first / other for first, _, other in rows]
        print(f"| first load / ccusage | {statistics.median(ratios):.2f} |")
    print(f"| peak of the first load, MiB | {peak:.0f} |")
    return 0


def measured(command: list[str], **variables: str) -> tuple[float, float]:
    """Run a command; return its CPU seconds and its peak in MiB."""
    if sys.platform == "win32":
        sys.exit("Windows does not tell what one process used.")
    started = subprocess.Popen(
        command,
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        sys.exit(f"{command[0]} failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
