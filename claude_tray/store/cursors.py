"""How far each transcript has been read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.store.connection import Reader, Writer

# A cursor is inode, size, mtime_ns, done, seal and project, as plain values,
# so that this package need not know the one that reads transcripts.
Row = tuple[int, int, int, int, bytes, str]

_ALL: Final = (
    "SELECT path, inode, size, mtime_ns, done, seal, project FROM file"
)
_OLDER: Final = "SELECT path, done >= size FROM file WHERE mtime_ns < ?"
_MOVE: Final = "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?)"


def every(reader: Reader | Writer) -> dict[str, Row]:
    """Return all cursors by path."""
    return {os.fsdecode(row[0]): row[1:] for row in reader.execute(_ALL)}


def older(reader: Reader | Writer, than_ns: int) -> list[tuple[str, bool]]:
    """Return the files not changed since then; have they been read whole."""
    rows = reader.execute(_OLDER, (than_ns,))
    return [(os.fsdecode(path), bool(is_read)) for path, is_read in rows]


def move(writer: Writer, cursors: Iterable[tuple[str, Row]]) -> None:
    """Remember how far files have been read."""
    writer.executemany(
        _MOVE, [(kept_path(path), *row) for path, row in cursors]
    )


def forget(writer: Writer, paths: Iterable[str]) -> None:
    """Let go of files that are gone; their records stay."""
    writer.executemany(
        "DELETE FROM file WHERE path = ?",
        [(kept_path(path),) for path in paths],
    )


def kept_path(path: str) -> str | bytes:
    """Return a path as it is stored: one that is no text as its bytes."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path
