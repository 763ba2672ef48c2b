"""Recover rows from a corrupt copy of the database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from claude_tray.errors import StoreCorruptError
from claude_tray.store import export, metadata
from claude_tray.store.connection import Reader
from claude_tray.store.migrations import needs_migration, reject_newer

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.protocol.export_file import ExportRow


_SQLITE_MAGIC: Final = b"SQLite format 3\0"
_CHUNK_ROWS: Final = 1_000
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
    # A moved file has no writers and no WAL.
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            reject_newer(connection)
            if needs_migration(connection):
                raise _build_unreadable_error(path)
            # Not max(seq): its page may be the damaged one.
            last_seq = int(
                metadata.get_value(Reader(connection), metadata.LAST_SEQ, "0")
            )
            return _recover_all(connection, last_seq)
    except _CORRUPTION_ERRORS as error:
        raise _build_unreadable_error(path) from error


def _recover_all(
    connection: sqlite3.Connection, last_seq: int
) -> tuple[list[ExportRow], int]:
    rows: list[ExportRow] = []
    lost_count = 0
    for first_seq in range(1, last_seq + 1, _CHUNK_ROWS):
        recovered, lost_in_chunk = _recover_range(
            connection, first_seq, min(first_seq + _CHUNK_ROWS - 1, last_seq)
        )
        rows += recovered
        lost_count += lost_in_chunk
    try:
        rows += export.iter_imported_totals(connection)
    except _CORRUPTION_ERRORS:
        lost_count += 1
    return rows, lost_count


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
        f"Nothing can be recovered from the database {path}."
    )
