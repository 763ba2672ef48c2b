"""Quarantine rows that a receiver rejects, over real connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.errors import (
    SyncDelayedError,
    SyncMisconfiguredError,
)
from tests.support.builders import make_record
from tests.support.fake_receiver import (
    FakeReceiverKind,
    build_response,
)
from tests.support.receiver_faults import EACH_KIND, always_fail, fail_first
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.fake_receiver import ReceivedRequest
    from tests.support.sync_harness import SyncHarness


def _reject_body_containing(
    text: bytes, fault: bytes
) -> Callable[[ReceivedRequest], Any]:
    def choose_fault(request: ReceivedRequest) -> Any:
        return (
            fault if request.is_post and text in request.decoded_body else None
        )

    return choose_fault


@EACH_KIND
@pytest.mark.parametrize("status", [400, 422, 500])
def test_only_the_row_that_breaks_the_receiver_is_quarantined(
    harness: SyncHarness,
    make: FakeReceiverKind,
    status: int,
) -> None:
    plan = _reject_body_containing(
        b"msg_poison", build_response(status, {"detail": "odd"})
    )
    receiver = harness.start_receiver(make, plan)
    harness.add_records(600)
    save_records(
        harness.writer,
        make_record("11:00", message="msg_poison", session="session-1"),
    )

    harness.sync_until_success()

    (quarantined,) = harness.quarantined
    assert quarantined.message_id == "msg_poison"
    assert quarantined.code == (
        "server_error" if status == 500 else "rejected"
    )
    assert receiver.totals()[0] == harness.totals()[0] - 1

    # Once the receiver is fixed, a manual retry sends it too.
    receiver.fault_plan = lambda _: None
    _retry_quarantined(harness)
    harness.sync()
    assert receiver.totals() == harness.totals()
    assert harness.quarantined == []


def _retry_quarantined(harness: SyncHarness) -> None:
    from claude_tray.store import outbox  # noqa: PLC0415

    harness.run_in_transaction(
        lambda writer: _release_quarantined(outbox, writer, harness.url)
    )


def _release_quarantined(destinations: Any, writer: Any, url: str) -> None:
    destinations.retry_quarantined(writer, url)


@EACH_KIND
def test_several_rows_that_break_the_receiver_are_quarantined(
    harness: SyncHarness, make: FakeReceiverKind
) -> None:
    plan = _reject_body_containing(
        b"poison", build_response(422, {"detail": "odd"})
    )
    receiver = harness.start_receiver(make, plan)
    harness.add_records(200)
    bad = [
        make_record(
            f"11:0{n}", message=f"msg_poison{n}", session=f"session-{n}"
        )
        for n in range(4)
    ]
    save_records(harness.writer, *bad)

    harness.sync_until_success()

    assert len(harness.quarantined) == 4
    assert receiver.totals()[0] == harness.totals()[0] - 4


@EACH_KIND
def test_a_quarantined_row_is_retried_when_it_changes(
    harness: SyncHarness,
    make: FakeReceiverKind,
) -> None:
    receiver = harness.start_receiver(
        make,
        _reject_body_containing(
            b'"output_tokens":777', build_response(400, {"detail": "odd"})
        ),
    )
    harness.add_records(20)
    odd = make_record("11:00", message="msg_odd", session="session-1")
    odd = odd._replace(tokens=odd.tokens._replace(output=777))
    save_records(harness.writer, odd)
    harness.sync_until_success()
    assert len(harness.quarantined) == 1

    harness.grow_records(odd)
    harness.sync_until_success()

    assert harness.quarantined == []
    assert receiver.totals() == harness.totals()


def test_a_row_rejected_by_index_is_quarantined(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver()
    harness.add_records(10)
    rejected = [
        {"index": 3, "code": "timestamp", "detail": "of tomorrow"},
        {"index": 99, "code": "no such row"},
    ]
    receipt = {
        "status": "partial",
        "message": "",
        "projects_updated": 1,
        "sessions_updated": 1,
        "snapshots_created": 9,
        "snapshots_received": 10,
        "rejected": rejected,
    }
    receiver.fault_plan = fail_first(build_response(200, receipt), 1)

    stats = harness.sync()

    (quarantined,) = harness.quarantined
    sent = receiver.posts[0].messages[3]["message"]["id"]
    assert (quarantined.message_id, quarantined.code) == (sent, "timestamp")
    assert stats.row_count == 10


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, SyncMisconfiguredError), (500, SyncDelayedError)],
)
def test_no_row_is_quarantined_if_nothing_is_accepted(
    harness: SyncHarness,
    status: int,
    error: type[Exception],
) -> None:
    harness.start_receiver(
        FakeReceiverKind.OWN_SERVER,
        always_fail(build_response(status, {"detail": "no"})),
    )
    harness.add_records(30)
    for _ in range(30):
        with pytest.raises(error):
            harness.sync()
        harness.now_ms = harness.destination.not_before_ms

    assert harness.quarantined == []


@EACH_KIND
@pytest.mark.parametrize("status", [400, 500])
def test_no_row_is_quarantined_if_only_empty_requests_are_accepted(
    harness: SyncHarness,
    make: FakeReceiverKind,
    status: int,
) -> None:
    def plan(request: ReceivedRequest) -> Any:
        if not request.is_post or not request.json["projects"]:
            return None
        return build_response(status, {"detail": "no"})

    receiver = harness.start_receiver(make, plan)
    harness.add_records(30)
    for _ in range(5):
        with pytest.raises((SyncDelayedError, SyncMisconfiguredError)):
            harness.sync()
        harness.now_ms = harness.destination.not_before_ms
    assert harness.quarantined == []

    receiver.fault_plan = lambda _: None
    harness.sync_until_success()
    assert receiver.totals() == harness.totals()


def test_a_failed_heartbeat_quarantines_nothing(harness: SyncHarness) -> None:
    harness.start_receiver(
        FakeReceiverKind.OWN_SERVER,
        always_fail(build_response(400, {"detail": "no"})),
    )

    with pytest.raises(SyncMisconfiguredError):
        harness.sync(send_heartbeat=True)

    assert harness.quarantined == []


def test_a_single_row_is_quarantined_only_after_several_attempts(
    harness: SyncHarness,
) -> None:
    plan = _reject_body_containing(
        b"msg_", build_response(400, {"detail": "odd"})
    )
    receiver = harness.start_receiver(FakeReceiverKind.OWN_SERVER, plan)
    harness.add_records(1)
    for _ in range(4):
        with pytest.raises(SyncDelayedError):
            harness.sync()
        assert harness.quarantined == []
        harness.now_ms = harness.destination.not_before_ms

    harness.sync()
    assert len(harness.quarantined) == 1

    # The next row is accepted, which proves that the server works.
    receiver.fault_plan = lambda _: None
    harness.add_records(1)
    harness.sync()
    assert len(receiver.rows) == 1


def test_a_row_that_was_rejected_once_is_sent(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(FakeReceiverKind.OWN_SERVER)
    harness.add_records(20)
    harness.sync()
    receiver.fault_plan = fail_first(
        build_response(400, {"detail": "a bad day"}), 1
    )
    harness.add_records(1)

    harness.sync_until_success()

    assert receiver.totals() == harness.totals()
    assert harness.quarantined == []


@EACH_KIND
def test_an_aborted_bisection_starts_again(
    harness: SyncHarness,
    make: FakeReceiverKind,
) -> None:
    posts = [0]

    def plan(request: ReceivedRequest) -> Any:
        if not request.is_post:
            return None
        posts[0] += 1
        if b"msg_poison" in request.decoded_body:
            return build_response(400, {"detail": "odd"})
        return "reset before" if posts[0] in (4, 9, 15) else None

    receiver = harness.start_receiver(make, plan)
    harness.add_records(100)
    save_records(
        harness.writer,
        make_record("11:00", message="msg_poison", session="session-1"),
    )

    harness.sync_until_success()

    assert [row.message_id for row in harness.quarantined] == ["msg_poison"]
    assert receiver.totals()[0] == harness.totals()[0] - 1


def test_a_single_row_that_is_too_large_is_quarantined(
    harness: SyncHarness,
) -> None:
    plan = _reject_body_containing(b"msg_poison", build_response(413))
    receiver = harness.start_receiver(FakeReceiverKind.OWN_SERVER, plan)
    harness.add_records(20)
    save_records(harness.writer, make_record("11:00", message="msg_poison"))

    harness.sync_until_success()

    assert [row.code for row in harness.quarantined] == ["too_large"]
    assert receiver.totals()[0] == harness.totals()[0] - 1
