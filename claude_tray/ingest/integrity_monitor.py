"""Check that the database still exists and is intact."""

from __future__ import annotations

import logging
import traceback
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from claude_tray.core.snapshot import Snapshot
from claude_tray.errors import StoreError
from claude_tray.ingest.accounts import cached_accounts, list_accounts
from claude_tray.store.connection import (
    check_integrity,
    open_reader,
    translate_sqlite_errors,
)
from claude_tray.store.metadata import get_file_identity
from claude_tray.store.outbox import get_last_seq
from claude_tray.store.snapshot import SnapshotBuilder

if TYPE_CHECKING:
    from datetime import date, datetime

    from claude_tray.ingest.config import EngineConfig
    from claude_tray.store.connection import Writer


_log = logging.getLogger(__name__)


class IntegrityMonitor:
    """
    Looks after a store while it is open.

    Args:
        path: Where it lies.
        writer: It.
    """

    def __init__(self, path: Path, writer: Writer) -> None:
        self._path = path
        self._writer = writer
        self._file_id = get_file_identity(path)
        self._last_checked: date | None = None
        self._is_new = not get_last_seq(writer)

    def is_database_missing(self) -> bool:
        """Tell whether the store was taken away, or another put there."""
        is_missing = get_file_identity(self._path) != self._file_id
        if is_missing:
            _log.warning("The store was taken away")
        return is_missing

    def check(self, now: datetime) -> None:
        """
        Look through the whole store, at first and once a day.

        What a changed bit has harmed may not be met otherwise for months. A
        store that was only made in this sitting waits for the next day, so
        that the lines after a first load are not kept waiting.

        Raises:
            StoreCorruptError: It is not whole.
        """
        if self._last_checked != now.date():
            is_due = self._last_checked is not None or not self._is_new
            self._last_checked = now.date()
            if is_due:
                check_integrity(self._writer, self._path)


def describe_failure(error: Exception) -> str:
    """Say for people why the store is not used; nothing of its content."""
    if isinstance(error, StoreError):
        return f"{error.summary} {error.hint}".strip()
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"claude-tray has a fault of its own: {type(error).__name__} in"
        f" {Path(frame.filename).name}, line {frame.lineno}. Please report it."
    )


def load_last_snapshot(
    path: Path, config: EngineConfig, now: datetime
) -> Snapshot:
    """Return what a store holds that cannot be written, if that is known."""
    try:
        with (
            closing(open_reader(path)) as reader,
            translate_sqlite_errors(path),
        ):
            accounts = list_accounts(cached_accounts(reader, config))
            return SnapshotBuilder(reader).build(accounts, now)
    except StoreError:
        return Snapshot(now)
