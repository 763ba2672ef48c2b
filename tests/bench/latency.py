"""
Measure the milliseconds from an appended line to its snapshot.

    python -m tests.bench.latency FOLDER [--lines 40]

FOLDER contains `projects`. It is ingested first; then lines are appended to a
new file in it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from claude_tray.app.services import AppServices
from claude_tray.config.price_tables import load_price_table
from claude_tray.ingest.config import EngineConfig
from claude_tray.platform.paths import AppPaths
from claude_tray.platform.single_instance import SingleInstance
from claude_tray.providers.registry import AccountFolder
from tests.support.builders import make_line


def main() -> int:
    """Print the median and the 95th percentile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=int, default=40)
    arguments = parser.parse_args()
    times = measure_latencies(arguments.folder, arguments.lines)
    print(f"median {statistics.median(times):.1f} ms")
    print(f"p95 {times[len(times) * 95 // 100]:.1f} ms")
    return 0


def measure_latencies(folder: Path, lines: int) -> list[float]:
    """Return the milliseconds of each line, in ascending order."""
    path = folder / "projects" / "-bench" / "bench.jsonl"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"")
    with tempfile.TemporaryDirectory() as app_home:
        root = Path(app_home)
        paths = AppPaths(
            root / "settings.toml", root / "usage.db", root / "state"
        )
        config = EngineConfig((AccountFolder(folder),), load_price_table())
        times = append_and_measure(paths, config, path, lines)
    path.unlink()
    path.parent.rmdir()
    return sorted(times)


def append_and_measure(
    paths: AppPaths, config: EngineConfig, path: Path, lines: int
) -> list[float]:
    """Append lines one by one; return the milliseconds of each."""
    instance = SingleInstance(paths.state_folder)
    instance.acquire()
    app = AppServices(paths, config)
    app.start()
    version = 0
    while (update := app.channel.wait_for_newer(version, 60)) is not None:
        version, snapshot = update
        if snapshot.scan_progress is None:
            break
    times = []
    for number in range(lines):
        time.sleep(0.05)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = make_line(message=f"msg_bench{number}", timestamp=now)
        began = time.perf_counter()
        with path.open("ab") as file:
            file.write(line)
        update = app.channel.wait_for_newer(version, 60)
        times.append((time.perf_counter() - began) * 1000)
        version = update[0] if update else version
    app.stop()
    instance.release()
    return times


if __name__ == "__main__":
    sys.exit(main())
