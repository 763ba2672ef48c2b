"""Sync on a background thread while the tray runs."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.snapshot import SyncPhase, SyncState
from claude_tray.errors import ClaudeTrayError, Problem, SyncError
from claude_tray.store.connection import open_reader, translate_sqlite_errors
from claude_tray.store.outbox import (
    Destination,
    count_pending,
    get_last_seq,
    list_quarantined,
    load_destination,
)
from claude_tray.sync import destination_state, receiver, request, retry
from claude_tray.sync.client import (
    AlreadyRunningError,
    SyncClient,
    SyncStats,
    current_time_ms,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class SyncSchedule:
    """
    Decide when the next run to a destination is due.

    Args:
        store: Path of the store.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._pending_since: float | None = None
        self._last_attempt_at = -retry.HEARTBEAT_SECONDS

    @property
    def is_batching(self) -> bool:
        """Data is pending already: more of it changes nothing."""
        return self._pending_since is not None

    def refresh(self, client: SyncClient) -> tuple[Destination, SyncState]:
        """
        Read the state of the destination and of pending data.

        Raises:
            StoreError: The store cannot be read.
        """
        url, store = client.url, self._store
        with (
            closing(open_reader(store)) as reader,
            translate_sqlite_errors(store),
        ):
            destination = load_destination(reader, url)
            pending = count_pending(reader, url, destination.acked_seq)
            quarantined = len(list_quarantined(reader, url))
            has_pending = get_last_seq(reader) > destination.acked_seq
        if not has_pending:
            self._pending_since = None
        elif self._pending_since is None:
            self._pending_since = time.monotonic()
        return destination, destination_state.build_sync_state(
            destination, pending, quarantined
        )

    def mark_attempt(self) -> None:
        """Record a run, after which pending data is collected again."""
        self._last_attempt_at = self._pending_since = time.monotonic()

    def seconds_until_due(
        self, client: SyncClient, destination: Destination
    ) -> float | None:
        """Compute the seconds until the next run; None: only on events."""
        is_sign_in_needed = (
            destination.status == receiver.DestinationStatus.SIGN_IN
        )
        if (
            is_sign_in_needed
            and destination.rejected_token_hash == client.token_fingerprint
        ):
            return None
        backoff = retry.remaining_backoff(
            destination.not_before_ms, current_time_ms()
        )
        now = time.monotonic()
        since_attempt = now - self._last_attempt_at
        kind = (
            request.ReceiverKind(destination.kind)
            if destination.kind
            else None
        )
        if self._pending_since is not None:
            pending_seconds, interval = (
                now - self._pending_since,
                client.config.interval,
            )
            return max(
                backoff,
                retry.next_attempt_in(
                    kind, pending_seconds, since_attempt, interval
                ),
            )
        if kind is not request.ReceiverKind.INCREMENTAL:
            return None
        return max(backoff, retry.HEARTBEAT_SECONDS - since_attempt)


_log = logging.getLogger(__name__)

_JOIN_SECONDS: Final = 1.0
# Delay after an error before a run, such as a missing store or token.
_RETRY_SECONDS: Final = 10.0
# Interval of checks for a new token after one was refused.
_TOKEN_CHECK_SECONDS: Final = 60.0
_PROGRESS_SECONDS: Final = 1.0
_OFF_STATE: Final = SyncState()


class WakeReason(NamedTuple):
    """
    Why the thread was woken.

    Attributes:
        is_reconfigured: Build a new client first.
        is_manual: Start a run at once.
    """

    is_reconfigured: bool
    is_manual: bool


class SyncWorker:
    """
    Sync whenever a run is due, on a thread of its own.

    Args:
        store: Path of the store.
        publish: Receives the state of sync.
    """

    def __init__(
        self,
        store: Path,
        publish: Callable[[SyncState], None],
    ) -> None:
        self._store = store
        self._publish = publish
        self._condition = threading.Condition()
        self._client: SyncClient | None = None
        self._build_client: Callable[[], SyncClient] | None = None
        self._is_reconfigured = False
        self._is_manual = False
        self._is_store_changed = True
        self._is_stopped = False
        self._schedule = SyncSchedule(store)
        self._running_state = _OFF_STATE
        self._published_at = 0.0
        # A daemon: a hanging DNS lookup must not delay the exit.
        self._thread = threading.Thread(
            target=self._run,
            name="sync",
            daemon=True,
        )

    def start(self) -> None:
        self._thread.start()

    def reconfigure(
        self, build_client: Callable[[], SyncClient] | None
    ) -> None:
        """
        Sync with another client; abort the current run.

        Args:
            build_client: Builds the client, on the worker's thread; None turns
                sync off.
        """
        with self._condition:
            self._build_client, self._is_reconfigured = build_client, True
            self._abort()
            self._condition.notify()

    def sync_now(self) -> None:
        """Start a run at once, with a new client and despite a backoff."""
        with self._condition:
            self._is_manual = self._is_reconfigured = True
            self._condition.notify()

    def on_store_changed(self) -> None:
        """Wake up if the store may have new data."""
        with self._condition:
            if self._client is not None and not self._schedule.is_batching:
                self._is_store_changed = True
                self._condition.notify()

    def on_progress(self, stats: SyncStats) -> None:
        """Publish the progress of a run, at most once a second."""
        # Called on the worker's thread, so nothing needs to be locked.
        now = time.monotonic()
        if now - self._published_at >= _PROGRESS_SECONDS:
            self._published_at = now
            self._publish(replace(self._running_state, pending=stats.pending))

    def stop(self) -> None:
        """Stop within a second; abort the current run."""
        with self._condition:
            self._is_stopped = True
            self._abort()
            self._condition.notify()
        if self._thread.ident is not None:
            self._thread.join(_JOIN_SECONDS)

    def _abort(self) -> None:
        if self._client is not None:
            self._client.abort()

    def _run(self) -> None:
        timeout: float | None = 0.0
        while (reason := self._wait_for_work(timeout)) is not None:
            try:
                timeout = self._run_once(reason)
            except ClaudeTrayError as error:
                _log.warning("Sync failed error=%s", error)
                self._publish(_build_error_state(error))
                timeout = _RETRY_SECONDS
        self._close_client()

    def _wait_for_work(self, timeout: float | None) -> WakeReason | None:
        """Wait for work; None to stop."""
        with self._condition:
            self._condition.wait_for(self._is_woken, timeout)
            if self._is_stopped:
                return None
            # After an error: settings or the token may be fixed by now.
            is_client_missing = (
                self._client is None and self._build_client is not None
            )
            reason = WakeReason(
                self._is_reconfigured or is_client_missing, self._is_manual
            )
            self._is_reconfigured = self._is_manual = (
                self._is_store_changed
            ) = False
            return reason

    def _is_woken(self) -> bool:
        reasons = (
            self._is_reconfigured,
            self._is_manual,
            self._is_store_changed,
        )
        return self._is_stopped or any(reasons)

    def _run_once(self, reason: WakeReason) -> float | None:
        """Run if due; return the seconds until the next check."""
        if reason.is_reconfigured:
            self._close_client()
            self._open_client()
        client = self._client
        if client is None:
            self._publish(_OFF_STATE)
            return None
        destination, state = self._schedule.refresh(client)
        due = (
            0.0
            if reason.is_manual
            else self._schedule.seconds_until_due(client, destination)
        )
        if due is None or due > 0:
            self._publish(state)
            return (
                due if due is not None else self._compute_idle_seconds(state)
            )
        return self._sync(client, state, is_manual=reason.is_manual)

    def _open_client(self) -> None:
        with self._condition:
            build_client = self._build_client
        client = build_client() if build_client is not None else None
        with self._condition:
            self._client = client
            # Either may have happened while the client was built.
            if self._is_stopped or self._is_reconfigured:
                self._abort()
        self._schedule = SyncSchedule(self._store)

    def _close_client(self) -> None:
        with self._condition:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _sync(
        self,
        client: SyncClient,
        state: SyncState,
        *,
        is_manual: bool,
    ) -> float | None:
        self._published_at = time.monotonic()
        self._running_state = replace(state, phase=SyncPhase.RUNNING)
        self._publish(self._running_state)
        try:
            client.sync(is_manual=is_manual, send_heartbeat=True)
        except AlreadyRunningError:
            _log.debug("Another process is syncing")
        except SyncError as error:
            # Stored with the destination and published below.
            _log.info("Sync failed error=%s", error)
        finally:
            self._schedule.mark_attempt()
        destination, state = self._schedule.refresh(client)
        self._publish(state)
        due = self._schedule.seconds_until_due(client, destination)
        return due if due is not None else self._compute_idle_seconds(state)

    def _compute_idle_seconds(self, state: SyncState) -> float | None:
        """Compute how long to wait when no run is due."""
        if state.phase is not SyncPhase.STOPPED:
            return None
        # Build a new client next time, perhaps with another token.
        self._close_client()
        return _TOKEN_CHECK_SECONDS


def _build_error_state(error: ClaudeTrayError) -> SyncState:
    return SyncState(SyncPhase.STOPPED, problem=Problem(error))
