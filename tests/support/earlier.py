"""Stores as earlier versions of the program left them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from claude_tray.store import migration
from claude_tray.store.rollups import CELL_MS, SUM_OF_MESSAGES

if TYPE_CHECKING:
    from pathlib import Path

# What stands wherever nothing else is told.
_NUMBER = 5
_ROLLUPS = {
    "cell": f"at_ms / {CELL_MS}, session, model",
    "usage_session": "session, model",
    "usage_project": "session, model",
}


def write_earlier(path: Path, version: int, messages: int = 2) -> None:
    """Write a store of an earlier schema that holds some messages."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("BEGIN")
        for number in range(version):
            migration.take(old, number)
        old.execute("INSERT INTO identity VALUES ('seq', ?)", (str(messages),))
        names = [row[1] for row in old.execute("PRAGMA table_info(message)")]
        marks = ", ".join("?" * len(names))
        old.executemany(
            f"INSERT INTO message VALUES ({marks})",  # noqa: S608
            (_row(names, number) for number in range(1, messages + 1)),
        )
        for name, columns in _ROLLUPS.items():
            old.execute(
                f"INSERT INTO {name} SELECT {columns}, {SUM_OF_MESSAGES}"  # noqa: S608
                f" FROM message GROUP BY {columns}",
            )
        old.execute("COMMIT")


def _row(columns: list[str], number: int) -> list[object]:
    told: dict[str, object] = {
        "key": -7919 * number,
        "seq": number,
        "at_ms": 10 * number,
        "request_id": f"req_{number}",
    }
    return [told.get(name, _NUMBER) for name in columns]
