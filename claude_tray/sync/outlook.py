"""What waits, since when, and when it is sent."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

from claude_tray.store import destinations, outbox
from claude_tray.store.connection import explained, open_reader
from claude_tray.sync.dispatch import now_ms
from claude_tray.sync.patience import ALIVE_SECONDS, due_in, still_to_wait
from claude_tray.sync.policy import Kind, State
from claude_tray.sync.state import state_of

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.domain.snapshot import SyncState
    from claude_tray.store.destinations import Destination
    from claude_tray.sync.dispatch import Dispatch


class Outlook:
    """
    Looks at the store for one destination.

    Args:
        store: Where the records are.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._first_seen: float | None = None
        self._tried_at = -ALIVE_SECONDS

    @property
    def gathers(self) -> bool:
        """Something waits already: more of it changes nothing."""
        return self._first_seen is not None

    def look(self, dispatch: Dispatch) -> tuple[Destination, SyncState]:
        """
        Return how the destination stands, and see whether anything waits.

        Raises:
            StoreError: The store cannot be read.
        """
        url, store = dispatch.url, self._store
        with closing(open_reader(store)) as reader, explained(store):
            known = destinations.find(reader, url)
            waiting = outbox.waiting(reader, url, known.acked_seq)
            aside = len(destinations.all_aside(reader, url))
            has_more = outbox.last_seq(reader) > known.acked_seq
        if not has_more:
            self._first_seen = None
        elif self._first_seen is None:
            self._first_seen = time.monotonic()
        return known, state_of(known, waiting, aside)

    def tried(self) -> None:
        """Let what still waits gather anew."""
        self._tried_at = self._first_seen = time.monotonic()

    def due(self, dispatch: Dispatch, known: Destination) -> float | None:
        """Return the seconds until something is sent; None: not by itself."""
        is_refused = known.state == State.SIGN_IN
        if is_refused and known.refused == dispatch.fingerprint:
            return None
        rest = still_to_wait(known.not_before_ms, now_ms())
        now = time.monotonic()
        since = now - self._tried_at
        kind = Kind(known.kind) if known.kind else None
        if self._first_seen is not None:
            age, rhythm = now - self._first_seen, dispatch.plan.rhythm
            return max(rest, due_in(kind, age, since, rhythm))
        if kind is not Kind.CHANGES:
            return None
        return max(rest, ALIVE_SECONDS - since)
