"""Let one process at a time migrate the database."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.db import connection

from claude_tray.errors import StoreError
from claude_tray.platform.file_lock import FileLock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper


# Any number that no other program locks in this database.
_LOCK_KEY: Final = 0x636C_6175_6465
_PARTITIONING_KEY: Final = _LOCK_KEY + 1
_TRY_LOCK_SQL: Final = "SELECT pg_try_advisory_xact_lock(%s)"
_POLL_SECONDS: Final = 0.2
# A migration of a large database takes minutes.
_TIMEOUT_SECONDS: Final = 600
_TIMEOUT_SUMMARY: Final = "Another process is migrating the database."
_TIMEOUT_HINT: Final = "Wait until it has finished."


@contextmanager
def lock_migrations() -> Iterator[None]:
    """
    Wait until no other process migrates this database, and keep others out.

    Raises:
        StoreError: Another process has been migrating for ten minutes.
    """
    if connection.vendor == "postgresql":
        with _lock_postgresql():
            yield
        return
    database = Path(connection.settings_dict["NAME"])
    lock = FileLock(database.with_name(f"{database.name}.migrate-lock"))
    if not lock.acquire(_TIMEOUT_SECONDS):
        raise StoreError(_TIMEOUT_SUMMARY, hint=_TIMEOUT_HINT)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _lock_postgresql() -> Iterator[None]:
    """
    Hold an advisory lock in a transaction of its own connection.

    A lock of the session would not work through a pool of transactions. For
    the same reason nobody waits inside a transaction: that would occupy the
    pool's connections, which the one who migrates needs.
    """
    lock_connection = connection.copy()
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    with closing(lock_connection):
        while not _try_lock(lock_connection, _LOCK_KEY):
            if time.monotonic() > deadline:
                raise StoreError(_TIMEOUT_SUMMARY, hint=_TIMEOUT_HINT)
            time.sleep(_POLL_SECONDS)
        yield


@contextmanager
def try_partitioning_lock() -> Iterator[bool]:
    """Say whether no other process moves tables, and keep others out."""
    lock_connection = connection.copy()
    with closing(lock_connection):
        yield _try_lock(lock_connection, _PARTITIONING_KEY)


def _try_lock(lock_connection: BaseDatabaseWrapper, key: int) -> bool:
    """Begin a transaction with the lock; end it if there is none."""
    lock_connection.set_autocommit(False)
    with lock_connection.cursor() as cursor:
        cursor.execute(_TRY_LOCK_SQL, [key])
        (is_locked,) = cursor.fetchone()
    if not is_locked:
        lock_connection.rollback()
    return bool(is_locked)
