from __future__ import annotations

import pytest

from claude_tray.store.outbox import ChangedSession, UnsentRecord
from claude_tray.sync.receiver import Outcome, ResponseAction
from claude_tray.sync.request import (
    Batch,
    EncodedRow,
    SessionBatch,
    encode_rows,
)
from claude_tray.sync.upload_failures import (
    BisectionAbortedError,
    RowBisection,
)
from tests.support.builders import make_record


class RejectingReceiver:
    """Reject every batch with some of these rows."""

    def __init__(
        self,
        *rejected_seqs: int,
        action: ResponseAction = ResponseAction.BAD_ROWS,
    ) -> None:
        self.rejected_seqs = set(rejected_seqs)
        self.action = action
        self.request_count = 0

    def __call__(self, batch: Batch) -> Outcome:
        self.request_count += 1
        seqs = {row.unsent.seq for row in batch.all_rows}
        action = (
            self.action
            if seqs & self.rejected_seqs
            else ResponseAction.ACCEPTED
        )
        return Outcome(action)


def _encode_records(count: int) -> tuple[EncodedRow, ...]:
    return tuple(
        encode_rows(
            UnsentRecord(seq, make_record(), "/p", "") for seq in range(count)
        ),
    )


def _list_bad_seqs(bisection: RowBisection) -> list[int]:
    return [row.unsent.seq for row in bisection.rejected_rows]


@pytest.mark.parametrize("bad", [(), (0,), (99,), (3, 4), (1, 50, 98)])
def test_rejected_rows_are_found(bad: tuple[int, ...]) -> None:
    receiver = RejectingReceiver(*bad)
    bisection = RowBisection(receiver)

    bisection.bisect_rejected_rows(Batch(_encode_records(100), last_seq=100))

    assert _list_bad_seqs(bisection) == list(bad)
    assert receiver.request_count <= 2 + 16 * len(bad)


def test_a_single_row_is_rejected_only_after_a_second_failure() -> None:
    batch = Batch(_encode_records(1))
    bisection = RowBisection(RejectingReceiver())
    bisection.bisect_rejected_rows(batch)
    assert bisection.rejected_rows == []
    assert bisection.has_control_group

    bisection = RowBisection(RejectingReceiver(0))
    bisection.bisect_rejected_rows(batch)
    assert _list_bad_seqs(bisection) == [0]


def test_sessions_are_split_before_their_rows() -> None:
    rows = _encode_records(9)
    loads = tuple(
        SessionBatch(ChangedSession(f"s{n}", n), "/p", part)
        for n, part in enumerate([rows[:4], (), rows[4:]])
    )
    bisection = RowBisection(RejectingReceiver(5))

    bisection.bisect_rejected_rows(Batch(sessions=loads))

    assert _list_bad_seqs(bisection) == [5]


@pytest.mark.parametrize("count", [1, 50])
def test_another_failure_aborts_the_bisection(count: int) -> None:
    bisection = RowBisection(RejectingReceiver(0, action=ResponseAction.RETRY))

    with pytest.raises(BisectionAbortedError) as excinfo:
        bisection.bisect_rejected_rows(Batch(_encode_records(count)))

    assert excinfo.value.outcome.action is ResponseAction.RETRY
    assert bisection.rejected_rows == []


def test_a_receiver_that_accepts_nothing_aborts_the_bisection() -> None:
    receiver = RejectingReceiver(*range(100))
    bisection = RowBisection(receiver)

    with pytest.raises(BisectionAbortedError):
        bisection.bisect_rejected_rows(Batch(_encode_records(100)))

    assert not bisection.has_control_group
    assert receiver.request_count < 40
