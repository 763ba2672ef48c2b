"""Check that the database still exists and is intact."""

from __future__ import annotations

import logging
from contextlib import closing
from typing import TYPE_CHECKING

from claude_tray.core.snapshot import Snapshot
from claude_tray.errors import InternalError, Problem, StoreError, gettext_noop
from claude_tray.ingest.config import (
    EngineConfig,
    cached_accounts,
    list_accounts,
)
from claude_tray.store.connection import (
    Writer,
    check_integrity,
    open_reader,
    translate_sqlite_errors,
)
from claude_tray.store.metadata import get_file_identity
from claude_tray.store.outbox import get_last_seq
from claude_tray.store.snapshot import SnapshotBuilder

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path


_log = logging.getLogger(__name__)


class IntegrityMonitor:
    """
    Checks an open database once a day.

    Args:
        path: Database file.
        writer: The open connection.
    """

    def __init__(self, path: Path, writer: Writer) -> None:
        self._path = path
        self._writer = writer
        self._file_id = get_file_identity(path)
        self._last_checked: date | None = None
        self._is_new = not get_last_seq(writer)

    def is_database_missing(self) -> bool:
        """Return whether the file was deleted or replaced."""
        is_missing = get_file_identity(self._path) != self._file_id
        if is_missing:
            _log.warning("The database file was deleted or replaced")
        return is_missing

    def check(self, now: datetime) -> None:
        """
        Check the whole database, at first and once a day.

        A flipped bit may go unnoticed for months otherwise. A database that
        was created by this process is first checked on the next day: a
        check right after the first load would delay new lines.

        Raises:
            StoreCorruptError: The database is damaged.
        """
        if self._last_checked != now.date():
            is_due = self._last_checked is not None or not self._is_new
            self._last_checked = now.date()
            if is_due:
                check_integrity(self._writer, self._path)


def describe_failure(error: Exception) -> Problem:
    """Return for users why the store cannot be used, without its content."""
    if isinstance(error, StoreError):
        return Problem(error)
    return Problem(InternalError.from_error(error))


def describe_recovery(copy_name: str) -> Problem:
    """Return for users that the store is rebuilt; `copy_name` is a file."""
    return Problem(
        StoreError(
            gettext_noop(
                "The store was damaged and is rebuilt from the transcripts"
                " and from the damaged copy, {name}."
            ),
            name=copy_name,
        )
    )


def load_last_snapshot(
    path: Path, config: EngineConfig, now: datetime
) -> Snapshot:
    """Build a snapshot of a store that cannot be written, if readable."""
    try:
        with (
            closing(open_reader(path)) as reader,
            translate_sqlite_errors(path),
        ):
            accounts = list_accounts(cached_accounts(reader, config))
            return SnapshotBuilder(reader).build(accounts, now)
    except StoreError:
        return Snapshot.without_store(now)
