"""Sync the store to one destination."""

from __future__ import annotations

import logging
import random
import time
from contextlib import closing
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.errors import StoreError, gettext_noop
from claude_tray.platform.file_lock import FileLock
from claude_tray.store.connection import (
    Reader,
    open_reader,
    translate_sqlite_errors,
)
from claude_tray.sync import (
    destination_state,
    pending_batches,
    redaction,
    retry,
    upload_failures,
)
from claude_tray.sync.http_client import HttpClient
from claude_tray.sync.receiver import (
    DestinationStatus,
    HandshakeResult,
    Outcome,
    ReceiverClient,
    ResponseAction,
)
from claude_tray.sync.request import (
    Batch,
    ReceiverKind,
    RequestBuilder,
    UploadRequest,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claude_tray.store.outbox import Destination
    from claude_tray.sync.config import SyncConfig


_log = logging.getLogger(__name__)

_LOCK_FILE_NAME: Final = "sync.lock"


def current_time_ms() -> int:
    """Return the time in ms since 1970."""
    return time.time_ns() // 1_000_000


class AlreadyRunningError(StoreError):
    """Another process is syncing."""

    def __init__(self) -> None:
        super().__init__(
            gettext_noop("Another claude-tray is syncing right now.")
        )


class SyncStats:
    """
    Count what one run has sent.

    Args:
        pending: Number of records to send.
        start_seq: Change number the receiver had before the run.

    Attributes:
        projects: Their names.
        sessions: Their ids.
        row_count: Number of rows, repeated ones included.
        pending: Number of records that are still to be sent.
    """

    def __init__(self, pending: int, start_seq: int) -> None:
        self.projects: set[str] = set()
        self.sessions: set[str] = set()
        self.row_count = 0
        self.pending = pending
        self._start_seq = start_seq

    def add(self, request: UploadRequest) -> None:
        """Count an accepted request."""
        for project in request.payload.projects:
            self.projects.add(project.name)
            self.sessions.update(s.session_id for s in project.sessions)
        self.row_count += len(request.rows)
        new_rows = sum(
            row.unsent.seq > self._start_seq for row in request.rows
        )
        self.pending = max(0, self.pending - new_rows)


class SyncDependencies(NamedTuple):
    """
    Dependencies of a client.

    Attributes:
        store: Path of the store.
        run_transaction: Writes to the store.
        as_of: Returns the time in ms up to which transcripts were read.
        on_progress: Called after each accepted request.
        clock: Returns the time in ms since 1970.
        jitter: Returns a random number in [0, 1).
    """

    store: Path
    run_transaction: destination_state.TransactionRunner
    as_of: Callable[[], int]
    on_progress: Callable[[SyncStats], None] = lambda _: None
    clock: Callable[[], int] = current_time_ms
    jitter: Callable[[], float] = random.random


class SyncClient:
    """
    Sync to one destination; one process at a time does.

    Args:
        config: Where and what to send.
        dependencies: What the client works with.

    Attributes:
        config: Where and what to send.
    """

    def __init__(
        self, config: SyncConfig, dependencies: SyncDependencies
    ) -> None:
        self.config = config
        self._lock = FileLock(dependencies.store.with_name(_LOCK_FILE_NAME))
        redactor = redaction.RedactingFilter()
        self._http_client = HttpClient(config.endpoint, config.token, redactor)
        self._sync_run = SyncRun(
            config, dependencies, self._http_client, redactor
        )

    @property
    def url(self) -> str:
        """Address that identifies the destination in the store."""
        return self.config.endpoint.url

    @property
    def token_fingerprint(self) -> str:
        return self._http_client.token_fingerprint

    def sync(
        self, *, is_manual: bool = False, send_heartbeat: bool = False
    ) -> SyncStats:
        """
        Send all pending records; see `SyncRun.run`.

        Raises:
            AlreadyRunningError: Another process is syncing.
        """
        if not self._lock.acquire():
            raise AlreadyRunningError
        try:
            return self._sync_run.run(
                is_manual=is_manual, send_heartbeat=send_heartbeat
            )
        finally:
            self._lock.release()

    def abort(self) -> None:
        """Abort the current request and all later ones; from any thread."""
        self._http_client.abort()

    def close(self) -> None:
        """Close the connections."""
        self._http_client.close()


class SyncRun:
    """
    Run syncs to one destination, on one thread.

    Args:
        config: Where and what to send.
        dependencies: What the client works with.
        http_client: Sends the requests.
        redactor: Removes secrets from text of the receiver.
    """

    def __init__(
        self,
        config: SyncConfig,
        dependencies: SyncDependencies,
        http_client: HttpClient,
        redactor: redaction.RedactingFilter,
    ) -> None:
        self._config = config
        self._dependencies = dependencies
        self._redactor = redactor
        self._receiver = ReceiverClient(http_client)
        self._limits = pending_batches.BatchLimits()
        self._state = destination_state.DestinationState(
            dependencies.run_transaction,
            config.endpoint.url,
            dependencies.clock,
        )

    @property
    def destination(self) -> Destination:
        """Stored state of the destination."""
        return self._state.destination

    def run(
        self, *, is_manual: bool = False, send_heartbeat: bool = False
    ) -> SyncStats:
        """
        Send all pending records.

        Args:
            is_manual: The user requested it: ignore the backoff.
            send_heartbeat: Report to the receiver if nothing is pending.

        Raises:
            SyncDelayedError: It will be retried later.
            SyncRefusedError: The server refused the token.
            SyncMisconfiguredError: The address is not a sync server.
            StoreError: The progress could not be stored.
        """
        store = self._dependencies.store
        with (
            closing(open_reader(store)) as reader,
            translate_sqlite_errors(store),
        ):
            self._state.load(reader)
            if not is_manual:
                self._raise_if_blocked()
            uploader, pending = self._prepare(reader)
            if not self._receiver.is_handshake_done:
                uploader.handshake(self._config.machine_id)
            while (batch := pending.next_batch()) is not None:
                uploader.send(batch)
                self._dependencies.on_progress(uploader.stats)
            if (
                send_heartbeat
                and not uploader.stats.row_count
                and self._state.kind is ReceiverKind.INCREMENTAL
            ):
                uploader.send(Batch())
            return uploader.stats

    def _prepare(
        self, reader: Reader
    ) -> tuple[Uploader, pending_batches.PendingBatches]:
        dependencies, state = self._dependencies, self._state
        builder = RequestBuilder(
            self._config, reader, dependencies.clock, dependencies.as_of
        )
        state.apply_privacy(reader, builder.anonymizer)
        pending = pending_batches.PendingBatches(
            reader, state, builder.anonymizer, self._limits
        )
        uploader = Uploader(
            builder,
            self._receiver,
            state,
            pending,
            self._redactor.redact,
            dependencies.jitter,
        )
        return uploader, pending

    def _raise_if_blocked(self) -> None:
        """
        Raise the last failure again while its backoff lasts.

        Raises:
            SyncError: The failure.
        """
        destination = self.destination
        status = DestinationStatus(destination.status)
        if status is DestinationStatus.OK:
            return
        if status is DestinationStatus.SIGN_IN:
            # Until the user sets another token.
            is_blocked = (
                destination.rejected_token_hash
                == self._receiver.token_fingerprint
            )
        else:
            is_blocked = (
                retry.remaining_backoff(
                    destination.not_before_ms, self._dependencies.clock()
                )
                > 0
            )
        if is_blocked:
            raise retry.build_error(status, destination.reason)


class Uploader:
    """
    Upload the batches of one run.

    Args:
        builder: Builds requests.
        receiver: Sends them.
        state: State of the destination.
        pending: What is sent next.
        redact: Removes secrets from text of the receiver.
        jitter: Returns a random number in [0, 1).

    Attributes:
        stats: What was sent.
    """

    def __init__(
        self,
        builder: RequestBuilder,
        receiver: ReceiverClient,
        state: destination_state.DestinationState,
        pending: pending_batches.PendingBatches,
        redact: Callable[[str], str],
        jitter: Callable[[], float],
    ) -> None:
        self._builder = builder
        self._receiver = receiver
        self._state = state
        self._pending = pending
        self._redact = redact
        self._jitter = jitter
        self.stats = SyncStats(
            pending.count_pending(), state.destination.acked_seq
        )

    def handshake(self, machine_id: str) -> None:
        """
        Exchange the state with the receiver.

        Raises:
            SyncError: The handshake failed.
        """
        result = self._receiver.handshake(machine_id, self._builder.store_id)
        if not isinstance(result, HandshakeResult):
            self._failures.fail(result)
        if self._state.apply_handshake(result):
            _log.warning("Receiver lost data; sending it again")
            self._pending.reload()
        if result.response is not None:
            self._pending.limits.apply_receiver_limits(result.response)

    def send(self, batch: Batch) -> None:
        """
        Send a batch; rows that fail stay pending or are quarantined.

        Raises:
            SyncError: Nothing can be sent for now.
        """
        request, outcome = self._upload(batch)
        if outcome.action is ResponseAction.ACCEPTED and outcome.receipt:
            self._state.mark_accepted(
                batch, request.rows, outcome.receipt, self._redact
            )
            self._pending.limits.grow()
            self.stats.add(request)
        else:
            self._failures.handle(batch, outcome)

    @cached_property
    def _failures(self) -> upload_failures.FailureHandler:
        """Handler of this run; most runs need none."""
        return upload_failures.FailureHandler(
            lambda batch: self._upload(batch)[1],
            self._receiver,
            self._state,
            self._pending,
            self._redact,
            self._jitter,
        )

    def _upload(self, batch: Batch) -> tuple[UploadRequest, Outcome]:
        request = self._builder.build(batch, self._state.destination)
        return request, self._receiver.upload(request, self._state.kind)
