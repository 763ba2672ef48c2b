"""Open the database for one writer and any number of readers."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final, NewType

from claude_tray.errors import (
    StoreCorruptError,
    StoreError,
    StoreFullError,
    StoreLockedError,
    gettext_noop,
)
from claude_tray.platform.private_files import (
    create_private_file,
    make_private_folder,
)
from claude_tray.platform.start_command import get_start_command
from claude_tray.store import integrity, migrations, repair, schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


# Two types, so that mypy refuses a write through a reader.
Writer = NewType("Writer", sqlite3.Connection)
Reader = NewType("Reader", sqlite3.Connection)

BUSY_TIMEOUT_SECONDS = 20.0
# For writers that must stay able to quit.
_SHORT_TIMEOUT_SECONDS: Final = 0.5

# Error codes of a full disk, extended ones included.
_DISK_FULL_CODES: Final = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMMAP,
)
_DEFAULT_HINT: Final = gettext_noop("Run `{command} doctor`.")
_HINT_BY_CODE: Final = {
    sqlite3.SQLITE_CANTOPEN: gettext_noop(
        "Check that you can read and write it."
    ),
    sqlite3.SQLITE_READONLY: gettext_noop(
        "Check that you can write to it and its folder."
    ),
}


def open_writer(path: Path, timeout_seconds: float | None = None) -> Writer:
    """
    Open the database for writing; create or migrate it if necessary.

    Args:
        path: Database file.
        timeout_seconds: How long to wait for other writers.

    Raises:
        StoreTooNewError: Written by a newer version; nothing was changed.
        StoreCorruptError: Not an intact SQLite file.
        StoreFullError: The disk is full.
        StoreLockedError: Another program was writing all the time.
        StoreError: The file cannot be opened.
    """
    try:
        make_private_folder(path.parent)
        # SQLite gives its other files the same mode.
        create_private_file(path)
    except OSError as error:
        raise StoreError(
            gettext_noop("Cannot create {path}: {reason}."),
            hint=gettext_noop("Set CLAUDE_TRAY_HOME."),
            path=path.parent,
            reason=error.strerror,
        ) from error
    _require_regular_files(path)
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
            # With WAL, NORMAL may lose the last commits on power failure but
            # cannot corrupt the file; transcripts are simply read again.
            connection.execute("PRAGMA synchronous = NORMAL")
            migrations.migrate(connection, path)
        except BaseException:
            connection.close()
            raise
    return Writer(connection)


def open_reader(path: Path) -> Reader:
    """
    Open an existing database for reading, in any thread or process.

    A database of an earlier version is migrated first. On a full disk it is
    opened as immutable, without the files shared by readers and writers.

    Raises:
        StoreTooNewError: Written by a newer version.
        StoreCorruptError: Not an intact SQLite file.
        StoreError: It does not exist yet or cannot be opened.
    """
    try:
        with translate_sqlite_errors(path):
            connection = _connect_read_only(path)
            if not _is_current(connection):
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
    _require_regular_files(path)
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


def _require_regular_files(path: Path) -> None:
    """
    Refuse a store that is a pipe or a device: opening it could block.

    Raises:
        StoreError: The database or one of its files is something else.
    """
    for suffix in ("", "-wal", "-shm", "-journal"):
        file = path.with_name(f"{path.name}{suffix}")
        if file.exists() and not file.is_file():
            raise StoreError(
                gettext_noop("The store {path} is not a regular file."),
                hint=gettext_noop("Remove it, or set CLAUDE_TRAY_HOME."),
                path=file,
            )


def _check_usable(connection: sqlite3.Connection, path: Path) -> None:
    """
    Check that a store is complete and not of a newer version.

    Raises:
        StoreTooNewError: A newer version wrote it.
        StoreCorruptError: The file is truncated.
    """
    if not _is_current(connection):
        migrations.reject_newer(connection)
    if is_truncated(connection, path):
        raise _build_corrupt_error(path)


def _is_current(connection: sqlite3.Connection) -> bool:
    """Check for the current schema, so that nothing needs to be migrated."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return bool(version == len(schema.MIGRATIONS))


def is_truncated(connection: sqlite3.Connection, path: Path) -> bool:
    """
    Check whether a store ends within a page.

    SQLite reads the missing bytes as zeros, without an error. While the
    write-ahead log has content it may hold that page, so nothing is checked.
    """
    if _get_file_size(path.with_name(f"{path.name}-wal")):
        return False
    (page_size,) = connection.execute("PRAGMA page_size").fetchone()
    return bool(_get_file_size(path) % page_size)


def _get_file_size(path: Path) -> int:
    """Return the size of a file; 0 if another process just deleted it."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def writer_with_short_timeout(path: Path) -> Iterator[Writer]:
    """
    Open a writer that waits only briefly for other programs.

    Raises:
        StoreError: As open_writer, also in the block.
    """
    with (
        translate_sqlite_errors(path),
        closing(open_writer(path, _SHORT_TIMEOUT_SECONDS)) as writer,
    ):
        yield writer


@contextmanager
def checked_writer(path: Path) -> Iterator[Writer]:
    """
    Open a writer, with an integrity check if necessary.

    It is skipped if the file is as the last command left it. Otherwise a tray
    may have been killed or something else has changed the file.

    Raises:
        StoreError: As open_writer, also in the block.
    """
    # A new file needs no check either.
    is_clean = not path.exists() or integrity.is_marked_clean(path)
    with translate_sqlite_errors(path), closing(open_writer(path)) as writer:
        if not is_clean:
            check_integrity(writer, path)
        yield writer
    integrity.mark_clean(path)


def check_integrity(writer: Writer, path: Path) -> None:
    """
    Raise if the database is damaged; repair values that are impossible.

    Raises:
        StoreCorruptError: It is damaged.
    """
    if not integrity.is_intact(writer):
        raise _build_corrupt_error(path)
    with transaction(writer):
        repair.repair_values(writer)


@contextmanager
def transaction(writer: Writer) -> Iterator[None]:
    """Commit all writes of the block, or none."""
    writer.execute("BEGIN IMMEDIATE")
    try:
        yield
        writer.execute("COMMIT")
    except BaseException:
        # A no-op if SQLite has rolled back because of a full disk.
        writer.rollback()
        raise


def release_memory(writer: Writer) -> None:
    """Free the page cache, up to 2 MiB."""
    writer.execute("PRAGMA shrink_memory")


@contextmanager
def translate_sqlite_errors(path: Path) -> Iterator[None]:
    """Translate SQLite's errors in the block to errors of this program."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = integrity.get_error_code(error)
        if code in integrity.CORRUPT_CODES or _is_invalid_text(error):
            raise _build_corrupt_error(path) from error
        is_disk_full = (
            getattr(error, "sqlite_errorcode", 0) in _DISK_FULL_CODES
        )
        # A flipped bit in the header can ask for more space than any disk has.
        if is_disk_full and not (
            integrity.has_free_space(path) and integrity.is_damaged(path)
        ):
            raise StoreFullError(
                gettext_noop("The disk is full: cannot write {path}."),
                hint=gettext_noop("Free some space."),
                path=path,
            ) from error
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StoreLockedError(
                gettext_noop("Another program is using the database {path}."),
                hint=gettext_noop("Try again later."),
                path=path,
            ) from error
        if integrity.is_damaged(path):
            raise _build_corrupt_error(path) from error
        raise StoreError(
            gettext_noop("Cannot use the database {path}: {reason}."),
            hint=_HINT_BY_CODE.get(code, _DEFAULT_HINT),
            path=path,
            reason=error,
            command=get_start_command(),
        ) from error
    except (ValueError, TypeError, OverflowError) as error:
        # Raised if a flipped bit has changed a number or text.
        explained = _explain_value_error(path)
        if explained is None:
            raise
        raise explained from error


def _explain_value_error(path: Path) -> StoreError | None:
    """Return why a value cannot be used; None if it is not the store's."""
    if integrity.is_damaged(path):
        return _build_corrupt_error(path)
    try:
        with closing(open_writer(path)) as writer, transaction(writer):
            is_repaired = repair.repair_values(writer) > 0
    except (sqlite3.DatabaseError, StoreError):
        return None
    return (
        StoreError(
            gettext_noop("The database {path} had impossible values."),
            hint=gettext_noop("They were repaired: try again."),
            path=path,
        )
        if is_repaired
        else None
    )


def _is_invalid_text(error: sqlite3.DatabaseError) -> bool:
    """Return whether text is not valid UTF-8: that error has no code."""
    return isinstance(
        error, sqlite3.OperationalError
    ) and not integrity.get_error_code(error)


def _build_corrupt_error(path: Path) -> StoreCorruptError:
    return StoreCorruptError(
        gettext_noop("The database {path} is damaged."), path=path
    )
