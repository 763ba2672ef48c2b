"""The thread that forwards usage while the tray runs."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.snapshot import SyncPhase, SyncState
from claude_tray.errors import ClaudeTrayError, StoreError
from claude_tray.store import destinations, outbox
from claude_tray.store.connection import explained, open_reader
from claude_tray.sync.dispatch import BusyError, now_ms
from claude_tray.sync.patience import (
    ALIVE_SECONDS,
    due_in,
    still_to_wait,
)
from claude_tray.sync.policy import Kind, State
from claude_tray.sync.state import state_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claude_tray.store.destinations import Destination
    from claude_tray.sync.dispatch import Dispatch

_log = logging.getLogger(__name__)

_JOIN_SECONDS: Final = 1.0
# What could not be begun, as without a store or a token, is tried again.
_AGAIN_SECONDS: Final = 30.0
_OFF: Final = SyncState()


class News(NamedTuple):
    """What the thread was woken for."""

    is_new: bool
    is_asked: bool


class Forwarder:
    """
    Sleeps until something is due, sends it, and says how it stands.

    Args:
        store: Where the records are.
        post: Told how forwarding stands.
    """

    def __init__(
        self,
        store: Path,
        post: Callable[[SyncState], None],
    ) -> None:
        self._store = store
        self._post = post
        self._changed = threading.Condition()
        self._dispatch: Dispatch | None = None
        self._make: Callable[[], Dispatch] | None = None
        self._is_new = False
        self._is_asked = False
        self._is_heard = True
        self._has_ended = False
        self._first_seen: float | None = None
        self._tried_at = -ALIVE_SECONDS
        # A daemon: a name server that does not answer holds nobody up.
        self._thread = threading.Thread(
            target=self._run,
            name="sync",
            daemon=True,
        )

    def start(self) -> None:
        self._thread.start()

    def choose(self, make: Callable[[], Dispatch] | None) -> None:
        """
        Go on with other choices.

        Args:
            make: Makes what sends, on this thread's own; None switches
                forwarding off.
        """
        with self._changed:
            self._make, self._is_new = make, True
            self._cut()
            self._changed.notify()

    def ask(self) -> None:
        """Send at once, whatever went wrong before."""
        with self._changed:
            self._is_asked = True
            self._changed.notify()

    def heard(self) -> None:
        """Something may have changed in the store."""
        with self._changed:
            if self._dispatch is not None and self._first_seen is None:
                self._is_heard = True
                self._changed.notify()

    def stop(self) -> None:
        """End within a second, whatever is being sent."""
        with self._changed:
            self._has_ended = True
            self._cut()
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(_JOIN_SECONDS)

    def _cut(self) -> None:
        if self._dispatch is not None:
            self._dispatch.cut()

    def _run(self) -> None:
        wait: float | None = 0.0
        while (news := self._next(wait)) is not None:
            try:
                wait = self._turn(news)
            except ClaudeTrayError as error:
                _log.warning("Could not forward error=%s", error)
                self._post(_trouble(error))
                wait = _AGAIN_SECONDS
        self._close()

    def _next(self, wait: float | None) -> News | None:
        """Sleep until there is something to do; None to end."""
        with self._changed:
            self._changed.wait_for(self._has_news, wait)
            if self._has_ended:
                return None
            is_unmade = self._dispatch is None and self._make is not None
            news = News(self._is_new or is_unmade, self._is_asked)
            self._is_new = self._is_asked = self._is_heard = False
            return news

    def _has_news(self) -> bool:
        woken = self._is_new, self._is_asked, self._is_heard
        return self._has_ended or any(woken)

    def _turn(self, news: News) -> float | None:
        """Send if it is due; return the seconds until the next look."""
        if news.is_new:
            self._close()
            self._open()
        dispatch = self._dispatch
        if dispatch is None:
            self._post(_OFF)
            return None
        known, state = self._look(dispatch)
        due = 0.0 if news.is_asked else self._due(dispatch, known, state)
        if due is None or due > 0:
            self._post(state)
            return due
        return self._ship(dispatch, state, is_asked=news.is_asked)

    def _open(self) -> None:
        with self._changed:
            make = self._make
        dispatch = make() if make is not None else None
        with self._changed:
            self._dispatch = dispatch
            if self._has_ended or self._is_new:
                self._cut()
        self._first_seen = None
        self._tried_at = -ALIVE_SECONDS

    def _close(self) -> None:
        with self._changed:
            dispatch, self._dispatch = self._dispatch, None
        if dispatch is not None:
            dispatch.close()

    def _look(self, dispatch: Dispatch) -> tuple[Destination, SyncState]:
        """Return how the destination stands, and see whether anything waits."""
        url = dispatch.url
        with (
            closing(open_reader(self._store)) as reader,
            explained(
                self._store,
            ),
        ):
            known = destinations.find(reader, url)
            waiting = outbox.waiting(reader, url, known.acked_seq)
            aside = len(destinations.all_aside(reader, url))
            has_more = outbox.last_seq(reader) > known.acked_seq
        if not has_more:
            self._first_seen = None
        elif self._first_seen is None:
            self._first_seen = time.monotonic()
        return known, state_of(known, waiting, aside)

    def _due(
        self,
        dispatch: Dispatch,
        known: Destination,
        state: SyncState,
    ) -> float | None:
        """Return the seconds until something is sent; None: not by itself."""
        is_refused = known.state == State.SIGN_IN
        if is_refused and known.refused == dispatch.fingerprint:
            return None
        rest = still_to_wait(known.not_before_ms, now_ms())
        now = time.monotonic()
        since = now - self._tried_at
        kind = Kind(known.kind) if known.kind else None
        if self._first_seen is not None:
            age, every = now - self._first_seen, dispatch.plan.every_seconds
            return max(rest, due_in(kind, age, since, every))
        if kind is Kind.SESSIONS or (kind is None and not state.waiting):
            return None
        return max(rest, ALIVE_SECONDS - since)

    def _ship(
        self,
        dispatch: Dispatch,
        state: SyncState,
        *,
        is_asked: bool,
    ) -> float | None:
        self._post(replace(state, phase=SyncPhase.RUNNING))
        try:
            dispatch.ship(is_asked=is_asked, is_alive=True)
        except BusyError:
            _log.debug("Another process is sending")
        except StoreError:
            self._tried_at = self._first_seen = time.monotonic()
            raise
        except ClaudeTrayError as error:
            # It is kept how the destination stands, and told below.
            _log.info("Not sent error=%s", error)
        self._tried_at = self._first_seen = time.monotonic()
        known, state = self._look(dispatch)
        self._post(state)
        return self._due(dispatch, known, state)


def _trouble(error: ClaudeTrayError) -> SyncState:
    text = f"{error.summary} {error.hint}".strip()
    return SyncState(SyncPhase.STOPPED, problem=text)
