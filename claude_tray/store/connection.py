"""Ways into the store: one that writes, any number that read."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final, NewType

from claude_tray.errors import (
    StoreCorruptError,
    StoreError,
    StoreFullError,
    StoreLockedError,
)
from claude_tray.store.integrity import (
    CORRUPT_CODES,
    get_error_code,
    has_free_space,
    is_damaged,
    is_intact,
    is_marked_clean,
    is_truncated,
    mark_clean,
)
from claude_tray.store.migrations import migrate, needs_migration, reject_newer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


# Two types, so that mypy refuses a write through a reader.
Writer = NewType("Writer", sqlite3.Connection)
Reader = NewType("Reader", sqlite3.Connection)

BUSY_TIMEOUT_SECONDS = 20.0
# For one who may be asked to end meanwhile.
_SHORT_TIMEOUT_SECONDS: Final = 0.5

# What a disk without room comes to, its extended codes included.
_DISK_FULL_CODES: Final = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMMAP,
)
_HINT_BY_CODE: Final = {
    sqlite3.SQLITE_CANTOPEN: "Look whether you may read and write it.",
    sqlite3.SQLITE_READONLY: "Look whether you may write it and its folder.",
}


def open_writer(path: Path, timeout_seconds: float | None = None) -> Writer:
    """
    Open the store to write, made and brought up to date if need be.

    Args:
        path: Where it lies.
        timeout_seconds: Seconds to wait for another program that writes.

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
    with translate_sqlite_errors(path):
        connection = sqlite3.connect(
            path,
            timeout=BUSY_TIMEOUT_SECONDS
            if timeout_seconds is None
            else timeout_seconds,
            isolation_level=None,
        )
        try:
            _check_usable(connection, path)
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
        with translate_sqlite_errors(path):
            connection = _connect_read_only(path)
            if needs_migration(connection):
                connection.close()
                open_writer(path).close()
                connection = _connect_read_only(path)
    except StoreFullError:
        with translate_sqlite_errors(path):
            connection = _connect_read_only(path, "&immutable=1")
    return Reader(connection)


def _connect_read_only(
    path: Path, uri_options: str = ""
) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro{uri_options}",
        uri=True,
        timeout=BUSY_TIMEOUT_SECONDS,
        isolation_level=None,
    )
    try:
        _check_usable(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_usable(connection: sqlite3.Connection, path: Path) -> None:
    """Let a store pass that is whole and that this version understands."""
    reject_newer(connection)
    if is_truncated(connection, path):
        raise _build_corrupt_error(path)


@contextmanager
def writer_with_short_timeout(path: Path) -> Iterator[Writer]:
    """
    Give a writer that waits for other programs no longer than can be borne.

    Raises:
        StoreError: As open_writer does, also in the block.
    """
    with (
        translate_sqlite_errors(path),
        closing(open_writer(path, _SHORT_TIMEOUT_SECONDS)) as writer,
    ):
        yield writer


@contextmanager
def checked_writer(path: Path) -> Iterator[Writer]:
    """
    Give a writer of a store that is looked through if need be.

    Need is unless a command has left it as it is now: a tray may have been
    killed, or another hand have changed it.

    Raises:
        StoreError: As open_writer does, also in the block.
    """
    is_clean = is_marked_clean(path)
    with translate_sqlite_errors(path), closing(open_writer(path)) as writer:
        if not is_clean:
            check_integrity(writer, path)
        yield writer
    mark_clean(path)


def check_integrity(writer: Writer, path: Path) -> None:
    """
    Let a store pass that is whole.

    Raises:
        StoreCorruptError: It is not.
    """
    if not is_intact(writer):
        raise _build_corrupt_error(path)


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


def release_memory(writer: Writer) -> None:
    """Give back the pages held since the last time, up to 2 MiB of them."""
    writer.execute("PRAGMA shrink_memory")


@contextmanager
def translate_sqlite_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors in the block into this program's own."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = get_error_code(error)
        if code in CORRUPT_CODES or _is_invalid_text(error):
            raise _build_corrupt_error(path) from error
        is_disk_full = (
            getattr(error, "sqlite_errorcode", 0) in _DISK_FULL_CODES
        )
        # A changed bit in its head can make a store longer than any disk.
        if is_disk_full and not (has_free_space(path) and is_damaged(path)):
            summary = f"There is no room left to write {path}."
            raise StoreFullError(summary, hint="Free some space.") from error
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            summary = f"Another program holds the store {path}."
            raise StoreLockedError(summary, hint="Try again later.") from error
        if is_damaged(path):
            raise _build_corrupt_error(path) from error
        summary = f"The store {path} cannot be used: {error}."
        hint = _HINT_BY_CODE.get(code, "Run `claude-tray doctor`.")
        raise StoreError(summary, hint=hint) from error
    except (ValueError, TypeError, OverflowError) as error:
        # What a changed bit turns a number or a text into.
        if is_damaged(path):
            raise _build_corrupt_error(path) from error
        raise


def _is_invalid_text(error: sqlite3.DatabaseError) -> bool:
    """Tell whether a text was read that is none, which has no code."""
    return isinstance(error, sqlite3.OperationalError) and not get_error_code(
        error
    )


def _build_corrupt_error(path: Path) -> StoreCorruptError:
    return StoreCorruptError(f"The store {path} is damaged.")
