"""What one request carries, and how much that may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from claude_tray.protocol.agent_sync import encode_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from claude_tray.protocol.agent_sync_responses import HandshakeResponse
    from claude_tray.store.outbox import ChangedSession, UnsentRecord


MAX_ROWS: Final = 1000
MAX_BYTES: Final = 1 << 20
# Names, braces and what is told of the sender.
_REQUEST_OVERHEAD: Final = 4096
_SESSION_OVERHEAD: Final = 512
_MIN_ROWS_TO_SHRINK: Final = 50


class EncodedRow(NamedTuple):
    """A record and the row that it is sent as."""

    unsent: UnsentRecord
    json: msgspec.Raw

    @property
    def byte_count(self) -> int:
        return len(bytes(self.json)) + 1


class SessionBatch(NamedTuple):
    """A session with all that is to be sent of it."""

    session: ChangedSession
    project: str
    rows: tuple[EncodedRow, ...]

    @property
    def byte_count(self) -> int:
        return _SESSION_OVERHEAD + sum(row.byte_count for row in self.rows)


class Batch(NamedTuple):
    """
    What one request carries.

    Attributes:
        max_rows: Records, where the receiver takes changes.
        sessions: Sessions, where it takes those.
        last_seq: The receiver has all changes up to this one then.
    """

    rows: tuple[EncodedRow, ...] = ()
    sessions: tuple[SessionBatch, ...] = ()
    last_seq: int = 0

    @property
    def row_count(self) -> int:
        return len(self.rows) + sum(
            len(session_batch.rows) for session_batch in self.sessions
        )

    @property
    def is_indivisible(self) -> bool:
        """It is a single row or session, which cannot be made smaller."""
        return len(self.rows) + len(self.sessions) == 1

    @property
    def all_rows(self) -> tuple[EncodedRow, ...]:
        """All rows."""
        return self.rows + tuple(
            r for session_batch in self.sessions for r in session_batch.rows
        )

    def split(self) -> tuple[Batch, Batch]:
        """
        Return two that carry the same: sessions are split when there is one.

        Neither tells how far the receiver has come.
        """
        if len(self.sessions) > 1:
            half = len(self.sessions) // 2
            first, second = self.sessions[:half], self.sessions[half:]
            return Batch(sessions=first), Batch(sessions=second)
        if self.sessions:
            (session_batch,) = self.sessions
            half = len(session_batch.rows) // 2
            return (
                Batch(
                    sessions=(
                        session_batch._replace(rows=session_batch.rows[:half]),
                    )
                ),
                Batch(
                    sessions=(
                        session_batch._replace(rows=session_batch.rows[half:]),
                    )
                ),
            )
        half = len(self.rows) // 2
        return Batch(self.rows[:half]), Batch(self.rows[half:])


class BatchLimits:
    """
    How much one request may carry; learns from what came of it.

    Attributes:
        max_rows: How many rows, unless a single session has more.
        byte_count: How many bytes, likewise.
    """

    def __init__(self) -> None:
        self._receiver_max_rows, self._receiver_max_bytes = MAX_ROWS, MAX_BYTES
        self.max_rows, self.max_bytes = MAX_ROWS, MAX_BYTES

    def apply_receiver_limits(self, handshake: HandshakeResponse) -> None:
        """Keep to what the receiver says it takes."""
        self._receiver_max_rows = min(MAX_ROWS, handshake.max_messages)
        self._receiver_max_bytes = min(MAX_BYTES, handshake.max_bytes)
        self.max_rows = min(self.max_rows, self._receiver_max_rows)
        self.max_bytes = min(self.max_bytes, self._receiver_max_bytes)

    def shrink(self, batch: Batch) -> None:
        """It was too much: half of it is tried."""
        self.max_rows = max(1, batch.row_count // 2)
        total = sum(row.byte_count for row in batch.all_rows)
        self.max_bytes = max(1, min(self.max_bytes, total // 2))

    def shrink_if_large(self, batch: Batch) -> None:
        """
        It may have been too much.

        A receiver that closes while it is still being sent to may have
        answered that, and the answer was lost.
        """
        if batch.row_count > _MIN_ROWS_TO_SHRINK:
            self.shrink(batch)

    def grow(self) -> None:
        """It went well."""
        self.max_rows = min(self._receiver_max_rows, self.max_rows * 2)
        self.max_bytes = min(self._receiver_max_bytes, self.max_bytes * 2)


def encode_rows(rows: Iterable[UnsentRecord]) -> Iterator[EncodedRow]:
    """Return records with the rows that they are sent as."""
    for unsent in rows:
        yield EncodedRow(unsent, msgspec.Raw(encode_row(unsent.record)))


def take_fitting(
    rows: Iterable[EncodedRow], limits: BatchLimits
) -> tuple[EncodedRow, ...]:
    """Return the first rows that fit one request, at least one."""
    fitting_rows: list[EncodedRow] = []
    byte_count = _REQUEST_OVERHEAD
    for row in rows:
        byte_count += row.byte_count
        if fitting_rows and (
            len(fitting_rows) >= limits.max_rows
            or byte_count > limits.max_bytes
        ):
            break
        fitting_rows.append(row)
    return tuple(fitting_rows)


class BatchBuilder:
    """
    Fills a request with sessions, never with a part of one.

    Args:
        limits: How much fits; a single session may be more.
    """

    def __init__(self, limits: BatchLimits) -> None:
        self._limits = limits
        self._sessions: list[SessionBatch] = []
        self._row_count = 0
        self._byte_count = _REQUEST_OVERHEAD

    def try_add(self, session_batch: SessionBatch) -> bool:
        """Add a session; False, and nothing done, if it does not fit."""
        row_count, byte_count = (
            self._row_count + len(session_batch.rows),
            self._byte_count + session_batch.byte_count,
        )
        is_over_limit = (
            row_count > self._limits.max_rows
            or byte_count > self._limits.max_bytes
        )
        if self._sessions and is_over_limit:
            return False
        self._sessions.append(session_batch)
        self._row_count, self._byte_count = row_count, byte_count
        return True

    def build(self) -> Batch:
        return Batch(sessions=tuple(self._sessions))
