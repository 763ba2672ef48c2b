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
_SELECT_FILES_BEFORE: Final = (
    "SELECT path, done >= size FROM file WHERE mtime_ns < ?"
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


def list_files_before(
    reader: Reader | Writer, before_ns: int
) -> list[tuple[str, bool]]:
    """Return files unchanged since a time, and whether all of each is read."""
    rows = reader.execute(_SELECT_FILES_BEFORE, (before_ns,))
    return [
        (os.fsdecode(path), bool(is_complete)) for path, is_complete in rows
    ]


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
