"""Tells what the policy wants told, with a tray or without one."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.desktop.notice_file import read_memory, write_memory
from claude_tray.desktop.notify import Message
from claude_tray.domain.notice import Kind, Memory, Moment
from claude_tray.domain.notice_policy import is_muted, judge, muted
from claude_tray.tray.wants import wants_of
from claude_tray.words.notice import Speech, said_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claude_tray.desktop.notify import Notifier
    from claude_tray.domain.snapshot import Snapshot
    from claude_tray.engine.board import Board
    from claude_tray.tray.manner import Manner

_LOOK_SECONDS: Final = 60.0
_URGENT: Final = (Kind.LIMIT, Kind.WEEK_LIMIT)


class Herald:
    """
    Looks at every new snapshot, and once a minute, and tells.

    Args:
        board: Where snapshots are posted.
        path: Where is kept what was told.
        notifier: Shows messages.
        manner: Returns how the person wants things now.
        on_muted: Told whether nothing is told until the reset.
    """

    def __init__(
        self,
        board: Board,
        path: Path,
        notifier: Notifier,
        manner: Callable[[], Manner],
        on_muted: Callable[[bool], None],
    ) -> None:
        self._board = board
        self._path = path
        self._notifier = notifier
        self._manner = manner
        self._on_muted = on_muted
        self._memory = read_memory(path).lasting()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._follow, name="herald")

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        """Wait for the end of the board, and end."""
        if self._thread.ident is not None:
            self._thread.join()
        self._notifier.close()

    def mute(self) -> None:
        """Tell nothing until the reset."""
        snapshot = self._board.newest()
        if snapshot is not None:
            with self._lock:
                self._keep(muted(self._memory, moment_of(snapshot)))
            self._on_muted(True)  # noqa: FBT003 - a fact

    def unmute(self) -> None:
        with self._lock:
            self._keep(self._memory._replace(muted_until_ms=0))
        self._on_muted(False)  # noqa: FBT003 - a fact

    def tell_trouble(self, summary: str, hint: str) -> None:
        """Tell that what a person asked for cannot be done."""
        self._notifier.send(Message(summary, hint))

    def _follow(self) -> None:
        edition, snapshot = 0, None
        while not self._board.has_ended:
            news = self._board.read_after(edition, _LOOK_SECONDS)
            if news is not None:
                edition, snapshot = news
            if snapshot is not None and snapshot.reading is None:
                self._look(snapshot)

    def _look(self, snapshot: Snapshot) -> None:
        moment, manner = moment_of(snapshot), self._manner()
        with self._lock:
            memory, notice = judge(
                self._memory,
                moment,
                wants_of(manner.settings),
            )
            self._keep(memory)
        self._on_muted(is_muted(memory, moment.now_ms))
        if notice is not None:
            speech = Speech(moment.now, None, manner.tongue)
            title, body = said_of(notice, speech)
            click = manner.tongue.say("Show stats")
            is_urgent = notice.kind in _URGENT
            self._notifier.send(Message(title, body, click, is_urgent))

    def _keep(self, memory: Memory) -> None:
        if memory.lasting() != self._memory.lasting():
            write_memory(self._path, memory)
        self._memory = memory


def moment_of(snapshot: Snapshot, now: datetime | None = None) -> Moment:
    """Return a snapshot at a moment; without one: at this one, here."""
    now = now or datetime.now(UTC)
    local = now.astimezone()
    tomorrow = local.date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time()).astimezone()
    minute = local.hour * 60 + local.minute
    return Moment(snapshot, now, minute, midnight)
