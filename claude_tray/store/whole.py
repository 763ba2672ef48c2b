"""Whether a store is whole, and whether that need be asked."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final

from claude_tray.domain.window import Rule, Source
from claude_tray.store.migration import is_behind, take, version_of
from claude_tray.store.schema import SUM_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CORRUPT: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
# The small tables that hold text.
_NAMED: Final = ("identity", "profile", "project", "model", "session", "file")
_TOKENS: Final = ("input", "output", "cache_5m", "cache_1h", "cache_read")
_SUMS: Final = ", ".join(f"sum({name})" for name in SUM_COLUMNS)
_SUMS_OF_TOKENS: Final = ", ".join(f"sum({name})" for name in _TOKENS)
_ALL_TOKENS: Final = f"""
    SELECT {_SUMS_OF_TOKENS} FROM (
        SELECT {", ".join(_TOKENS)} FROM message
        UNION ALL SELECT {", ".join(_TOKENS)} FROM imported_sum)
"""
# The years that can be told.
_FIRST_MS: Final = -62_135_596_800_000
_LAST_MS: Final = 253_402_300_799_999
_ODD_TIMES: Final = f"""
    SELECT 1 FROM message
    WHERE min(at_ms, counted_ms, origin_ms) < {_FIRST_MS}
        OR max(at_ms, counted_ms, origin_ms) > {_LAST_MS}
"""
_ODD_WINDOWS: Final = f"""
    SELECT 1 FROM closed_window
    WHERE source NOT IN ({", ".join(f"'{source}'" for source in Source)})
        OR rule NOT IN ({", ".join(f"'{rule}'" for rule in Rule)})
        OR start_ms < {_FIRST_MS} OR end_ms > {_LAST_MS}
"""


def is_whole(store: sqlite3.Connection) -> bool:
    """
    Tell whether a store is sound, and holds what only this program writes.

    Takes a second of CPU for a million records.
    """
    # All of it as it is at one moment, whoever writes meanwhile.
    store.execute("BEGIN")
    try:
        found = store.execute("PRAGMA integrity_check(1)").fetchone()
        return (
            found == ("ok",)
            and _tables(store) >= _made(store)
            # An earlier one is looked at once it is brought up to date.
            and (is_behind(store) or all(_looks(store)))
        )
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # Without a code it is text that is none.
        if code_of(error) in (0, *CORRUPT):
            return False
        raise
    finally:
        store.rollback()


def is_known(path: Path) -> bool:
    """Tell whether a store is as a command has left it."""
    try:
        return _mark(path).read_text("ascii") == _state(path)
    except (OSError, ValueError):
        return False


def leave(path: Path) -> None:
    """Remember what a store looks like that was closed and is whole."""
    with suppress(OSError):
        _mark(path).write_text(_state(path), "ascii")


def code_of(error: Exception) -> int:
    """Return SQLite's primary code of an error; 0 where it has none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _looks(store: sqlite3.Connection) -> Iterator[bool]:
    for table in _NAMED:
        # Raises where text is none.
        store.execute(f"SELECT * FROM {table}").fetchall()
    for odd in (_ODD_TIMES, _ODD_WINDOWS):
        yield store.execute(odd).fetchone() is None
    sums = {
        store.execute(f"SELECT {_SUMS} FROM {table}").fetchone()
        for table in ("cell", "usage_session", "usage_project")
    }
    yield len(sums) == 1
    tokens = f"SELECT {_SUMS_OF_TOKENS} FROM cell"
    yield (
        store.execute(tokens).fetchone()
        == store.execute(_ALL_TOKENS).fetchone()
    )


def _tables(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    found = connection.execute("SELECT name, sql FROM sqlite_master")
    return {(name, sql) for name, sql in found if sql}


def _made(store: sqlite3.Connection) -> set[tuple[str, str]]:
    """Return the tables that a store of this version is made with."""
    with closing(sqlite3.connect(":memory:")) as other:
        for number in range(version_of(store)):
            take(other, number)
        return _tables(other)


def _mark(path: Path) -> Path:
    return path.with_name(f"{path.name}.known")


def _state(path: Path) -> str:
    status = path.stat()
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns}"
