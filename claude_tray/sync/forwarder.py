"""The thread that forwards usage while the tray runs."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.snapshot import SyncPhase, SyncState
from claude_tray.errors import ClaudeTrayError, SyncError
from claude_tray.sync.dispatch import BusyError
from claude_tray.sync.outlook import Outlook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claude_tray.sync.dispatch import Dispatch
    from claude_tray.sync.work import Tally

_log = logging.getLogger(__name__)

_JOIN_SECONDS: Final = 1.0
# What could not be begun, as without a store or a token, is tried again.
_AGAIN_SECONDS: Final = 10.0
# How soon another token is noticed, where one was refused.
_ANOTHER_SECONDS: Final = 60.0
_TELL_SECONDS: Final = 1.0
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
        self._outlook = Outlook(store)
        self._running = _OFF
        self._told_at = 0.0
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
        """Send at once, whatever went wrong before, by what holds now."""
        with self._changed:
            self._is_asked = self._is_new = True
            self._changed.notify()

    def heard(self) -> None:
        """Something may have changed in the store."""
        with self._changed:
            if self._dispatch is not None and not self._outlook.gathers:
                self._is_heard = True
                self._changed.notify()

    def arrived(self, tally: Tally) -> None:
        """Tell how much of a long sending is left, once a second."""
        now = time.monotonic()
        if now - self._told_at >= _TELL_SECONDS:
            self._told_at = now
            self._post(replace(self._running, waiting=tally.waiting))

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
        known, state = self._outlook.look(dispatch)
        due = 0.0 if news.is_asked else self._outlook.due(dispatch, known)
        if due is None or due > 0:
            self._post(state)
            return due if due is not None else self._idle(state)
        return self._ship(dispatch, state, is_asked=news.is_asked)

    def _open(self) -> None:
        with self._changed:
            make = self._make
        dispatch = make() if make is not None else None
        with self._changed:
            self._dispatch = dispatch
            if self._has_ended or self._is_new:
                self._cut()
        self._outlook = Outlook(self._store)

    def _close(self) -> None:
        with self._changed:
            dispatch, self._dispatch = self._dispatch, None
        if dispatch is not None:
            dispatch.close()

    def _ship(
        self,
        dispatch: Dispatch,
        state: SyncState,
        *,
        is_asked: bool,
    ) -> float | None:
        self._told_at = time.monotonic()
        self._running = replace(state, phase=SyncPhase.RUNNING)
        self._post(self._running)
        try:
            dispatch.ship(is_asked=is_asked, is_alive=True)
        except BusyError:
            _log.debug("Another process is sending")
        except SyncError as error:
            # It is kept how the destination stands, and told below.
            _log.info("Not sent error=%s", error)
        finally:
            self._outlook.tried()
        known, state = self._outlook.look(dispatch)
        self._post(state)
        due = self._outlook.due(dispatch, known)
        return due if due is not None else self._idle(state)

    def _idle(self, state: SyncState) -> float | None:
        """Return how long to sleep where nothing is due by itself."""
        if state.phase is not SyncPhase.STOPPED:
            return None
        # To be opened anew, perhaps with another token.
        self._close()
        return _ANOTHER_SECONDS


def _trouble(error: ClaudeTrayError) -> SyncState:
    text = f"{error.summary} {error.hint}".strip()
    return SyncState(SyncPhase.STOPPED, problem=text)
