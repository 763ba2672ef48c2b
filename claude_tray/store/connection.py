"""Ways into the store: one that writes, any number that read."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final, NewType

from claude_tray.errors import (
    StoreCorruptError,
    StoreError,
    StoreFullError,
    StoreHeldError,
)
from claude_tray.store.migration import is_behind, migrate, refuse_newer
from claude_tray.store.repair import has_room, is_cut, is_damaged
from claude_tray.store.whole import CORRUPT, code_of, is_known, is_whole, leave

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Two types, so that mypy refuses a write through a reader.
Writer = NewType("Writer", sqlite3.Connection)
Reader = NewType("Reader", sqlite3.Connection)

BUSY_SECONDS = 20.0
# For one who may be asked to end meanwhile.
_SOON_SECONDS: Final = 0.5

# What a disk without room comes to, its extended codes included.
_FULL: Final = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMMAP,
)
_HINTS: Final = {
    sqlite3.SQLITE_CANTOPEN: "Look whether you may read and write it.",
    sqlite3.SQLITE_READONLY: "Look whether you may write it and its folder.",
}


def open_writer(path: Path, patience: float | None = None) -> Writer:
    """
    Open the store to write, made and brought up to date if need be.

    Args:
        path: Where it lies.
        patience: Seconds to wait for another program that writes.

    Raises:
        StoreTooNewError: A newer version wrote it; nothing was changed.
        StoreCorruptError: It is no whole SQLite file.
        StoreFullError: There is no room.
        StoreHeldError: Another program has written all the time.
        StoreError: It cannot be opened.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        summary = f"The folder {path.parent} cannot be made: {error.strerror}."
        raise StoreError(summary, hint="Set CLAUDE_TRAY_HOME.") from error
    with explained(path):
        connection = sqlite3.connect(
            path,
            timeout=BUSY_SECONDS if patience is None else patience,
            isolation_level=None,
        )
        try:
            _refuse_other(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            migrate(connection, path)
        except BaseException:
            connection.close()
            raise
    return Writer(connection)


def open_reader(path: Path) -> Reader:
    """
    Open an existing store to read, from any thread's or process's own.

    One of an earlier version is brought up to date before. On a full disk it
    is read as it lies there, without what readers and writers share.

    Raises:
        StoreTooNewError: A newer version wrote it.
        StoreCorruptError: It is no whole SQLite file.
        StoreError: There is none yet, or it cannot be opened.
    """
    try:
        with explained(path):
            connection = _reading(path)
            if is_behind(connection):
                connection.close()
                open_writer(path).close()
                connection = _reading(path)
    except StoreFullError:
        with explained(path):
            connection = _reading(path, "&immutable=1")
    return Reader(connection)


def _reading(path: Path, how: str = "") -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro{how}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
    )
    try:
        _refuse_other(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_other(connection: sqlite3.Connection, path: Path) -> None:
    """Let a store pass that is whole and that this version understands."""
    refuse_newer(connection)
    if is_cut(connection, path):
        raise _corrupt(path)


@contextmanager
def impatient_writer(path: Path) -> Iterator[Writer]:
    """
    Give a writer that waits for other programs no longer than can be borne.

    Raises:
        StoreError: As open_writer does, also in the block.
    """
    with explained(path), closing(open_writer(path, _SOON_SECONDS)) as writer:
        yield writer


@contextmanager
def whole_writer(path: Path) -> Iterator[Writer]:
    """
    Give a writer of a store that is looked through if need be.

    Need is unless a command has left it as it is now: a tray may have been
    killed, or another hand have changed it.

    Raises:
        StoreError: As open_writer does, also in the block.
    """
    known = is_known(path)
    with explained(path), closing(open_writer(path)) as writer:
        if not known:
            look_through(writer, path)
        yield writer
    leave(path)


def look_through(writer: Writer, path: Path) -> None:
    """
    Let a store pass that is whole.

    Raises:
        StoreCorruptError: It is not.
    """
    if not is_whole(writer):
        raise _corrupt(path)


@contextmanager
def transaction(writer: Writer) -> Iterator[None]:
    """Keep all of the writes in the block, or none."""
    writer.execute("BEGIN IMMEDIATE")
    try:
        yield
        writer.execute("COMMIT")
    except BaseException:
        # Does nothing where a full disk has rolled back by itself.
        writer.rollback()
        raise


def shrink(writer: Writer) -> None:
    """Give back the pages held since the last time, up to 2 MiB of them."""
    writer.execute("PRAGMA shrink_memory")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors in the block into this program's own."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = code_of(error)
        if code in CORRUPT or _is_no_text(error):
            raise _corrupt(path) from error
        is_full = getattr(error, "sqlite_errorcode", 0) in _FULL
        # A changed bit in its head can make a store longer than any disk.
        if is_full and not (has_room(path) and is_damaged(path)):
            summary = f"There is no room left to write {path}."
            raise StoreFullError(summary, hint="Free some space.") from error
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            summary = f"Another program holds the store {path}."
            raise StoreHeldError(summary, hint="Try again later.") from error
        if is_damaged(path):
            raise _corrupt(path) from error
        summary = f"The store {path} cannot be used: {error}."
        hint = _HINTS.get(code, "Run `claude-tray doctor`.")
        raise StoreError(summary, hint=hint) from error
    except (ValueError, TypeError, OverflowError) as error:
        # What a changed bit turns a number or a text into.
        if is_damaged(path):
            raise _corrupt(path) from error
        raise


def _is_no_text(error: sqlite3.DatabaseError) -> bool:
    """Tell whether a text was read that is none, which has no code."""
    return isinstance(error, sqlite3.OperationalError) and not code_of(error)


def _corrupt(path: Path) -> StoreCorruptError:
    return StoreCorruptError(f"The store {path} is damaged.")
