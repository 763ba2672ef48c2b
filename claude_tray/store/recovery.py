"""Recover rows from a corrupt copy of the database."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

from claude_tray.errors import StoreCorruptError, gettext_noop
from claude_tray.store import export, metadata
from claude_tray.store.connection import Reader
from claude_tray.store.migrations import (
    apply_step,
    get_schema_version,
    needs_migration,
    reject_newer,
)
from claude_tray.store.schema import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from claude_tray.protocol.export_file import ExportRow


_SQLITE_MAGIC: Final = b"SQLite format 3\0"
_CHUNK_ROWS: Final = 1_000
_PARTIAL_SUFFIX: Final = ".part"
# Errors of pages, texts, numbers and times with flipped bits.
_CORRUPTION_ERRORS: Final = (
    sqlite3.DatabaseError,
    ValueError,
    TypeError,
    OverflowError,
)


def is_sqlite_file(path: Path) -> bool:
    """
    Return whether a file is an SQLite database.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return file.read(len(_SQLITE_MAGIC)) == _SQLITE_MAGIC


def recover_rows(path: Path) -> tuple[list[ExportRow], int]:
    """
    Return the readable rows and the number of lost rows.

    Raises:
        StoreTooNewError: Written by a newer version.
        StoreCorruptError: Nothing can be recovered.
    """
    rows: list[ExportRow] = []
    lost_count = 0
    for recovered, lost in iter_recovered(path):
        rows += recovered
        lost_count += lost
    return rows, lost_count


def iter_recovered(path: Path) -> Iterator[tuple[list[ExportRow], int]]:
    """
    Yield portions of the readable rows, and how many could not be read.

    Raises:
        StoreTooNewError: Written by a newer version.
        StoreCorruptError: Nothing can be recovered.
    """
    try:
        with _open_copy(path) as connection:
            # Not max(seq): its page may be the damaged one.
            last_seq = int(
                metadata.get_value(Reader(connection), metadata.LAST_SEQ, "0")
            )
            yield from _iter_all(connection, last_seq)
    except (*_CORRUPTION_ERRORS, OSError) as error:
        raise _build_unreadable_error(path) from error


@contextmanager
def _open_copy(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a copy of the current schema; migrate a copy of an older one."""
    with closing(_connect(path)) as connection:
        reject_newer(connection)
        if not needs_migration(connection):
            yield connection
            return
    partial = path.with_name(f"{path.name}{_PARTIAL_SUFFIX}")
    partial.unlink(missing_ok=True)
    try:
        partial.touch(0o600)
        shutil.copyfile(path, partial)
        with closing(sqlite3.connect(partial, isolation_level=None)) as copy:
            for step in range(get_schema_version(copy), len(MIGRATIONS)):
                apply_step(copy, step)
            yield copy
    finally:
        partial.unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    # A moved file has no writers, and its log is complete or missing.
    has_log = path.with_name(f"{path.name}-wal").exists()
    options = "mode=ro" if has_log else "mode=ro&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{options}", uri=True)


def _iter_all(
    connection: sqlite3.Connection, last_seq: int
) -> Iterator[tuple[list[ExportRow], int]]:
    for first_seq in range(1, last_seq + 1, _CHUNK_ROWS):
        yield _recover_range(
            connection, first_seq, min(first_seq + _CHUNK_ROWS - 1, last_seq)
        )
    try:
        totals = list(export.iter_imported_totals(connection))
    except _CORRUPTION_ERRORS:
        yield [], 1
    else:
        yield totals, 0


def _recover_range(
    connection: sqlite3.Connection,
    first_seq: int,
    last_seq: int,
) -> tuple[list[ExportRow], int]:
    """Read a range of rows; on errors halve it to get around the damage."""
    try:
        return list(
            export.iter_records_by_seq(connection, first_seq, last_seq)
        ), 0
    except _CORRUPTION_ERRORS:
        if first_seq == last_seq:
            return [], 1
    middle_seq = (first_seq + last_seq) // 2
    lower_rows, lower_lost = _recover_range(connection, first_seq, middle_seq)
    upper_rows, upper_lost = _recover_range(
        connection, middle_seq + 1, last_seq
    )
    return lower_rows + upper_rows, lower_lost + upper_lost


def _build_unreadable_error(path: Path) -> StoreCorruptError:
    return StoreCorruptError(
        gettext_noop("Nothing can be recovered from the database {path}."),
        path=path,
    )
