"""
What questions to a large store take, in milliseconds of CPU.

    python -m tests.bench.queries [--records 1000000]

The records are made up: two years of eight hours a day, 30 projects and one
session for every 40 of them.
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

from claude_tray.domain.account import Account
from claude_tray.domain.window import Rule
from claude_tray.store import figures, identity, projects, rankings, windows
from claude_tray.store.connection import Writer, open_writer, transaction
from claude_tray.store.rollups import Changes
from claude_tray.store.snapshots import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable

NOW: Final = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
_NOW_MS: Final = int(NOW.timestamp() * 1000)
_DAYS: Final = 730
_A_SESSION: Final = 40
_ROUNDS: Final = 5
_MESSAGES: Final = """
    INSERT INTO message
    WITH RECURSIVE number(n) AS (
        SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?1)
    SELECT n, (n * 2654435761) % 9223372036854775783, at, 1 + (n - 1) / ?4,
        1 + n / 13 % 3, 3, 400 + n % 90, 900, 0, 60000, 1, 5000000, 1, at, at,
        'msg_01' || printf('%022d', n), 'req_011' || printf('%021d', n)
    FROM (SELECT n, ?2 - (?3 - 1 - d) * 86400000
            + CAST((x - d) * 28800000 AS INTEGER) - 28800000 AS at
        FROM (SELECT n, n * (1.0 * ?3 / ?1) AS x,
            min(CAST(n * (1.0 * ?3 / ?1) AS INTEGER), ?3 - 1) AS d
            FROM number))
"""
_SESSIONS: Final = """
    INSERT INTO session
    SELECT session, printf('%08d-made-up', session), 1, 1 + session % 30, 0, 0,
        min(at_ms), min(at_ms), max(at_ms)
    FROM message GROUP BY session
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    for name, value in measured(parser.parse_args().records).items():
        print(f"{name:40} {value:8.1f}")
    return 0


def measured(records: int) -> dict[str, float]:
    """Return what each question takes, and the bytes a message."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "usage.db"
        with closing(open_writer(path)) as writer:
            _fill(writer, records)
        with closing(open_writer(path)) as writer:
            found = {n: _cpu(act) for n, act in _questions(writer).items()}
        found["bytes a message"] = path.stat().st_size / records
    return found


def _questions(writer: Writer) -> dict[str, Callable[[], object]]:
    me = Account("", "default", "", Rule.EXACT)
    snapshots, both = Snapshots(writer, UTC), Snapshots(writer, UTC)
    uuid = "00000001-made-up"
    windows.close(writer, me, _NOW_MS)
    window = ("", _NOW_MS - 5 * 3_600_000, _NOW_MS)

    def whole() -> object:
        snapshots.changed(0)
        return snapshots.current([me], NOW)

    return {
        "snapshot after a line": lambda: snapshots.current([me], NOW),
        "snapshot after midnight": whole,
        "a window's curve": lambda: figures.steps(writer, *window),
        "a window's parts": lambda: figures.uses(writer, *window),
        "projects": lambda: projects.every(writer),
        "models": lambda: rankings.by_model(writer),
        "one session": lambda: projects.messages_of(writer, uuid),
        "all windows": lambda: windows.every(writer, me, _NOW_MS),
        "all days": lambda: rankings.by_cell(writer),
        # Last, for from here on there are two.
        "snapshot, two accounts": lambda: both.current(_two(writer, me), NOW),
    }


def _two(writer: Writer, me: Account) -> list[Account]:
    """Return two accounts, one of which has rested for two years."""
    with transaction(writer):
        writer.execute("INSERT OR IGNORE INTO profile VALUES (2, 'rests')")
        writer.execute(
            "UPDATE session SET profile = 2 WHERE id = 1 AND profile = 1",
        )
    return [me, Account("rests", "rests", "", Rule.EXACT)]


def _fill(writer: Writer, records: int) -> None:
    with transaction(writer):
        writer.execute("INSERT INTO profile VALUES (1, '')")
        writer.execute("INSERT INTO terms VALUES (1, '', '', '', 0)")
        for number in range(1, 31):
            path = f"/home/ada/work/p{number}"
            writer.execute("INSERT INTO project VALUES (?, ?)", (number, path))
        for number in range(1, 4):
            name = f"claude-fictive-{number}"
            writer.execute("INSERT INTO model VALUES (?, ?)", (number, name))
        writer.execute(_MESSAGES, (records, _NOW_MS, _DAYS, _A_SESSION))
        writer.execute(_SESSIONS)
        changes = Changes()
        changes.count_in(writer, 1)
        changes.write(writer)
        identity.put(writer, "seq", str(records))


def _cpu(act: Callable[[], object]) -> float:
    """Return the least of a few rounds."""
    times = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        act()
        times.append((time.process_time() - began) * 1000)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
