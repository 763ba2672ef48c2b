"""What waits for a destination, request by request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.store import outbox
from claude_tray.sync.batch import (
    Batch,
    BatchBuilder,
    BatchLimits,
    SessionBatch,
    encode_rows,
    take_fitting,
)
from claude_tray.sync.responses import ReceiverKind

if TYPE_CHECKING:
    from claude_tray.store.connection import Reader
    from claude_tray.store.outbox import ChangedSession
    from claude_tray.sync.destination_state import DestinationState
    from claude_tray.sync.privacy import NameAnonymizer


class PendingBatches:
    """
    Gives out what a destination lacks.

    Args:
        reader: The store.
        state: How far the destination has come.
        anonymizer: Which projects are not sent.
        limits: How much a request may carry.
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
        self._limits = limits
        self._sessions: list[ChangedSession] = []

    def next_batch(self) -> Batch | None:
        """Return what comes next; None when nothing is left."""
        if self._state.kind is ReceiverKind.REPLACING:
            return self._next_session_batch()
        return self._next_record_batch()

    def reload(self) -> None:
        """Look anew at what is to be sent."""
        self._sessions = []

    def count_pending(self) -> int:
        """Return how many records wait."""
        destination = self._state.destination
        return outbox.count_pending(
            self._reader, destination.url, destination.acked_seq
        )

    def _next_record_batch(self) -> Batch | None:
        last_seq = outbox.get_last_seq(self._reader)
        while (seq := self._state.destination.acked_seq) < last_seq:
            limit = self._limits.max_rows
            rows = outbox.load_changed_records(
                self._reader,
                self._state.destination.url,
                (seq, last_seq),
                limit,
            )
            end_seq = rows[-1].seq if len(rows) == limit else last_seq
            included = [r for r in rows if not self._is_excluded(r.project)]
            fitting_rows = take_fitting(encode_rows(included), self._limits)
            if len(fitting_rows) < len(included):
                end_seq = fitting_rows[-1].unsent.seq
            if fitting_rows:
                return Batch(rows=fitting_rows, last_seq=end_seq)
            self._state.advance_cursor(end_seq)
        return None

    def _next_session_batch(self) -> Batch | None:
        while self._sessions or self._load_sessions():
            builder = BatchBuilder(self._limits)
            excluded: list[ChangedSession] = []
            while self._sessions:
                session_batch = self._load_session(self._sessions[0])
                if self._is_excluded(session_batch.project):
                    excluded.append(session_batch.session)
                elif not builder.try_add(session_batch):
                    break
                del self._sessions[0]
            if excluded:
                self._state.skip_sessions(excluded)
            batch = builder.build()
            if batch.sessions:
                return batch
        return None

    def _load_sessions(self) -> bool:
        """Return whether any session is to be told."""
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

    def _load_session(self, session: ChangedSession) -> SessionBatch:
        url = self._state.destination.url
        rows = outbox.load_session_records(self._reader, url, session.uuid)
        project = outbox.get_session_project(self._reader, session.uuid)
        return SessionBatch(session, project, tuple(encode_rows(rows)))

    def _is_excluded(self, project: str) -> bool:
        return self._anonymizer.is_excluded(project)
