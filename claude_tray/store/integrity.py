"""Check the integrity of the database, and skip the check when possible."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final

from claude_tray.errors import StoreError, gettext_noop
from claude_tray.platform.private_files import (
    create_private_file,
    open_private,
)
from claude_tray.platform.replace_file import replace_file
from claude_tray.platform.small_file import read_small_file
from claude_tray.store.migrations import (
    apply_step,
    get_schema_version,
    is_newer,
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


def is_intact(connection: sqlite3.Connection) -> bool:
    """
    Return whether a database is sound: its pages, tables, texts and sums.

    A value alone is no damage: see `repair`. Takes a second of CPU time per
    million records.
    """
    # One transaction: all checks see the same state.
    connection.execute("BEGIN")
    try:
        check_result = connection.execute(
            "PRAGMA integrity_check(1)"
        ).fetchone()
        # Which tables a newer version has is not known here.
        return check_result == ("ok",) and (
            is_newer(connection)
            or (
                _load_tables(connection) >= _build_expected_tables(connection)
                # An earlier version is checked after its migration.
                and (
                    needs_migration(connection) or all(_run_checks(connection))
                )
            )
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
        return read_small_file(
            _get_marker_path(path)
        ).decode() == _format_file_state(path)
    except (OSError, ValueError):
        return False


def mark_clean(path: Path) -> None:
    """Store the state of a closed, intact database file."""
    marker = _get_marker_path(path)
    with suppress(OSError):
        # Writing to a pipe would wait for a reader.
        if marker.is_file() or not marker.exists():
            create_private_file(marker)
            marker.write_text(_format_file_state(path), "ascii")


def get_error_code(error: Exception) -> int:
    """Return SQLite's primary error code, 0 without one."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _run_checks(connection: sqlite3.Connection) -> Iterator[bool]:
    for table in _TEXT_TABLES:
        # Raises for invalid UTF-8.
        for _ in connection.execute(f"SELECT * FROM {table}"):
            pass
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


_moved_away: Final[set[Path]] = set()
_WAL_MAGIC: Final = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")


def move_corrupt_database(path: Path, now: datetime) -> Path:
    """
    Move a damaged database away and return its new path.

    At most once in the life of a process, and never over an earlier copy.
    Usage that is still in transcripts will be read again; the rest is
    recovered from the copy.

    Raises:
        StoreError: Files in its folder cannot be moved, or the rebuilt
            database is damaged again.
    """
    if path in _moved_away:
        raise StoreError(
            gettext_noop("The database {path} is damaged again."),
            hint=gettext_noop("Check the disk, then start claude-tray again."),
            path=path,
        )
    try:
        corrupt_copy = _reserve_copy_name(path, now)
        try:
            replace_file(path, corrupt_copy)
        except OSError:
            corrupt_copy.unlink()
            raise
        _moved_away.add(path)
        _move_wal(path, corrupt_copy)
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


def _reserve_copy_name(path: Path, now: datetime) -> Path:
    """Create an empty file under a name that no earlier copy has."""
    name = f"{path.name}.corrupt-{now:%Y%m%dT%H%M%S}"
    corrupt_copy, number = path.with_name(name), 1
    while True:
        try:
            flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
            os.close(open_private(str(corrupt_copy), flags))
        except FileExistsError:
            number += 1
            corrupt_copy = path.with_name(f"{name}-{number}")
        else:
            return corrupt_copy


def _move_wal(path: Path, corrupt_copy: Path) -> None:
    """Keep a write-ahead log, which may have the latest records."""
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    wal = path.with_name(f"{path.name}-wal")
    try:
        with wal.open("rb") as file:
            is_wal = file.read(4) in _WAL_MAGIC
    except FileNotFoundError:
        return
    if is_wal:
        replace_file(wal, f"{corrupt_copy}-wal")
    else:
        wal.unlink()


def list_corrupt_copies(database: Path) -> list[Path]:
    """Return the corrupt copies of a database, oldest first."""
    prefix = f"{database.name}.corrupt-"
    try:
        names = os.listdir(database.parent)  # noqa: PTH208 - only names
    except OSError:
        return []
    return [
        database.with_name(name)
        for name in sorted(names)
        if name.startswith(prefix)
        and not name.endswith(("-wal", "-shm", "-journal", ".part"))
    ]
