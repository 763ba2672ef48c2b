"""Forwarding beside the engine; nothing of it is there while it is off."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from claude_tray.engine.errands import Errands

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claude_tray.engine.board import Board
    from claude_tray.engine.inbox import Inbox
    from claude_tray.sync.dispatch import Dispatch, Means
    from claude_tray.sync.forwarder import Forwarder

    # Makes what sends, of what is at hand for it.
    Make = Callable[[Means], Dispatch]


class Forwarding:
    """
    Switches forwarding on and off.

    Args:
        store: Where the records are.
        inbox: The engine's, which writes.
        board: Where it is told how forwarding stands.
    """

    def __init__(self, store: Path, inbox: Inbox, board: Board) -> None:
        self._store = store
        self._board = board
        self._errands = Errands(inbox, store)
        self._forwarder: Forwarder | None = None

    def choose(self, make: Make | None) -> None:
        """Forward by other choices; None: not at all."""
        if self._forwarder is None:
            if make is None:
                return
            self._forwarder = self._started()
        forwarder = self._forwarder
        bound = None if make is None else self._bound(make, forwarder)
        forwarder.choose(bound)

    def ask(self) -> None:
        """Send at once what waits."""
        if self._forwarder is not None:
            self._forwarder.ask()

    def stop(self) -> None:
        """End within a second; the engine must still be running."""
        self._errands.end()
        if self._forwarder is not None:
            self._forwarder.stop()

    def _started(self) -> Forwarder:
        # Late: most people forward nothing.
        from claude_tray.sync.forwarder import Forwarder  # noqa: PLC0415

        forwarder = Forwarder(self._store, self._board.tell_sync)
        self._board.heard = forwarder.heard
        forwarder.start()
        return forwarder

    def _bound(
        self,
        make: Make,
        forwarder: Forwarder,
    ) -> Callable[[], Dispatch]:
        from claude_tray.sync.dispatch import Means  # noqa: PLC0415

        means = Means(
            self._store,
            self._errands.run,
            self._as_of,
            forwarder.arrived,
        )
        return lambda: make(means)

    def _as_of(self) -> int:
        """Return when transcripts were last looked at."""
        newest = self._board.newest()
        moment = newest.taken_at.timestamp() if newest else time.time()
        return int(moment * 1000)
