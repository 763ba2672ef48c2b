"""Write stores as earlier versions of the program did."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.store import migrations
from claude_tray.store.aggregates import SUM_OF_HIGH_COSTS, SUM_OF_RECORDS
from claude_tray.store.schema import AGGREGATE_COLUMNS

if TYPE_CHECKING:
    from pathlib import Path


# Values of all other columns.
_DEFAULT_VALUE = 5
_AGGREGATE_TABLES = {
    "cell": f"at_ms / {BUCKET_MS}, session, model",
    "usage_session": "session, model",
    "usage_project": "session, model",
}


def write_old_store(path: Path, version: int, messages: int = 2) -> None:
    """Write a store with an earlier schema and some messages."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        for number in range(version):
            migrations.apply_step(connection, number)
        connection.execute(
            "INSERT INTO identity VALUES ('seq', ?)", (str(messages),)
        )
        names = [
            row[1] for row in connection.execute("PRAGMA table_info(message)")
        ]
        placeholders = ", ".join("?" * len(names))
        connection.executemany(
            f"INSERT INTO message VALUES ({placeholders})",  # noqa: S608
            (_build_row(names, number) for number in range(1, messages + 1)),
        )
        sums = _select_sums(connection)
        for name, columns in _AGGREGATE_TABLES.items():
            connection.execute(
                f"INSERT INTO {name} SELECT {columns}, {sums}"  # noqa: S608
                f" FROM message GROUP BY {columns}",
            )
        connection.execute("COMMIT")


def _select_sums(connection: sqlite3.Connection) -> str:
    """Return the sums of this version: the last ones came with a later."""
    columns = connection.execute("PRAGMA table_info(usage_project)").fetchall()
    key_columns = 2
    sum_count = len(columns) - key_columns
    if sum_count == len(AGGREGATE_COLUMNS):
        return SUM_OF_RECORDS
    first_sums = SUM_OF_RECORDS.partition(SUM_OF_HIGH_COSTS)[0]
    if "cost_high" in AGGREGATE_COLUMNS[:sum_count]:
        return first_sums + SUM_OF_HIGH_COSTS
    return first_sums.rstrip(", \n")


def add_lookups(path: Path) -> None:
    """Add the rows that the messages of a store of version 8 refer to."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(
            "INSERT INTO profile VALUES (?, '', 'claude_code')",
            (_DEFAULT_VALUE,),
        )
        connection.execute(
            "INSERT INTO project VALUES (?, '/home/ada/notes')",
            (_DEFAULT_VALUE,),
        )
        connection.execute(
            "INSERT INTO model VALUES (?, 'claude-made-up')", (_DEFAULT_VALUE,)
        )
        connection.execute(
            "INSERT INTO terms VALUES (?, '', '', '', 0)", (_DEFAULT_VALUE,)
        )
        connection.execute(
            "INSERT INTO session SELECT ?1, 'session-a', ?1, ?1, 0, 0,"
            " min(at_ms), min(at_ms), max(at_ms) FROM message",
            (_DEFAULT_VALUE,),
        )


def _build_row(columns: list[str], number: int) -> list[object]:
    values: dict[str, object] = {
        "key": -7919 * number,
        "seq": number,
        "at_ms": 10 * number,
        "request_id": f"req_{number}",
    }
    return [values.get(name, _DEFAULT_VALUE) for name in columns]
