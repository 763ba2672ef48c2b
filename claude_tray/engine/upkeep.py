"""Whether the store is still there, and still whole."""

from __future__ import annotations

import logging
import traceback
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from claude_tray.domain.snapshot import Snapshot
from claude_tray.engine.accounts import accounts_of, recalled
from claude_tray.errors import StoreError
from claude_tray.store.connection import explained, look_through, open_reader
from claude_tray.store.identity import file_of
from claude_tray.store.outbox import last_seq
from claude_tray.store.snapshots import Snapshots

if TYPE_CHECKING:
    from datetime import date, datetime

    from claude_tray.engine.choices import Choices
    from claude_tray.store.connection import Writer


_log = logging.getLogger(__name__)


class Upkeep:
    """
    Looks after a store while it is open.

    Args:
        path: Where it lies.
        writer: It.
    """

    def __init__(self, path: Path, writer: Writer) -> None:
        self._path = path
        self._writer = writer
        self._file = file_of(path)
        self._checked: date | None = None
        self._is_new = not last_seq(writer)

    def is_gone(self) -> bool:
        """Tell whether the store was taken away, or another put there."""
        is_gone = file_of(self._path) != self._file
        if is_gone:
            _log.warning("The store was taken away")
        return is_gone

    def check(self, now: datetime) -> None:
        """
        Look through the whole store, at first and once a day.

        What a changed bit has harmed may not be met otherwise for months. A
        store that was only made in this sitting waits for the next day, so
        that the lines after a first load are not kept waiting.

        Raises:
            StoreCorruptError: It is not whole.
        """
        if self._checked != now.date():
            is_due = self._checked is not None or not self._is_new
            self._checked = now.date()
            if is_due:
                look_through(self._writer, self._path)


def reason_of(error: Exception) -> str:
    """Say for people why the store is not used; nothing of its content."""
    if isinstance(error, StoreError):
        return f"{error.summary} {error.hint}".strip()
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"claude-tray has a fault of its own: {type(error).__name__} in"
        f" {Path(place.filename).name}, line {place.lineno}. Please report it."
    )


def last_known(path: Path, choices: Choices, now: datetime) -> Snapshot:
    """Return what a store holds that cannot be written, if that is known."""
    try:
        with closing(open_reader(path)) as reader, explained(path):
            accounts = accounts_of(recalled(reader, choices))
            return Snapshots(reader).current(accounts, now)
    except StoreError:
        return Snapshot(now)
