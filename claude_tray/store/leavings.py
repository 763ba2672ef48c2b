"""What a store that was set aside still gives."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from claude_tray.errors import StoreCorruptError
from claude_tray.store import exports, identity
from claude_tray.store.connection import Reader
from claude_tray.store.migration import is_behind, refuse_newer

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.wire.export_file import ExportRow

_HEAD: Final = b"SQLite format 3\0"
_SOME: Final = 1_000
# What a changed bit makes of a page, a text, a number or a time.
_HARM: Final = (sqlite3.DatabaseError, ValueError, TypeError, OverflowError)


def is_store(path: Path) -> bool:
    """
    Tell whether a file is SQLite's.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return file.read(len(_HEAD)) == _HEAD


def rows_left(path: Path) -> tuple[list[ExportRow], int]:
    """
    Return what can be read of a store, and how many rows could not be.

    Raises:
        StoreTooNewError: A newer version wrote it.
        StoreCorruptError: Nothing of it can be read.
    """
    # Nobody writes it, and its log is gone.
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as store:
            refuse_newer(store)
            if is_behind(store):
                raise _no_use(path)
            # Not the greatest there is: that may be what is harmed.
            last = int(identity.get(Reader(store), identity.SEQ, "0"))
            return _rows(store, last)
    except _HARM as error:
        raise _no_use(path) from error


def _rows(store: sqlite3.Connection, last: int) -> tuple[list[ExportRow], int]:
    rows: list[ExportRow] = []
    lost = 0
    for first in range(1, last + 1, _SOME):
        found, missed = _some(store, first, min(first + _SOME - 1, last))
        rows += found
        lost += missed
    try:
        rows += exports.sums(store)
    except _HARM:
        lost += 1
    return rows, lost


def _some(
    store: sqlite3.Connection,
    first: int,
    last: int,
) -> tuple[list[ExportRow], int]:
    """Read a stretch at once, or halve it to come around what is harmed."""
    try:
        return list(exports.numbered(store, first, last)), 0
    except _HARM:
        if first == last:
            return [], 1
    middle = (first + last) // 2
    before, lost_before = _some(store, first, middle)
    after, lost_after = _some(store, middle + 1, last)
    return before + after, lost_before + lost_after


def _no_use(path: Path) -> StoreCorruptError:
    return StoreCorruptError(f"Nothing of the store {path} can be read.")
