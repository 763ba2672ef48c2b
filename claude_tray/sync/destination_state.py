"""What is kept of a destination as things go well or not."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from claude_tray.core.snapshot import SyncPhase, SyncState
from claude_tray.core.time import from_epoch_ms
from claude_tray.store import outbox
from claude_tray.store.outbox import Destination, QuarantinedRow
from claude_tray.sync.responses import (
    DestinationStatus,
    HandshakeResult,
    ReceiverKind,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from claude_tray.protocol.agent_sync_responses import AgentSyncResponse
    from claude_tray.store.connection import Reader, Writer
    from claude_tray.sync.batch import Batch, EncodedRow
    from claude_tray.sync.privacy import NameAnonymizer


_log = logging.getLogger(__name__)

# Run work in one transaction on the store's writer, and wait for it.
TransactionRunner: TypeAlias = "Callable[[Callable[[Writer], None]], None]"

_MAX_DETAIL_LENGTH: Final = 200


class BackoffDecision(NamedTuple):
    """
    Why a destination is left alone, and how long.

    Attributes:
        state: How it stands then.
        reason: Why, in words for people.
        seconds: Seconds.
        refused_token: The fingerprint of a token that was refused.
        server_errors: How often in a row the receiver said that it is broken.
    """

    state: DestinationStatus
    reason: str
    seconds: float
    refused_token: str = ""
    server_errors: int = 0


class DestinationState:
    """
    How one destination stands.

    Args:
        run_transaction: Writes.
        url: The destination's address.
        clock: Milliseconds since 1970.

    Attributes:
        destination: As it is kept.
    """

    def __init__(
        self,
        run_transaction: TransactionRunner,
        url: str,
        clock: Callable[[], int],
    ) -> None:
        self._run_transaction = run_transaction
        self._clock = clock
        self.destination = Destination(url)

    @property
    def kind(self) -> ReceiverKind:
        return ReceiverKind(self.destination.kind or ReceiverKind.INCREMENTAL)

    def load(self, reader: Reader) -> None:
        """Read how the destination stands."""
        self.destination = outbox.load_destination(
            reader, self.destination.url
        )

    def apply_privacy(
        self, reader: Reader, fingerprint: str, anonymizer: NameAnonymizer
    ) -> None:
        """
        Begin; what was called otherwise is sent anew.

        Args:
            reader: The store.
            fingerprint: Of what is let out.
            anonymizer: How projects are called.
        """
        old, project_names = self.destination, anonymizer.project_names()
        url = old.url
        if old.privacy_hash != fingerprint:
            new = old._replace(privacy_hash=fingerprint, acked_seq=0)
            self._save(new, self._reset_sent)
        if outbox.load_project_names(reader, url) != project_names:
            self._run_transaction(
                lambda w: outbox.save_project_names(w, url, project_names)
            )

    def apply_handshake(self, handshake: HandshakeResult) -> bool:
        """
        Keep what the handshake told.

        Returns:
            Whether the receiver lacks what it had before.
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
        receipt: AgentSyncResponse,
        rejected: Sequence[QuarantinedRow],
    ) -> None:
        """Keep that a parcel has arrived."""
        old, now_ms = self.destination, self._clock()
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
        if self.kind is ReceiverKind.INCREMENTAL:
            new = new._replace(
                acked_seq=max(old.acked_seq, batch.last_seq),
                server_seq=max(old.server_seq, batch.last_seq),
            )
        keys = [row.unsent.record.key for row in batch.all_rows]
        sessions = [session_batch.session for session_batch in batch.sessions]

        def write(writer: Writer) -> None:
            outbox.release(writer, old.url, keys)
            outbox.quarantine_rows(writer, old.url, rejected)
            outbox.mark_sent(writer, old.url, sessions)

        self._save(new, write)

    def advance_cursor(self, seq: int) -> None:
        """Keep that nothing is left to send up to a change."""
        new = self.destination._replace(acked_seq=seq)
        self._save(new, self._reset_sent)

    def skip_sessions(self, sessions: Iterable[outbox.ChangedSession]) -> None:
        """Keep that sessions are not to be sent as they are."""
        url = self.destination.url
        self._run_transaction(
            lambda writer: outbox.mark_sent(writer, url, sessions)
        )

    def quarantine(
        self, rows: Iterable[EncodedRow], code: str, detail: str
    ) -> None:
        """Keep that the receiver will not take these; others are new to it."""
        now_ms, url = self._clock(), self.destination.url
        quarantined = [
            build_quarantined_row(row, code, detail, now_ms) for row in rows
        ]
        _log.warning("Set aside count=%d code=%s", len(quarantined), code)
        self._save(
            self.destination._replace(server_error_count=0),
            lambda writer: outbox.quarantine_rows(writer, url, quarantined),
        )

    def rewind(self, seq: int) -> None:
        """Keep that the receiver lacks all after a change."""
        self._save(_rewind_to(self.destination, seq), self._reset_sent)

    def mark_failed(self, decision: BackoffDecision) -> None:
        """Keep that the destination is to be left alone for a while."""
        old, now_ms = self.destination, self._clock()
        self._save(
            old._replace(
                status=decision.state,
                reason=decision.reason,
                failure_count=old.failure_count + 1,
                server_error_count=decision.server_errors,
                not_before_ms=now_ms + int(decision.seconds * 1000),
                failing_since_ms=old.failing_since_ms or now_ms,
                rejected_token_hash=decision.refused_token,
            ),
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


def build_quarantined_row(
    row: EncodedRow, code: str, detail: str, now_ms: int
) -> QuarantinedRow:
    """Return a row as it is set aside."""
    unsent = row.unsent
    key = unsent.record.key
    return QuarantinedRow(
        key, unsent.seq, code[:40], detail[:_MAX_DETAIL_LENGTH], now_ms
    )


def build_rejected_rows(
    receipt: AgentSyncResponse,
    rows: Sequence[EncodedRow],
    redact: Callable[[str], str],
    now_ms: int,
) -> list[QuarantinedRow]:
    """Return the rows that a receipt says are not taken."""
    return [
        build_quarantined_row(
            rows[rejection.index],
            rejection.code,
            redact(rejection.detail),
            now_ms,
        )
        for rejection in receipt.rejected
        if 0 <= rejection.index < len(rows)
    ]


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
    destination: Destination,
    pending: int,
    quarantined: int,
    *,
    is_running: bool = False,
) -> SyncState:
    """
    Return how forwarding to a destination stands.

    Args:
        destination: As it is kept.
        pending: How many changes it was not told.
        quarantined: How many records it will not take.
        is_running: Something is being sent.
    """
    phase = _PHASES[DestinationStatus(destination.status)]
    return SyncState(
        SyncPhase.RUNNING if is_running else phase,
        _to_datetime(destination.last_ok_ms),
        pending,
        quarantined,
        destination.reason,
        _to_datetime(destination.failing_since_ms),
    )


def _to_datetime(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else from_epoch_ms(at_ms)
