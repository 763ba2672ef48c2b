"""Store how far each transcript has been read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.store.connection import Reader, Writer


# The values of a provider's Cursor: inode, size, mtime_ns, offset, fingerprint
# and project. Plain values keep this package independent of providers.
CursorRow = tuple[int, int, int, int, bytes, str]

_SELECT_CURSORS: Final = (
    "SELECT path, inode, size, mtime_ns, done, seal, project FROM file"
)
_COUNT_FILES_BEFORE: Final = (
    "SELECT count(*), coalesce(sum(done >= size), 0) FROM file"
    " WHERE mtime_ns < ?1"
    " AND substr(CAST(path AS BLOB), 1, length(?2)) = ?2"
)
_UPSERT_CURSOR: Final = (
    "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?)"
)


def load_cursors(reader: Reader | Writer) -> dict[str, CursorRow]:
    """Return all cursors by path."""
    return {
        os.fsdecode(path): (
            inode,
            size,
            mtime_ns,
            offset,
            fingerprint,
            project,
        )
        for path, inode, size, mtime_ns, offset, fingerprint, project in (
            reader.execute(_SELECT_CURSORS)
        )
    }


def count_files_before(
    reader: Reader | Writer, root: str, before_ns: int
) -> tuple[int, int]:
    """
    Count files unchanged since a time, and how many of them are fully read.

    Args:
        reader: The store.
        root: Only files below this folder.
        before_ns: The time.
    """
    count, complete_count = reader.execute(
        _COUNT_FILES_BEFORE, (before_ns, os.fsencode(root + os.sep))
    ).fetchone()
    return count, complete_count


def save_cursors(
    writer: Writer, cursors: Iterable[tuple[str, CursorRow]]
) -> None:
    """Save how far files have been read."""
    writer.executemany(
        _UPSERT_CURSOR, [(encode_path(path), *row) for path, row in cursors]
    )


def delete_cursors(writer: Writer, paths: Iterable[str]) -> None:
    """Delete the cursors of deleted files; their records stay."""
    writer.executemany(
        "DELETE FROM file WHERE path = ?",
        [(encode_path(path),) for path in paths],
    )


def encode_path(path: str) -> str | bytes:
    """Return a path as text, or as bytes if it is not valid UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path
