"""Reads the store for the popup, and notices when it has changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.domain.snapshot import Snapshot
from claude_tray.domain.window import Rule
from claude_tray.engine.accounts import accounts_of, recalled
from claude_tray.engine.choices import Choices, Folder
from claude_tray.engine.notices import notices_of
from claude_tray.errors import SettingsError, StoreError
from claude_tray.popup.figures import Figures, last_days, of_window
from claude_tray.popup.order import Volatile
from claude_tray.settings.file import read_settings
from claude_tray.settings.parse import Settings
from claude_tray.settings.prices import load_table
from claude_tray.store.connection import explained, open_reader
from claude_tray.store.identity import file_of
from claude_tray.store.snapshots import Snapshots

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from claude_tray.popup.order import Show
    from claude_tray.store.connection import Reader

_EDITION: Final = "PRAGMA data_version"


class Source:
    """
    What the popup shows, as long as it is shown.

    Args:
        show: Where everything lies.
        zone: Where days begin; None is this machine's.
    """

    def __init__(self, show: Show, zone: tzinfo | None = None) -> None:
        self.volatile = Volatile()
        self.settings = settings_in(show.settings)
        self._store = Path(show.store)
        self._zone = zone
        self._choices = _choices(show, self.settings)
        self._open: tuple[Reader, Snapshots] | None = None
        self._edition = 0
        self._file: tuple[int, int] | None = None

    def close(self) -> None:
        if self._open is not None:
            self._open[0].close()
            self._open = None

    def has_changed(self) -> bool:
        """Tell whether another process has written since the last look."""
        try:
            with explained(self._store):
                return self._has_changed()
        except StoreError:
            # Whoever asks for the figures is told.
            return False

    def _has_changed(self) -> bool:
        opened = self._opened()
        if opened is None:
            return False
        reader, snapshots = opened
        (edition,) = reader.execute(_EDITION).fetchone()
        before, self._edition = self._edition, edition
        if before == edition:
            return False
        snapshots.changed(0)
        return True

    def figures(self, name: str, now: datetime) -> Figures:
        """
        Return what is known; a store that cannot be read says so.

        Args:
            name: Of the account that is looked at; another one's if there
                is none of that name.
            now: The moment.
        """
        try:
            with explained(self._store):
                return self._figures(name, now)
        except StoreError as error:
            problem = f"{error.summary} {error.hint}".strip()
            snapshot = self._with_volatile(Snapshot(taken_at=now))
            return Figures(replace(snapshot, problem=problem))

    def _figures(self, name: str, now: datetime) -> Figures:
        opened = self._opened()
        if opened is None:
            return Figures(self._with_volatile(Snapshot(taken_at=now)))
        reader, snapshots = opened
        accounts = accounts_of(recalled(reader, self._choices))
        notices = notices_of(reader, self._choices, _millis(now))
        snapshot = replace(
            snapshots.current(accounts, now),
            **notices._asdict(),
        )
        names = [profile.name for profile in snapshot.profiles]
        shown = name if name in names else (names or [""])[0]
        by_name = {account.name: account for account in accounts}
        return Figures(
            self._with_volatile(snapshot),
            of_window(reader, by_name[shown], self._choices.prices, now),
            last_days(reader, now, self._zone),
        )

    def _with_volatile(self, snapshot: Snapshot) -> Snapshot:
        return replace(
            snapshot,
            reading=self.volatile.reading,
            problem=self.volatile.problem or snapshot.problem,
            sync=self.volatile.sync,
            is_demo=self.volatile.is_demo,
        )

    def _opened(self) -> tuple[Reader, Snapshots] | None:
        """Return the reader; None while there is no store yet."""
        file = file_of(self._store)
        if file != self._file:
            # A damaged one is set aside, and another made.
            self.close()
            self._file = file
        if self._open is None and file is not None:
            reader = open_reader(self._store)
            self._open = reader, Snapshots(reader, self._zone)
        return self._open


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def settings_in(path: str) -> Settings:
    """Return a person's choices; the tray has told what is wrong of them."""
    try:
        return read_settings(Path(path))
    except SettingsError:
        return Settings()


def _choices(show: Show, settings: Settings) -> Choices:
    rule = settings.window_rule
    return Choices(
        tuple(Folder(Path(path), name=name) for path, name in show.folders),
        load_table(settings.cost_table, settings.prices),
        None if rule == "auto" else Rule(rule),
    )
