"""
Let one thread at a time store a user's data, without any thread waiting.

Many machines of one user would otherwise hold all threads of the server while
they wait for the user's lock, and other users would wait for a thread.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from django.db import connection

from claude_tray.errors import ClaudeTrayError
from claude_tray.platform.file_lock import FileLock
from claude_tray.server.usage.bulk_sql import is_postgres, try_lock_user

if TYPE_CHECKING:
    from collections.abc import Iterator


# SQLite has one writer for all users; each holds it for a moment only.
_SQLITE_WAIT_MS: Final = 1_000
_TURN_POLL_SECONDS: Final = 0.002
_guard: Final = Lock()
_storing: Final[set[int]] = set()


class UserBusyError(ClaudeTrayError):
    """Another request is storing this user's data; try again later."""


def lock_idle_user(user_id: int) -> None:
    """
    Lock a user's data as `bulk_sql.lock_user`, without waiting.

    Raises:
        UserBusyError: Another process is storing it.
    """
    if not try_lock_user(user_id):
        raise _build_busy_error()


def _build_busy_error() -> UserBusyError:
    summary = "Another machine of this user is sending."
    return UserBusyError(summary, hint="Try again later.")


@contextmanager
def claim_user_slot(user_id: int) -> Iterator[None]:
    """
    Claim the right to store a user's data.

    Raises:
        UserBusyError: Another thread, or on SQLite another process, has it.
    """
    with _guard:
        if user_id in _storing:
            raise _build_busy_error()
        _storing.add(user_id)
    try:
        if is_postgres():
            yield
        else:
            with _claim_file(user_id), _short_wait():
                yield
    finally:
        with _guard:
            _storing.discard(user_id)


@contextmanager
def _claim_file(user_id: int) -> Iterator[None]:
    """
    Keep other processes from storing the same user's data.

    Each would otherwise have a writer of that user, and SQLite lets the
    first that asks write next: other users would wait for very long.
    """
    lock = _build_lock(f"user-{user_id}")
    if not lock.acquire():
        raise _build_busy_error()
    try:
        yield
    finally:
        lock.release()


def _build_lock(name: str) -> FileLock:
    database = Path(connection.settings_dict["NAME"])
    return FileLock(database.with_name(f"{database.name}.{name}.lock"))


@contextmanager
def take_writer_turn() -> Iterator[None]:
    """
    Wait briefly until no other upload writes to SQLite, in any process.

    While it waits for its own lock, SQLite asks for it every 25 to 100 ms.
    Uploads of one user that follow each other leave it free for a shorter
    time, and others would find it taken again. So they ask more often.
    """
    if is_postgres():
        yield
        return
    lock = _build_lock("writer")
    has_turn = lock.acquire(_SQLITE_WAIT_MS / 1000, _TURN_POLL_SECONDS)
    try:
        # Otherwise SQLite says whether it can be written.
        yield
    finally:
        if has_turn:
            lock.release()


@contextmanager
def _short_wait() -> Iterator[None]:
    """Wait briefly only if another process writes to SQLite."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (usual_ms,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {_SQLITE_WAIT_MS}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {int(usual_ms)}")
