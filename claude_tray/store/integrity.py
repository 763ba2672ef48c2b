"""Check the integrity of the database, and skip the check when possible."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final

from claude_tray.core.windows import ValueSource, WindowRule
from claude_tray.errors import StoreError, gettext_noop
from claude_tray.store.migrations import (
    apply_step,
    get_schema_version,
    needs_migration,
)
from claude_tray.store.schema import AGGREGATE_COLUMNS, TOKEN_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path


CORRUPT_CODES: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
# Small tables with text.
_TEXT_TABLES: Final = (
    "identity",
    "profile",
    "project",
    "model",
    "session",
    "file",
)
_SUM_ALL_COLUMNS: Final = ", ".join(
    f"sum({name})" for name in AGGREGATE_COLUMNS
)
_SUM_TOKEN_COLUMNS: Final = ", ".join(f"sum({name})" for name in TOKEN_COLUMNS)
_SELECT_TOKEN_SUMS: Final = f"""
    SELECT {_SUM_TOKEN_COLUMNS} FROM (
        SELECT {", ".join(TOKEN_COLUMNS)} FROM message
        UNION ALL SELECT {", ".join(TOKEN_COLUMNS)} FROM imported_sum)
"""
# Years 1 to 9999.
_MIN_TIME_MS: Final = -62_135_596_800_000
_MAX_TIME_MS: Final = 253_402_300_799_999
_SELECT_INVALID_TIMES: Final = f"""
    SELECT 1 FROM message
    WHERE min(at_ms, counted_ms, origin_ms) < {_MIN_TIME_MS}
        OR max(at_ms, counted_ms, origin_ms) > {_MAX_TIME_MS}
"""
_SELECT_INVALID_WINDOWS: Final = f"""
    SELECT 1 FROM closed_window
    WHERE source NOT IN ({", ".join(f"'{source}'" for source in ValueSource)})
        OR rule NOT IN ({", ".join(f"'{rule}'" for rule in WindowRule)})
        OR start_ms < {_MIN_TIME_MS} OR end_ms > {_MAX_TIME_MS}
"""


def is_intact(connection: sqlite3.Connection) -> bool:
    """
    Return whether a database is sound and has only content written by us.

    Takes a second of CPU time per million records.
    """
    # One transaction: all checks see the same state.
    connection.execute("BEGIN")
    try:
        check_result = connection.execute(
            "PRAGMA integrity_check(1)"
        ).fetchone()
        return (
            check_result == ("ok",)
            and _load_tables(connection) >= _build_expected_tables(connection)
            # An earlier version is checked after its migration.
            and (needs_migration(connection) or all(_run_checks(connection)))
        )
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # Invalid UTF-8 has no error code.
        if get_error_code(error) in (0, *CORRUPT_CODES):
            return False
        raise
    finally:
        connection.rollback()


def is_marked_clean(path: Path) -> bool:
    """Return whether a database is as the last command left it."""
    try:
        return _get_marker_path(path).read_text("ascii") == _format_file_state(
            path
        )
    except (OSError, ValueError):
        return False


def mark_clean(path: Path) -> None:
    """Store the state of a closed, intact database file."""
    with suppress(OSError):
        _get_marker_path(path).write_text(_format_file_state(path), "ascii")


def get_error_code(error: Exception) -> int:
    """Return SQLite's primary error code, 0 without one."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _run_checks(connection: sqlite3.Connection) -> Iterator[bool]:
    for table in _TEXT_TABLES:
        # Raises for invalid UTF-8.
        connection.execute(f"SELECT * FROM {table}").fetchall()
    for query in (_SELECT_INVALID_TIMES, _SELECT_INVALID_WINDOWS):
        yield connection.execute(query).fetchone() is None
    sums = {
        connection.execute(
            f"SELECT {_SUM_ALL_COLUMNS} FROM {table}"
        ).fetchone()
        for table in ("cell", "usage_session", "usage_project")
    }
    yield len(sums) == 1
    token_query = f"SELECT {_SUM_TOKEN_COLUMNS} FROM cell"
    yield (
        connection.execute(token_query).fetchone()
        == connection.execute(_SELECT_TOKEN_SUMS).fetchone()
    )


def _load_tables(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    table_rows = connection.execute("SELECT name, sql FROM sqlite_master")
    return {(name, sql) for name, sql in table_rows if sql}


def _build_expected_tables(
    connection: sqlite3.Connection,
) -> set[tuple[str, str]]:
    """Return the tables that a database of this version is created with."""
    with closing(sqlite3.connect(":memory:")) as reference:
        for step in range(get_schema_version(connection)):
            apply_step(reference, step)
        return _load_tables(reference)


def _get_marker_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.known")


def _format_file_state(path: Path) -> str:
    file_stat = path.stat()
    return f"{file_stat.st_ino} {file_stat.st_size} {file_stat.st_mtime_ns}"


_MIN_FREE_BYTES: Final = 16 << 20


def is_damaged(path: Path) -> bool:
    """
    Return whether a database is broken or its tables have been changed.

    Called after errors only: it reads the whole file.
    """
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            return not is_intact(connection)
    except sqlite3.DatabaseError:
        # It cannot be opened, which need not mean damage.
        return False


def has_free_space(path: Path) -> bool:
    """Return whether the disk has free space."""
    # Imported late: called after errors only.
    from shutil import disk_usage

    return disk_usage(path.parent).free > _MIN_FREE_BYTES


def move_corrupt_database(path: Path, now: datetime) -> Path:
    """
    Move a damaged database away and return its new path.

    Usage that is still in transcripts will be read again; older usage is only
    in the moved file.

    Raises:
        StoreError: Files in its folder cannot be moved.
    """
    corrupt_copy = path.with_name(f"{path.name}.corrupt-{now:%Y%m%dT%H%M%S}")
    try:
        path.replace(corrupt_copy)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            gettext_noop(
                "The database {path} is damaged and cannot be moved away:"
                " {reason}."
            ),
            hint=gettext_noop("Check that you can write to {folder}."),
            path=path,
            reason=error.strerror,
            folder=path.parent,
        ) from error
    return corrupt_copy
