"""The engine's loop."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from claude_tray.engine.accounts import accounts_of, identified
from claude_tray.engine.batches import batches, uncollected
from claude_tray.engine.gain import Gain
from claude_tray.engine.inbox import Choose, Do, FileTouched, Rescan, Stop
from claude_tray.engine.intake import Intake
from claude_tray.engine.notices import Notices, notices_of
from claude_tray.engine.official import absorb, absorb_fetched
from claude_tray.engine.rounds import Rounds
from claude_tray.engine.settle import settle
from claude_tray.engine.upkeep import Upkeep, last_known, reason_of
from claude_tray.errors import ClaudeTrayError, StoreCorruptError
from claude_tray.store.connection import impatient_writer, shrink
from claude_tray.store.repair import set_aside
from claude_tray.store.snapshots import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from claude_tray.engine.batches import Todo
    from claude_tray.engine.board import Board
    from claude_tray.engine.choices import Choices
    from claude_tray.engine.inbox import Inbox, Message
    from claude_tray.store.connection import Writer

_log = logging.getLogger(__name__)

# After the store could not be used.
AGAIN_SECONDS: Final = 5.0


def now_utc() -> datetime:
    return datetime.now(UTC)


class Engine:
    """
    Reads transcripts, writes the store, posts snapshots. Owns the writer.

    Args:
        path: The store.
        inbox: What it is asked to do.
        board: Where it posts.
        choices: What it works by.
        attach: Told at each look which folders are followed and how many
            there are in them; returns why not every change will be told.
        clock: The time.

    Attributes:
        problem: Why the store cannot be used; empty while it can.
    """

    def __init__(
        self,
        path: Path,
        inbox: Inbox,
        board: Board,
        choices: Choices,
        attach: Callable[[Iterable[Path], int], str],
        clock: Callable[[], datetime] = now_utc,
    ) -> None:
        self._path = path
        self._inbox = inbox
        self._board = board
        self._choices = choices
        self._attach = attach
        self._clock = clock
        self.problem = ""
        self._note = ""
        self._notices = Notices()
        self._rounds = Rounds()
        self._untold = ""
        self._is_told = True

    def run(self) -> None:
        """Work until the inbox says Stop."""
        stopped = False
        while not stopped:
            try:
                stopped = self._use_the_store()
            except Exception as error:  # noqa: BLE001 - see `_fail`
                self._fail(error)
                stopped = self._inbox.is_stopping(within=AGAIN_SECONDS)

    def _fail(self, error: Exception) -> None:
        """Say why nothing is read for now; else old figures were shown on."""
        self.problem = reason_of(error)
        _log.warning("The store cannot be used error=%s", self.problem)
        known = self._board.newest()
        last = known or last_known(self._path, self._choices, self._clock())
        self._board.post(replace(last, problem=self.problem))

    def _use_the_store(self) -> bool:
        try:
            with impatient_writer(self._path) as writer:
                return self._work(writer)
        except StoreCorruptError as error:
            self._set_aside(error)
            return False

    def _work(self, writer: Writer) -> bool:
        """Return whether the end was asked for; else the store is gone."""
        self._intake = self._intake_of(writer)
        self._snapshots = Snapshots(writer)
        self.problem = ""
        upkeep = Upkeep(self._path, writer)
        self._take_all(writer)
        upkeep.check(self._clock())
        while not self._inbox.is_stopping():
            message = self._inbox.take(self._rounds.patience())
            if message == Stop():
                return True
            is_asked = isinstance(message, Rescan)
            if (is_asked or self._rounds.is_due()) and upkeep.is_gone():
                self._inbox.put(message or Rescan())
                return False
            if message is not None:
                self._handle(message, writer)
            if self._rounds.is_due():
                self._make_round(writer)
                upkeep.check(self._clock())
        return True

    def _make_round(self, writer: Writer) -> None:
        was_told = self._is_told
        gain = self._take_all(writer)
        if gain.files_read and was_told and self._rounds.missed():
            _log.warning("Changes were not told files=%d", gain.files_read)

    def _handle(self, message: Message, writer: Writer) -> None:
        if isinstance(message, FileTouched):
            self._rounds.told()
            gain = Gain()
            for batch in batches(self._intake.look_at(message.path)):
                gain = gain.plus(self._take(batch))
            has_heard = absorb(writer, self._choices, self._now_ms())
            if has_heard or gain.files_read:
                self._post()
        elif isinstance(message, Do):
            self._do(message, writer)
        else:
            if isinstance(message, Choose):
                self._choices = message.choices
                self._intake = self._intake_of(writer)
            gain = self._take_all(writer)
            if isinstance(message, Rescan) and message.done:
                message.done(gain)

    def _intake_of(self, writer: Writer) -> Intake:
        return Intake(writer, self._choices.folders, self._choices.prices)

    def _do(self, message: Do, writer: Writer) -> None:
        try:
            message.work(writer)
        except ClaudeTrayError as error:
            _log.warning("Could not do what was asked error=%s", error)

    def _take_all(self, writer: Writer) -> Gain:
        """Look at every file and read what is new, the newest first."""
        self._rounds.begin()
        todo = self._look(writer)
        whole = sum(item.size for item in todo)
        read, gain = 0, Gain()
        with uncollected():
            for batch in batches(todo):
                if self._inbox.is_stopping():
                    break
                read += sum(item.size for item in batch)
                gain = gain.plus(self._take(batch))
                if read < whole:
                    self._post(read / whole)
        absorb(writer, self._choices, self._now_ms())
        for _ in settle(writer, self._choices, self._now_ms()):
            if self._inbox.is_stopping():
                break
            self._snapshots.changed(0)
        self._notices = notices_of(writer, self._choices, self._now_ms())
        self._post()
        shrink(writer)
        self._rounds.end(
            self._choices.look_seconds,
            is_well=self._is_told and not self._intake.unreadable,
        )
        return gain

    def _look(self, writer: Writer) -> list[Todo]:
        self._choices = identified(writer, self._choices)
        self._intake.follow(self._choices.folders)
        absorb_fetched(writer, self._choices, self._now_ms())
        absorb(writer, self._choices, self._now_ms())
        todo = self._intake.look()
        folders = [folder.path for folder in self._choices.folders]
        seen = self._intake.folders_seen
        untold = self._attach(folders, seen)
        if untold and not self._untold:
            _log.warning("Not every change will be told: %s", untold)
        self._untold, self._is_told = untold, seen > 0 and not untold
        return todo

    def _now_ms(self) -> int:
        return int(self._clock().timestamp() * 1000)

    def _take(self, batch: Sequence[Todo]) -> Gain:
        gain = self._intake.take(batch)
        if gain.first_ms is not None:
            self._snapshots.changed(gain.first_ms)
        bad, too_long = gain.bad_lines, gain.too_long
        if bad or too_long:
            # Never the line itself: a transcript is the user's own words.
            _log.warning("Skipped lines bad=%d too_long=%d", bad, too_long)
        return gain

    def _post(self, reading: float | None = None) -> None:
        snapshot = self._snapshots.current(
            accounts_of(self._choices),
            self._clock(),
            is_provisional=reading is not None,
        )
        problem = (
            self.problem
            or self._intake.trouble()
            or self._choices.trouble
            or self._note
        )
        self._board.post(
            replace(
                snapshot,
                reading=reading,
                problem=problem,
                is_unreadable=bool(self._intake.unreadable),
                **self._notices._asdict(),
            ),
        )

    def _set_aside(self, error: StoreCorruptError) -> None:
        aside = set_aside(self._path, self._clock())
        _log.error("Set the damaged store aside error=%s", error)
        self._note = (
            f"The store was damaged and is read anew from the transcripts; "
            f"what they no longer hold lies in {aside.name}."
        )
