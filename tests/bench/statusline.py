"""
Run the statusline next to a busy tray: measure time, count lost samples.

    python -m tests.bench.statusline [--runs 1000] [--at-once 200]

Prints the CPU time of the runs and, for comparison, of the bare interpreter,
and how much longer a run takes than that, measured in turns.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from tests.support.statusline_runs import StatuslineRun, StatuslineScenario

if TYPE_CHECKING:
    from collections.abc import Callable


_PAIRS: Final = 100
# As pip writes it; `python -m` takes longer.
_CONSOLE_SCRIPT: Final = (
    "import sys; sys.argv[1:] = ['statusline'];"
    "from claude_tray.__main__ import main; sys.exit(main())"
)


def main() -> int:
    """Print the times; return 1 if a run failed or a sample was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=200)
    arguments = parser.parse_args()
    interpreter_ms = measure_cpu(
        lambda: [
            subprocess.run([sys.executable, "-c", ""], check=True)
            for _ in range(100)
        ],
    )
    print(f"interpreter alone    {interpreter_ms / 100:6.1f} ms CPU")
    with tempfile.TemporaryDirectory() as folder:
        scenario = StatuslineScenario(Path(folder))
        scenario.run_statusline(2, 2)
        statusline_ms = measure_cpu(
            lambda: scenario.run_statusline(100, 1, 10_000)
        )
        print(f"statusline           {statusline_ms / 100:6.1f} ms CPU")
        print(f"wall time            {measure_ratio(scenario):6.2f} x")
        with scenario.run_tray():
            runs = scenario.run_statusline(arguments.runs, 2, 2)
            _print_timings("two at a time", runs)
            burst_runs = scenario.run_statusline(
                arguments.at_once, arguments.at_once, 20_000
            )
            _print_timings("all at once", burst_runs)
            ingested = scenario.count_ingested()
    expected = 2 + 100 + arguments.runs + arguments.at_once
    failed = sum(
        run.status != 0 or run.err != b"" for run in runs + burst_runs
    )
    print(
        f"kept {ingested[0]} of {expected}, {ingested[1]} sessions; failed {failed}"
    )
    return int(ingested != (expected, expected) or failed > 0)


def measure_cpu(action: Callable[[], object]) -> float:
    """Return the CPU milliseconds of the processes started in the block."""
    before = os.times()
    action()
    after = os.times()
    user = after.children_user - before.children_user
    return 1000 * (user + after.children_system - before.children_system)


def measure_ratio(scenario: StatuslineScenario) -> float:
    """Return the wall time of a run, as a multiple of the interpreter's."""
    seconds: dict[str, list[float]] = {"pass": [], _CONSOLE_SCRIPT: []}
    for _ in range(_PAIRS):
        for script, values in seconds.items():
            began = time.perf_counter()
            subprocess.run(
                [sys.executable, "-c", script],
                input=b"{}",
                stdout=subprocess.DEVNULL,
                env=scenario.env,
                check=True,
            )
            values.append(time.perf_counter() - began)
    return median(seconds[_CONSOLE_SCRIPT]) / median(seconds["pass"])


def _print_timings(name: str, runs: list[StatuslineRun]) -> None:
    times = sorted(run.seconds * 1000 for run in runs)
    middle, late = times[len(times) // 2], times[len(times) * 95 // 100]
    print(f"{name:20} median {middle:.0f} ms, p95 {late:.0f} ms wall")


if __name__ == "__main__":
    sys.exit(main())
