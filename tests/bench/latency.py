"""
From an appended line to the snapshot that holds it, in milliseconds.

    python -m tests.bench.latency FOLDER [--lines 40]

FOLDER holds `projects`; it is read first, then lines are appended to a file of
their own in it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from claude_tray.app import App
from claude_tray.desktop.instance import Instance
from claude_tray.desktop.paths import Own
from claude_tray.engine.choices import Choices, Folder
from claude_tray.settings.prices import load_table
from tests.support.builders import a_line


def main() -> int:
    """Print the median and the 95th percentile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=int, default=40)
    arguments = parser.parse_args()
    times = times_of(arguments.folder, arguments.lines)
    print(f"median {statistics.median(times):.1f} ms")
    print(f"p95 {times[len(times) * 95 // 100]:.1f} ms")
    return 0


def times_of(folder: Path, lines: int) -> list[float]:
    """Return the milliseconds of each line, the least first."""
    path = folder / "projects" / "-bench" / "bench.jsonl"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"")
    with tempfile.TemporaryDirectory() as own:
        root = Path(own)
        files = Own(root / "settings.toml", root / "usage.db", root / "state")
        choices = Choices((Folder(folder),), load_table())
        times = measured(files, choices, path, lines)
    path.unlink()
    path.parent.rmdir()
    return sorted(times)


def measured(
    own: Own, choices: Choices, path: Path, lines: int
) -> list[float]:
    """Return the milliseconds of each line."""
    instance = Instance(own.state)
    instance.claim()
    app = App(own, choices, lambda _: None)
    app.start(instance)
    edition = 0
    while (news := app.board.read_after(edition, 60)) is not None:
        edition, snapshot = news
        if snapshot.reading is None:
            break
    times = []
    for number in range(lines):
        time.sleep(0.05)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = a_line(message=f"msg_bench{number}", timestamp=now)
        began = time.perf_counter()
        with path.open("ab") as file:
            file.write(line)
        news = app.board.read_after(edition, 60)
        times.append((time.perf_counter() - began) * 1000)
        edition = news[0] if news else edition
    app.stop(instance)
    return times


if __name__ == "__main__":
    sys.exit(main())
