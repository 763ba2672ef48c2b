"""Split the unsent records of a destination into batches that fit a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.store import outbox
from claude_tray.sync.request import (
    Batch,
    EncodedRow,
    NameAnonymizer,
    ReceiverKind,
    SessionBatch,
    encode_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.protocol.agent_sync import HandshakeResponse
    from claude_tray.store.connection import Reader
    from claude_tray.sync.destination_state import DestinationState


MAX_ROWS: Final = 1000
MAX_BYTES: Final = 1 << 20
# Field names, braces and the data of the agent.
_REQUEST_OVERHEAD_BYTES: Final = 4096
_MIN_ROWS_TO_SHRINK: Final = 50


class BatchLimits:
    """
    Maximum size of a batch, adapted to the receiver.

    A single row or session may exceed it.

    Attributes:
        max_rows: Number of rows.
        max_bytes: Size of the JSON body.
    """

    def __init__(self) -> None:
        self._receiver_max_rows, self._receiver_max_bytes = MAX_ROWS, MAX_BYTES
        self.max_rows, self.max_bytes = MAX_ROWS, MAX_BYTES

    def apply_receiver_limits(self, handshake: HandshakeResponse) -> None:
        """Respect the limits the receiver reported."""
        self._receiver_max_rows = min(MAX_ROWS, handshake.max_messages)
        self._receiver_max_bytes = min(MAX_BYTES, handshake.max_bytes)
        self.max_rows = min(self.max_rows, self._receiver_max_rows)
        self.max_bytes = min(self.max_bytes, self._receiver_max_bytes)

    def shrink(self, batch: Batch) -> None:
        """Halve the limits after a batch that was too large."""
        self.max_rows = max(1, batch.row_count // 2)
        total = sum(row.byte_count for row in batch.all_rows)
        self.max_bytes = max(1, min(self.max_bytes, total // 2))

    def shrink_if_large(self, batch: Batch) -> None:
        """
        Halve the limits after a lost connection, unless the batch was small.

        A receiver that closes the connection during the upload may have
        rejected the size in a response that got lost.
        """
        if batch.row_count > _MIN_ROWS_TO_SHRINK:
            self.shrink(batch)

    def grow(self) -> None:
        """Double the limits after a success."""
        self.max_rows = min(self._receiver_max_rows, self.max_rows * 2)
        self.max_bytes = min(self._receiver_max_bytes, self.max_bytes * 2)


class PendingBatches:
    """
    Read what a destination lacks, batch by batch.

    Args:
        reader: The store.
        state: How far the destination is.
        anonymizer: Excludes projects.
        limits: Maximum size of a batch.

    Attributes:
        limits: Maximum size of a batch.
    """

    def __init__(
        self,
        reader: Reader,
        state: DestinationState,
        anonymizer: NameAnonymizer,
        limits: BatchLimits,
    ) -> None:
        self._reader = reader
        self._state = state
        self._anonymizer = anonymizer
        self.limits = limits
        self._sessions: list[outbox.ChangedSession] = []

    def next_batch(self) -> Batch | None:
        """Return the next batch; None if nothing is pending."""
        if self._state.kind is ReceiverKind.REPLACING:
            return self._next_session_batch()
        return self._next_record_batch()

    def reload(self) -> None:
        """Read the pending sessions again."""
        self._sessions = []

    def count_pending(self) -> int:
        """Count the pending records."""
        destination = self._state.destination
        return outbox.count_pending(
            self._reader, destination.url, destination.acked_seq
        )

    def _next_record_batch(self) -> Batch | None:
        last_seq = outbox.get_last_seq(self._reader)
        while (seq := self._state.destination.acked_seq) < last_seq:
            limit = self.limits.max_rows
            rows = outbox.load_changed_records(
                self._reader,
                self._state.destination.url,
                (seq, last_seq),
                limit,
            )
            # Quarantined rows leave gaps in the change numbers, so the last
            # page ends at the last change of the store.
            end_seq = rows[-1].seq if len(rows) == limit else last_seq
            included = [r for r in rows if not self._is_excluded(r.project)]
            fitting_rows = _take_fitting(encode_rows(included), self.limits)
            if len(fitting_rows) < len(included):
                end_seq = fitting_rows[-1].unsent.seq
            if fitting_rows:
                return Batch(rows=fitting_rows, last_seq=end_seq)
            self._state.advance_cursor(end_seq)
        return None

    def _next_session_batch(self) -> Batch | None:
        while self._sessions or self._load_sessions():
            builder = _SessionBatchBuilder(self.limits)
            excluded: list[outbox.ChangedSession] = []
            while self._sessions:
                session = self._load_session(self._sessions[0])
                if self._is_excluded(session.project):
                    excluded.append(session.session)
                elif not builder.try_add(session):
                    break
                del self._sessions[0]
            if excluded:
                self._state.skip_sessions(excluded)
            if builder.sessions:
                return Batch(sessions=tuple(builder.sessions))
        return None

    def _load_sessions(self) -> bool:
        """Load the changed sessions; False if there are none."""
        destination = self._state.destination
        seq, last_seq = (
            destination.acked_seq,
            outbox.get_last_seq(self._reader),
        )
        if seq < last_seq:
            self._sessions = outbox.load_changed_sessions(
                self._reader,
                destination.url,
                seq,
            )
            if not self._sessions:
                self._state.advance_cursor(last_seq)
        return bool(self._sessions)

    def _load_session(self, session: outbox.ChangedSession) -> SessionBatch:
        url = self._state.destination.url
        rows = outbox.load_session_records(self._reader, url, session.uuid)
        project = outbox.get_session_project(self._reader, session.uuid)
        return SessionBatch(session, project, tuple(encode_rows(rows)))

    def _is_excluded(self, project: str) -> bool:
        return self._anonymizer.is_excluded(project)


def _take_fitting(
    rows: Iterable[EncodedRow], limits: BatchLimits
) -> tuple[EncodedRow, ...]:
    """Take the first rows that fit one request, at least one."""
    fitting_rows: list[EncodedRow] = []
    byte_count = _REQUEST_OVERHEAD_BYTES
    for row in rows:
        byte_count += row.byte_count
        if fitting_rows and (
            len(fitting_rows) >= limits.max_rows
            or byte_count > limits.max_bytes
        ):
            break
        fitting_rows.append(row)
    return tuple(fitting_rows)


class _SessionBatchBuilder:
    """
    Collect whole sessions up to the size of one request.

    Args:
        limits: Maximum size, which the first session may exceed.

    Attributes:
        sessions: The collected sessions.
    """

    def __init__(self, limits: BatchLimits) -> None:
        self._limits = limits
        self.sessions: list[SessionBatch] = []
        self._row_count = 0
        self._byte_count = _REQUEST_OVERHEAD_BYTES

    def try_add(self, session: SessionBatch) -> bool:
        """Add a session unless it exceeds the limits."""
        row_count = self._row_count + len(session.rows)
        byte_count = self._byte_count + session.byte_count
        is_over_limit = (
            row_count > self._limits.max_rows
            or byte_count > self._limits.max_bytes
        )
        if self.sessions and is_over_limit:
            return False
        self.sessions.append(session)
        self._row_count, self._byte_count = row_count, byte_count
        return True
