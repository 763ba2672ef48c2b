"""Stores as earlier versions of the program left them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from claude_tray.store import migration

if TYPE_CHECKING:
    from pathlib import Path

# Of the columns of numbers the value is told by its message: 5.
_NUMBER = 5


def write_earlier(path: Path, version: int, messages: int = 2) -> None:
    """Write a store of an earlier schema that holds some messages."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("BEGIN")
        for number in range(version):
            migration.take(old, number)
        old.execute("INSERT INTO identity VALUES ('seq', ?)", (str(messages),))
        columns = [row[1] for row in old.execute("PRAGMA table_info(message)")]
        marks = ", ".join("?" * len(columns))
        old.executemany(
            f"INSERT INTO message VALUES ({marks})",  # noqa: S608
            (_row(columns, number) for number in range(1, messages + 1)),
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
