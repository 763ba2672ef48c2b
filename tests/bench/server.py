"""
Measure the server's speed next to its budgets, on SQLite and PostgreSQL.

    python -m tests.bench.server [--records 1000000] [--uploads 100000]

CPU time of reads with a long history, uploads compared with bare upserts in
turns, and how long one user waits while 20 machines of another one send.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.bench.process_usage import read_load
from tests.bench.server_neighbors import measure_neighbors
from tests.bench.server_reads import BUDGETS, measure_reads
from tests.bench.server_uploads import (
    BarePostgresWriter,
    BareSqliteWriter,
    generate_bodies,
    measure_uploads,
)
from tests.support.postgres import find_postgres_programs, run_cluster

if TYPE_CHECKING:
    from tests.support.postgres import PostgresCluster


_MIN_SHARE: Final = 0.30
_MAX_RATIO: Final = 3.0
_WORKERS: Final = 2


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--uploads", type=int, default=100_000)
    options = parser.parse_args()
    load = read_load()
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC,"
        f" {os.cpu_count()} processors, load {load:.1f}"
    )
    sent = list(generate_bodies(options.uploads))
    folder = find_postgres_programs()
    misses = _measure_database("SQLite", options.records, sent, None)
    if folder is not None:
        with run_cluster(folder) as cluster:
            misses += _measure_database(
                "PostgreSQL", options.records, sent, cluster
            )
    print(f"{misses} over budget, load {read_load():.1f}")
    return 1 if misses else 0


def _measure_database(
    name: str,
    records: int,
    sent: list[bytes],
    cluster: PostgresCluster | None,
) -> int:
    """Print the tables of a database; return how many values miss a budget."""
    urls = [
        cluster.create_database(database) if cluster else ""
        for database in ("reads", "one", "two", "neighbors")
    ]
    print(f"\n{name}, {records:,} messages, milliseconds")
    print(f"{'':32} CPU  budget  after an upload    wall")
    misses = 0
    with tempfile.TemporaryDirectory() as folder:
        for cost in measure_reads(Path(folder), records, cluster, urls[0]):
            budget = BUDGETS[cost.path]
            misses += budget is not None and cost.cpu > budget
            print(
                f"{cost.path:28} {cost.cpu:7.1f} {budget or '':7}"
                f" {cost.cpu_after_upload:16.1f} {cost.wall:7.1f}",
                flush=True,
            )
    speeds = measure_uploads(
        sent,
        BareSqliteWriter
        if cluster is None
        else lambda _: BarePostgresWriter(urls[1]),
        urls[1:3],
    )
    misses += speeds.share < _MIN_SHARE
    print(
        f"uploads: {speeds.fresh:,.0f} new and {speeds.repeated:,.0f} repeated"
        f" messages/s; bare upserts {speeds.bare:,.0f};"
        f" share {speeds.share:.2f} (budget {_MIN_SHARE})",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        wait = measure_neighbors(Path(folder), urls[3], _WORKERS)
    misses += wait.ratio > _MAX_RATIO
    print(
        f"another user's uploads, {_WORKERS} processes: p95 {wait.quiet:.0f}"
        f" ms quiet, {wait.busy:.0f} ms while 20 machines send;"
        f" {wait.ratio:.1f} times (budget {_MAX_RATIO:.0f})",
        flush=True,
    )
    return misses


if __name__ == "__main__":
    sys.exit(main())
