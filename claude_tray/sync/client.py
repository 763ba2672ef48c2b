"""Sends to one destination, whenever it is told to."""

from __future__ import annotations

import random
import time
from contextlib import closing
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.errors import StoreError
from claude_tray.platform.file_lock import FileLock
from claude_tray.store.connection import (
    Reader,
    open_reader,
    translate_sqlite_errors,
)
from claude_tray.sync.batch import Batch
from claude_tray.sync.destination_state import DestinationState
from claude_tray.sync.http_client import HttpClient
from claude_tray.sync.pending_batches import PendingBatches
from claude_tray.sync.receiver import ReceiverClient
from claude_tray.sync.redaction import RedactingFilter
from claude_tray.sync.responses import DestinationStatus, ReceiverKind
from claude_tray.sync.retry import error_for, remaining_backoff
from claude_tray.sync.session import (
    ReceiverCapabilities,
    SyncSession,
    SyncStats,
)
from claude_tray.sync.upload import Uploader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claude_tray.store.outbox import Destination
    from claude_tray.sync.config import SyncConfig
    from claude_tray.sync.destination_state import TransactionRunner
    from claude_tray.sync.privacy import NameAnonymizer


class SyncRun:
    """
    Sends to one destination; is used on one thread.

    Args:
        session: What it works with.
        http_client: The way there.
        redactor: Covers secrets in what the other side says.
        on_progress: Called as parcels arrive.
    """

    def __init__(
        self,
        session: SyncSession,
        http_client: HttpClient,
        redactor: RedactingFilter,
        on_progress: Callable[[SyncStats], None] = lambda _: None,
    ) -> None:
        self._session = session
        self._http_client = http_client
        self._redactor = redactor
        self._on_progress = on_progress
        self._state = DestinationState(
            session.run_transaction, session.url, session.clock
        )
        self._capabilities = ReceiverCapabilities()

    @property
    def destination(self) -> Destination:
        """How the destination stands."""
        return self._state.destination

    def run(
        self, *, is_manual: bool = False, send_heartbeat: bool = False
    ) -> SyncStats:
        """
        Send all that waits.

        Args:
            is_manual: A person asked: trouble of before is no reason to wait.
            send_heartbeat: Tell the receiver so if nothing waits.

        Raises:
            SyncDelayedError: It is to be tried again later.
            SyncRefusedError: The token is refused.
            SyncMisconfiguredError: The receiver is not what it should be.
            StoreError: What was sent could not be kept.
        """
        store = self._session.store
        with (
            closing(open_reader(store)) as reader,
            translate_sqlite_errors(store),
        ):
            self._state.load(reader)
            if not is_manual:
                self._raise_if_blocked()
            anonymizer = self._session.build_anonymizer(reader)
            fingerprint = self._session.privacy.fingerprint
            self._state.apply_privacy(reader, fingerprint, anonymizer)
            pending, uploader = self._prepare(reader, anonymizer)
            if not self._capabilities.is_handshake_done:
                uploader.handshake()
            while (batch := pending.next_batch()) is not None:
                uploader.send(batch)
                self._on_progress(uploader.stats)
            sent_nothing = not uploader.stats.row_count
            if (
                send_heartbeat
                and sent_nothing
                and self._state.kind is ReceiverKind.INCREMENTAL
            ):
                uploader.send(Batch())
            return uploader.stats

    def _prepare(
        self,
        reader: Reader,
        anonymizer: NameAnonymizer,
    ) -> tuple[PendingBatches, Uploader]:
        session, state, capabilities = (
            self._session,
            self._state,
            self._capabilities,
        )
        receiver = ReceiverClient(
            self._http_client,
            state,
            anonymizer,
            session.build_identity(reader),
            lambda from_seq: session.build_context(reader, from_seq),
            capabilities,
        )
        pending = PendingBatches(
            reader, state, anonymizer, capabilities.batch_limits
        )
        redact = self._redactor.redact
        return pending, Uploader(
            session, receiver, state, pending, capabilities, redact
        )

    def _raise_if_blocked(self) -> None:
        """
        Leave a destination alone that is to be left alone.

        Raises:
            SyncError: Why.
        """
        destination = self.destination
        status = DestinationStatus(destination.status)
        if status is DestinationStatus.SIGN_IN:
            if (
                destination.rejected_token_hash
                == self._http_client.token_fingerprint
            ):
                raise error_for(status, destination.reason)
        elif remaining_backoff(
            destination.not_before_ms, self._session.clock()
        ):
            raise error_for(status, destination.reason)


_LOCK_FILE_NAME: Final = "sync.lock"


class SyncDependencies(NamedTuple):
    """
    What is at hand for sending.

    Attributes:
        store: Where the records are.
        run_transaction: Writes into it.
        as_of: Milliseconds since 1970, up to when transcripts were read.
        on_progress: Called as parcels arrive.
    """

    store: Path
    run_transaction: TransactionRunner
    as_of: Callable[[], int]
    on_progress: Callable[[SyncStats], None] = lambda _: None


class SyncClient:
    """
    Sends by a plan.

    The lock is the kernel's, so that it is free when its holder is killed.

    Args:
        config: Where to and how.
        dependencies: What is at hand.

    Attributes:
        config: Where to and how.
    """

    def __init__(
        self, config: SyncConfig, dependencies: SyncDependencies
    ) -> None:
        self.config = config
        self._lock = FileLock(dependencies.store.with_name(_LOCK_FILE_NAME))
        redactor = RedactingFilter()
        self._http_client = HttpClient(config.endpoint, config.token, redactor)
        session = build_sync_session(config, dependencies)
        self._sync_run = SyncRun(
            session, self._http_client, redactor, dependencies.on_progress
        )

    @property
    def url(self) -> str:
        """What the destination is told by."""
        return self.config.endpoint.url

    @property
    def token_fingerprint(self) -> str:
        """Tells the token from others."""
        return self._http_client.token_fingerprint

    def sync(
        self, *, is_manual: bool = False, send_heartbeat: bool = False
    ) -> SyncStats:
        """
        Send all that waits; see `Shipper.ship`.

        Raises:
            BusyError: Another process is sending.
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
        """End what is being sent; from any thread."""
        self._http_client.abort()

    def close(self) -> None:
        """Close the connections."""
        self._http_client.close()


class AlreadyRunningError(StoreError):
    """Another process is sending just now."""

    def __init__(self) -> None:
        super().__init__("Another claude-tray is sending just now.")


def build_sync_session(
    config: SyncConfig, dependencies: SyncDependencies
) -> SyncSession:
    """Return what sending by a plan works with."""
    return SyncSession(
        store=dependencies.store,
        run_transaction=dependencies.run_transaction,
        url=config.endpoint.url,
        privacy=config.privacy,
        account_folders=config.account_folders,
        machine_id=config.machine_id,
        machine_name=config.machine_name,
        clock=current_time_ms,
        as_of=dependencies.as_of,
        jitter=random.random,
    )


def current_time_ms() -> int:
    """Return milliseconds since 1970."""
    return time.time_ns() // 1_000_000
