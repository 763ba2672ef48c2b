"""Adapt the size and encoding of requests to the receiver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.builders import make_record
from tests.support.fake_receiver import (
    FakeReceiverKind,
    build_response,
)
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.fake_receiver import ReceivedRequest
    from tests.support.sync_harness import SyncHarness


def _reject_larger_than(
    size: int, fault: Any
) -> Callable[[ReceivedRequest], Any]:
    def choose_fault(request: ReceivedRequest) -> Any:
        return fault if request.is_post and len(request.body) > size else None

    return choose_fault


@pytest.mark.parametrize("fault", [build_response(413), "reset before"])
def test_a_request_that_is_too_large_is_split(
    harness: SyncHarness,
    fault: Any,
) -> None:
    receiver = harness.start_receiver(
        FakeReceiverKind.OWN_SERVER, _reject_larger_than(4000, fault)
    )
    harness.add_records(900)

    harness.sync_until_success()

    assert receiver.totals() == harness.totals()
    assert harness.quarantined == []


def test_fewer_sessions_are_sent_after_a_request_that_is_too_large(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(
        FakeReceiverKind.REPLACING,
        _reject_larger_than(40_000, build_response(413)),
    )
    harness.add_records(900, sessions=9)

    harness.sync_until_success()

    assert receiver.totals() == harness.totals()


def test_a_session_that_is_too_large_is_retried_when_it_changes(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(
        FakeReceiverKind.REPLACING,
        _reject_larger_than(20_000, build_response(413)),
    )
    harness.add_records(30, sessions=3)
    records = [
        make_record(f"10:{n:02d}", message=f"msg_long{n}", session="long")
        for n in range(60)
    ]
    save_records(harness.writer, *records[:20])
    harness.sync_until_success()
    known = receiver.totals()

    # It exceeds the limit: the receiver keeps the version it has.
    more = [
        make_record(
            f"11:{n % 60:02d}",
            message=f"msg_more{n}",
            session="long",
        )
        for n in range(120)
    ]
    save_records(harness.writer, *more)
    harness.sync_until_success()
    assert receiver.totals() == known
    assert len(harness.quarantined) == 140

    receiver.fault_plan = lambda _: None
    harness.grow_records(records[0])
    harness.sync_until_success()
    assert receiver.totals() == harness.totals()
    assert harness.quarantined == []


def test_halves_that_are_accepted_only_apart_shrink_the_batch(
    harness: SyncHarness,
) -> None:
    def plan(request: ReceivedRequest) -> Any:
        is_too_large = request.is_post and len(request.messages) > 60
        return (
            build_response(400, {"detail": "too many"})
            if is_too_large
            else None
        )

    receiver = harness.start_receiver(FakeReceiverKind.OWN_SERVER, plan)
    harness.add_records(100)

    harness.sync_until_success()

    assert receiver.totals() == harness.totals()
    assert harness.quarantined == []


def test_requests_are_compressed_only_if_the_receiver_accepts_it(
    harness: SyncHarness,
) -> None:
    packed, plain = harness.start_receiver(FakeReceiverKind.OWN_SERVER), None
    harness.add_records(100)
    harness.sync()
    assert packed.posts[0].headers["content-encoding"] == "gzip"

    plain = harness.start_receiver(FakeReceiverKind.OWN_SERVER)
    plain.encodings = []
    harness.restart()
    harness.sync()
    assert "content-encoding" not in plain.posts[0].headers

    other = harness.start_receiver(FakeReceiverKind.MERGING)
    harness.restart()
    harness.sync()
    assert "content-encoding" not in other.posts[0].headers


def test_a_receiver_that_refuses_compression_gets_plain_json(
    harness: SyncHarness,
) -> None:
    def plan(request: ReceivedRequest) -> Any:
        is_packed = "content-encoding" in request.headers
        return build_response(415, {"detail": "gzip"}) if is_packed else None

    receiver = harness.start_receiver(FakeReceiverKind.OWN_SERVER, plan)
    harness.add_records(100)

    harness.sync()

    assert receiver.totals() == harness.totals()


def test_the_limits_of_the_receiver_are_respected(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver()
    receiver.max_messages = 70
    harness.add_records(200)

    harness.sync()

    assert max(len(request.messages) for request in receiver.posts) == 70
    assert receiver.totals() == harness.totals()
