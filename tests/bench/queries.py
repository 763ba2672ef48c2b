"""
Measure the CPU milliseconds of queries to a large store.

    python -m tests.bench.queries [--records 1000000]

The records are invented: two years with eight hours a day, 30 projects, 40
records per session.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.core.accounts import Account
from claude_tray.core.periods import Period, compute_period_range
from claude_tray.core.time import to_epoch_ms
from claude_tray.core.windows import WindowRule
from claude_tray.store import metadata
from claude_tray.store.aggregates import AggregateDelta
from claude_tray.store.connection import Writer, open_writer, transaction
from claude_tray.store.period_usage import (
    UsageFilter,
    load_period_groups,
    rank_sessions,
)
from claude_tray.store.snapshot import SnapshotBuilder
from claude_tray.store.usage_queries import (
    list_projects,
    list_session_records,
    list_time_buckets,
    list_usage_groups,
    load_totals_by_bucket,
    load_totals_by_model,
)
from claude_tray.store.windows import list_windows, persist_closed

if TYPE_CHECKING:
    from collections.abc import Callable


NOW: Final = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
_NOW_MS: Final = to_epoch_ms(NOW)
_DAY_COUNT: Final = 730
_SESSION_SIZE: Final = 40
_ROUNDS: Final = 5
_INSERT_MESSAGES: Final = """
    INSERT INTO message
    WITH RECURSIVE number(n) AS (
        SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?1)
    SELECT n, (n * 2654435761) % 9223372036854775783, at, 1 + (n - 1) / ?4,
        1 + n / 13 % 3, 3, 400 + n % 90, 900, 0, 60000, 1, 5000000, 1, at, at,
        'msg_01' || printf('%022d', n), 'req_011' || printf('%021d', n), NULL
    FROM (SELECT n, ?2 - (?3 - 1 - d) * 86400000
            + CAST((x - d) * 28800000 AS INTEGER) - 28800000 AS at
        FROM (SELECT n, n * (1.0 * ?3 / ?1) AS x,
            min(CAST(n * (1.0 * ?3 / ?1) AS INTEGER), ?3 - 1) AS d
            FROM number))
"""
_INSERT_SESSIONS: Final = """
    INSERT INTO session
    SELECT session, printf('%08d-made-up', session), 1, 1 + session % 30, 0, 0,
        min(at_ms), min(at_ms), max(at_ms)
    FROM message GROUP BY session
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    for name, value in measure_queries(parser.parse_args().records).items():
        print(f"{name:40} {value:8.1f}")
    return 0


def measure_queries(records: int) -> dict[str, float]:
    """Return the milliseconds of each query, and the bytes per message."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "usage.db"
        with closing(open_writer(path)) as writer:
            fill_store(writer, records)
        with closing(open_writer(path)) as writer:
            results = {
                n: _measure_cpu(act)
                for n, act in _build_queries(writer).items()
            }
        results["bytes a message"] = path.stat().st_size / records
    return results


def _build_queries(writer: Writer) -> dict[str, Callable[[], object]]:
    account = Account("", "default", "", WindowRule.EXACT)
    builder, two_account_builder = (
        SnapshotBuilder(writer, UTC),
        SnapshotBuilder(writer, UTC),
    )
    uuid = "00000001-made-up"
    persist_closed(writer, account, _NOW_MS)
    window = ("", _NOW_MS - 5 * 3_600_000, _NOW_MS)

    def rebuild_all() -> object:
        builder.invalidate_from(0)
        return builder.build([account], NOW)

    return {
        "snapshot after a line": lambda: builder.build([account], NOW),
        "snapshot after midnight": rebuild_all,
        "a window's curve": lambda: list_time_buckets(writer, *window),
        "a window's parts": lambda: list_usage_groups(writer, *window),
        "projects": lambda: list_projects(writer),
        "models": lambda: load_totals_by_model(writer),
        "one session": lambda: list_session_records(writer, uuid),
        "all windows": lambda: list_windows(writer, account, _NOW_MS),
        "all days": lambda: load_totals_by_bucket(writer),
        **_build_popup_queries(writer),
        # Last, because it adds a second account.
        "snapshot, two accounts": lambda: two_account_builder.build(
            _add_resting_account(writer, account), NOW
        ),
    }


def _build_popup_queries(writer: Writer) -> dict[str, Callable[[], object]]:
    """Return what the popup reads for its longest periods."""
    month = UsageFilter(
        compute_period_range(Period.LAST_30_DAYS, NOW, UTC, None)
    )
    every = UsageFilter()
    return {
        "popup: 30 days": lambda: load_period_groups(writer, month),
        "popup: sessions of 30 days": lambda: rank_sessions(
            writer, month, 100
        ),
        "popup: all": lambda: load_period_groups(writer, every),
        "popup: all of one account": lambda: load_period_groups(
            writer, UsageFilter(None, "")
        ),
        "popup: all sessions": lambda: rank_sessions(writer, every, 100),
    }


def _add_resting_account(writer: Writer, account: Account) -> list[Account]:
    """Return two accounts, one of them unused for two years."""
    with transaction(writer):
        writer.execute(
            "INSERT OR IGNORE INTO profile (id, account) VALUES (2, 'rests')"
        )
        writer.execute(
            "UPDATE session SET profile = 2 WHERE id = 1 AND profile = 1",
        )
    return [account, Account("rests", "rests", "", WindowRule.EXACT)]


def fill_store(writer: Writer, records: int, now_ms: int = _NOW_MS) -> None:
    """Write two years of records up to a time."""
    with transaction(writer):
        writer.execute("INSERT INTO profile (id, account) VALUES (1, '')")
        writer.execute("INSERT INTO terms VALUES (1, '', '', '', 0)")
        for number in range(1, 31):
            path = f"/home/ada/work/p{number}"
            writer.execute(
                "INSERT INTO project (id, path) VALUES (?, ?)", (number, path)
            )
        for number in range(1, 4):
            name = f"claude-fictive-{number}"
            writer.execute("INSERT INTO model VALUES (?, ?)", (number, name))
        writer.execute(
            _INSERT_MESSAGES, (records, now_ms, _DAY_COUNT, _SESSION_SIZE)
        )
        writer.execute(_INSERT_SESSIONS)
        delta = AggregateDelta()
        delta.add_rows(writer, 1)
        delta.apply(writer)
        metadata.set_value(writer, "seq", str(records))


def _measure_cpu(act: Callable[[], object]) -> float:
    """Return the minimum of a few rounds."""
    times = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        act()
        times.append((time.process_time() - began) * 1000)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
