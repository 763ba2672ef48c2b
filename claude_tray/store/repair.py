"""How a damaged store is told, and what is done about it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from claude_tray.errors import StoreError
from claude_tray.store.whole import is_whole

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_ROOM: Final = 16 << 20


def is_damaged(path: Path) -> bool:
    """
    Tell whether a store is broken, or its tables are not as they were made.

    Asked after an error only: it reads the whole store.
    """
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as store:
            return not is_whole(store)
    except sqlite3.DatabaseError:
        # It cannot be opened, for whatever reason.
        return False


def is_cut(store: sqlite3.Connection, path: Path) -> bool:
    """
    Tell whether a store ends within a page.

    SQLite takes what is missing for zeros, and rows there for others, without
    an error. What waits in its log may hold that page; it is not asked then.
    """
    if _size(path.with_name(f"{path.name}-wal")):
        return False
    (page_size,) = store.execute("PRAGMA page_size").fetchone()
    return bool(_size(path) % page_size)


def _size(path: Path) -> int:
    """Return a file's size; 0 where another process has just deleted it."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def has_room(path: Path) -> bool:
    """Tell whether the disk of a store is not full."""
    # Late: asked after an error only.
    from shutil import disk_usage  # noqa: PLC0415

    return disk_usage(path.parent).free > _ROOM


def set_aside(path: Path, now: datetime) -> Path:
    """
    Move a damaged store out of the way and return where it lies.

    What the transcripts still hold is read again; what they no longer do is
    only in the file that was set aside.

    Raises:
        StoreError: Its folder lets nothing be moved.
    """
    aside = path.with_name(f"{path.name}.corrupt-{now:%Y%m%dT%H%M%S}")
    try:
        path.replace(aside)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        summary = (
            f"The store {path} is damaged and cannot be set aside:"
            f" {error.strerror}."
        )
        hint = f"Look whether you may write {path.parent}."
        raise StoreError(summary, hint=hint) from error
    return aside
