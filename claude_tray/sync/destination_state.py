"""Store the sync state of one destination."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, TypeAlias

from claude_tray.core.snapshot import SyncPhase, SyncState
from claude_tray.core.time import from_epoch_ms
from claude_tray.store import metadata, outbox
from claude_tray.store.outbox import Destination, QuarantinedRow
from claude_tray.sync.receiver import DestinationStatus, HandshakeResult
from claude_tray.sync.request import (
    Batch,
    EncodedRow,
    NameAnonymizer,
    ReceiverKind,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from claude_tray.protocol.agent_sync import (
        AgentSyncResponse,
        IgnoredValue,
    )
    from claude_tray.store.connection import Reader, Writer
    from claude_tray.sync.retry import BackoffDecision


_log = logging.getLogger(__name__)

# Runs a function in one transaction on the store's writer, and waits for it.
TransactionRunner: TypeAlias = "Callable[[Callable[[Writer], None]], None]"

_MAX_CODE_LENGTH: Final = 40
_MAX_DETAIL_LENGTH: Final = 200
_MAX_LOGGED_CODES: Final = 20


class DestinationState:
    """
    Read and write the state of one destination.

    Args:
        run_transaction: Writes to the store.
        url: Address of the destination.
        clock: Returns the time in ms since 1970.

    Attributes:
        clock: Returns the time in ms since 1970.
        destination: The state as stored.
    """

    def __init__(
        self,
        run_transaction: TransactionRunner,
        url: str,
        clock: Callable[[], int],
    ) -> None:
        self._run_transaction = run_transaction
        self.clock = clock
        self.destination = Destination(url)
        self._logged_codes: set[str] = set()

    @property
    def kind(self) -> ReceiverKind:
        return ReceiverKind(self.destination.kind or ReceiverKind.INCREMENTAL)

    def load(self, reader: Reader) -> None:
        """Read the stored state."""
        self.destination = outbox.load_destination(
            reader, self.destination.url
        )

    def apply_privacy(
        self, reader: Reader, anonymizer: NameAnonymizer
    ) -> None:
        """
        Send everything again if names of projects changed.

        Args:
            reader: The store.
            anonymizer: Names of projects as the receiver sees them.
        """
        old, project_names = self.destination, anonymizer.project_names()
        url, fingerprint = old.url, anonymizer.fingerprint
        if old.privacy_hash != fingerprint:
            new = old._replace(privacy_hash=fingerprint, acked_seq=0)
            self._save(new, self._reset_sent)
        if outbox.load_project_names(reader, url) != project_names:
            self._run_transaction(
                lambda w: outbox.save_project_names(w, url, project_names)
            )

    def apply_handshake(self, handshake: HandshakeResult) -> bool:
        """
        Store the result of a handshake.

        Returns:
            Whether the receiver lost data it had confirmed.
        """
        old, response = self.destination, handshake.response
        new = old._replace(kind=handshake.kind)
        lost_data = old.kind not in ("", handshake.kind)
        if response is None:
            confirmed_seq = 0 if lost_data else old.server_seq
        else:
            new = new._replace(server_id=response.server_id)
            is_new_server = old.server_id not in ("", response.server_id)
            lost_data = lost_data or is_new_server
            confirmed_seq = response.acked_seq
        # A server restored from a backup confirms less than it once did.
        if lost_data or confirmed_seq < old.server_seq:
            new = _rewind_to(new, confirmed_seq)
            self._save(new, self._reset_sent)
            return True
        if new != old:
            self._save(new)
        return False

    def mark_accepted(
        self,
        batch: Batch,
        rows: Sequence[EncodedRow],
        receipt: AgentSyncResponse,
        redact: Callable[[str], str],
    ) -> None:
        """
        Store that a batch was accepted, except the rows the receipt rejects.

        Args:
            batch: The batch.
            rows: Its rows in the order of the request.
            receipt: Response of the receiver.
            redact: Removes secrets from text of the receiver.
        """
        old, now_ms = self.destination, self.clock()
        new = old._replace(
            status=DestinationStatus.OK,
            reason="",
            failure_count=0,
            server_error_count=0,
            not_before_ms=0,
            failing_since_ms=None,
            last_ok_ms=now_ms,
            clock_skew_ms=receipt.clock_skew_ms,
            rejected_token_hash="",
        )
        # Replacing receivers confirm sessions instead; see `mark_sent`.
        if self.kind is ReceiverKind.INCREMENTAL:
            new = new._replace(
                acked_seq=max(old.acked_seq, batch.last_seq),
                server_seq=max(old.server_seq, batch.last_seq),
            )
        keys = [row.unsent.record.key for row in rows]
        sessions = [session.session for session in batch.sessions]
        rejected = _build_rejected_rows(rows, receipt, redact, now_ms)
        self._log_ignored(receipt.ignored, redact)

        def write(writer: Writer) -> None:
            metadata.increment(
                writer, metadata.SYNC_IGNORED, len(receipt.ignored)
            )
            outbox.remove_quarantined(writer, old.url, keys)
            outbox.quarantine_rows(writer, old.url, rejected)
            outbox.mark_sent(writer, old.url, sessions)

        self._save(new, write)

    def _log_ignored(
        self, ignored: Iterable[IgnoredValue], redact: Callable[[str], str]
    ) -> None:
        """Log each kind of ignored values once, as every request has it."""
        for value in ignored:
            name = value.field.partition("[")[0]
            text = redact(f"{name}: {value.code}")[:_MAX_DETAIL_LENGTH]
            is_new = text not in self._logged_codes
            if is_new and len(self._logged_codes) < _MAX_LOGGED_CODES:
                self._logged_codes.add(text)
                _log.warning("Receiver ignored a value %s", text)

    def mark_failed(
        self,
        decision: BackoffDecision,
        server_errors: int,
        refused_token: str,
    ) -> None:
        """
        Store a failure and its backoff.

        Args:
            decision: When to retry.
            server_errors: Number of successive server errors.
            refused_token: Fingerprint of the refused token; empty for none.
        """
        old, now_ms = self.destination, self.clock()
        self._save(
            old._replace(
                status=decision.status,
                reason=decision.reason,
                failure_count=old.failure_count + 1,
                server_error_count=server_errors,
                not_before_ms=now_ms + int(decision.seconds * 1000),
                failing_since_ms=old.failing_since_ms or now_ms,
                rejected_token_hash=refused_token,
            ),
        )

    def advance_cursor(self, seq: int) -> None:
        """Store that nothing up to a change is left to send."""
        new = self.destination._replace(acked_seq=seq)
        self._save(new, self._reset_sent)

    def rewind(self, seq: int) -> None:
        """Store that the receiver lacks all changes after one."""
        self._save(_rewind_to(self.destination, seq), self._reset_sent)

    def skip_sessions(self, sessions: Iterable[outbox.ChangedSession]) -> None:
        """Store that sessions are not sent until they change again."""
        url = self.destination.url
        self._run_transaction(
            lambda writer: outbox.mark_sent(writer, url, sessions)
        )

    def quarantine(
        self, rows: Iterable[EncodedRow], code: str, detail: str
    ) -> None:
        """Quarantine rows; each is sent again when its record changes."""
        now_ms, url = self.clock(), self.destination.url
        quarantined = [
            _build_quarantined_row(row, code, detail, now_ms) for row in rows
        ]
        _log.warning(
            "Quarantined rows count=%d code=%s", len(quarantined), code
        )
        self._save(
            self.destination._replace(server_error_count=0),
            lambda writer: outbox.quarantine_rows(writer, url, quarantined),
        )

    def _save(
        self,
        new: Destination,
        *extra_writes: Callable[[Writer], None],
    ) -> None:
        def write(writer: Writer) -> None:
            outbox.save_destination(writer, new)
            for write_extra in extra_writes:
                write_extra(writer)

        self._run_transaction(write)
        self.destination = new

    def _reset_sent(self, writer: Writer) -> None:
        outbox.reset_sent(writer, self.destination.url)


def _build_rejected_rows(
    rows: Sequence[EncodedRow],
    receipt: AgentSyncResponse,
    redact: Callable[[str], str],
    now_ms: int,
) -> list[QuarantinedRow]:
    return [
        _build_quarantined_row(
            rows[rejection.index],
            rejection.code,
            redact(rejection.detail),
            now_ms,
        )
        for rejection in receipt.rejected
        if 0 <= rejection.index < len(rows)
    ]


def _build_quarantined_row(
    row: EncodedRow, code: str, detail: str, now_ms: int
) -> QuarantinedRow:
    return QuarantinedRow(
        row.unsent.record.key,
        row.unsent.seq,
        code[:_MAX_CODE_LENGTH],
        detail[:_MAX_DETAIL_LENGTH],
        now_ms,
    )


def _rewind_to(destination: Destination, seq: int) -> Destination:
    return destination._replace(
        acked_seq=min(seq, destination.acked_seq),
        server_seq=seq,
    )


_PHASES: Final = {
    DestinationStatus.OK: SyncPhase.IDLE,
    DestinationStatus.DELAYED: SyncPhase.DELAYED,
    DestinationStatus.SIGN_IN: SyncPhase.STOPPED,
    DestinationStatus.MISCONFIGURED: SyncPhase.STOPPED,
}


def build_sync_state(
    destination: Destination, pending: int, quarantined: int
) -> SyncState:
    """
    Build the state of sync as users see it.

    Args:
        destination: The stored state.
        pending: Number of records to send.
        quarantined: Number of quarantined records.
    """
    return SyncState(
        _PHASES[DestinationStatus(destination.status)],
        _to_datetime(destination.last_ok_ms),
        pending,
        quarantined,
        destination.reason,
        _to_datetime(destination.failing_since_ms),
    )


def _to_datetime(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else from_epoch_ms(at_ms)
