"""Sync to receivers that fail, over real connections."""

from __future__ import annotations

import logging
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.errors import (
    SyncDelayedError,
    SyncMisconfiguredError,
    SyncRefusedError,
)
from claude_tray.store import metadata
from claude_tray.sync.receiver import DestinationStatus
from tests.support.builders import make_record
from tests.support.fake_receiver import (
    TOKEN,
    FakeReceiver,
    FakeReceiverKind,
    build_response,
)
from tests.support.store_records import save_records
from tests.support.sync_harness import SHORT_TIMEOUTS
from tests.support.workload import scale_count

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.fake_receiver import ReceivedRequest
    from tests.support.sync_harness import SyncHarness


EACH_KIND = pytest.mark.parametrize(
    "make", [FakeReceiverKind.OWN_SERVER, FakeReceiverKind.REPLACING]
)
MONTH_MS = 30 * 86_400_000
LOGIN_PAGE = b"<html>log in to this network</html>"


def fail_first(fault: Any, times: int = 2) -> Callable[[ReceivedRequest], Any]:
    """Plan a fault for the first POST requests."""
    remaining = [times]

    def choose_fault(request: ReceivedRequest) -> Any:
        if not request.is_post or not remaining[0]:
            return None
        remaining[0] -= 1
        return fault

    return choose_fault


def always_fail(fault: Any) -> Callable[[ReceivedRequest], Any]:
    return lambda request: fault if request.is_post else None


STALLING_FAULTS = ("black hole", "drip head", "drip body", "endless")
FAULTS = {
    "reset before": "reset before",
    "reset after the commit": "reset after",
    "reset within the answer": "reset within",
    "an answer cut short": "cut short",
    "black hole": "black hole",
    "dripping headers": "drip head",
    "dripping body": "drip body",
    "endless body": "endless",
    "no HTTP": "garbage",
    "a proxy that sends twice": "twice",
    "captive portal": build_response(200, LOGIN_PAGE, "text/html"),
    "JSON but no receipt": build_response(200, {"ok": True}),
    "truncated JSON": build_response(200, b'{"status":"succ'),
    "a receipt for less": build_response(
        200,
        {
            "status": "success",
            "message": "",
            "projects_updated": 1,
            "sessions_updated": 1,
            "snapshots_created": 1,
            "snapshots_received": 1,
        },
    ),
    "408": build_response(408, LOGIN_PAGE, "text/html"),
    "425": build_response(425),
    "429": build_response(429, {"code": "throttled"}),
    "429 with seconds": build_response(429, Retry_After="7"),
    "503 with a date": build_response(
        503, Retry_After=formatdate(usegmt=True)
    ),
    "500": build_response(500, b"oops", "text/plain"),
    "500 of the best known one": build_response(500, {"status": "error"}),
    "502": build_response(502, LOGIN_PAGE, "text/html"),
    "504": build_response(504, LOGIN_PAGE, "text/html"),
    "507": build_response(507),
    "too much at once": build_response(413, LOGIN_PAGE, "text/html"),
}


@EACH_KIND
@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_temporary_failures_lose_nothing(
    harness: SyncHarness,
    make: FakeReceiverKind,
    fault: Any,
) -> None:
    if fault in STALLING_FAULTS:
        harness.timeouts = SHORT_TIMEOUTS
    receiver = harness.start_receiver(make, fail_first(fault))
    harness.add_records(300)

    harness.sync_until_success()

    # The empty request that probes the receiver has no rows.
    assert receiver.totals() == harness.totals()
    assert harness.quarantined == []
    assert harness.destination.status == DestinationStatus.OK


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        (build_response(429, Retry_After="7"), 7.7),
        (
            build_response(
                429,
                Date="Fri, 20 Mar 2026 10:00:00 GMT",
                Retry_After="Fri, 20 Mar 2026 10:00:20 GMT",
            ),
            22,
        ),
        (build_response(503, Retry_After="86400"), 3960),
        (build_response(503), 2),
        ("reset before", 2),
    ],
)
def test_the_backoff_is_stored(
    harness: SyncHarness, fault: Any, wait: float
) -> None:
    harness.start_receiver(FakeReceiverKind.OWN_SERVER, always_fail(fault))
    harness.add_records(1)

    with pytest.raises(SyncDelayedError):
        harness.sync()

    waits = harness.destination.not_before_ms - harness.now_ms
    assert waits == pytest.approx(wait * 1000, abs=1)


def test_the_backoff_grows_to_a_quarter_of_an_hour(
    harness: SyncHarness,
) -> None:
    harness.start_receiver(
        FakeReceiverKind.OWN_SERVER, always_fail(build_response(502))
    )
    harness.add_records(1)
    waits = []
    for _ in range(12):
        with pytest.raises(SyncDelayedError):
            harness.sync()
        waits.append(harness.destination.not_before_ms - harness.now_ms)
        harness.now_ms = harness.destination.not_before_ms

    assert waits[:3] == [2000, 4000, 8000]
    assert waits[-1] == 900_000


@EACH_KIND
def test_everything_is_sent_after_a_month_offline(
    harness: SyncHarness,
    make: FakeReceiverKind,
) -> None:
    receiver = harness.start_receiver(make, lambda _: "reset before")
    started = harness.now_ms
    records = harness.add_records(50)
    tries = scale_count(100)
    for _ in range(tries):
        with pytest.raises(SyncDelayedError):
            harness.sync()
        harness.restart()
        assert harness.destination.not_before_ms <= harness.now_ms + 900_000
        harness.now_ms += MONTH_MS // tries
        if len(receiver.requests) % (tries // 10) == 0:
            records += harness.add_records(20)
            harness.grow_records(records[-30])
    assert harness.destination.failing_since_ms == started
    receiver.fault_plan = lambda _: None

    harness.sync_until_success()

    assert receiver.totals() == harness.totals()
    assert harness.destination.failing_since_ms is None


@pytest.mark.parametrize(
    ("fault", "error", "reason"),
    [
        (
            build_response(401, {"code": "token_not_valid", "detail": "no"}),
            SyncRefusedError,
            "401 token_not_valid no",
        ),
        (
            build_response(401, LOGIN_PAGE, "text/html"),
            SyncRefusedError,
            "401",
        ),
        (
            build_response(403, {"code": "permission_denied"}),
            SyncRefusedError,
            "403 permission_denied",
        ),
        (
            build_response(403, LOGIN_PAGE, "text/html"),
            SyncMisconfiguredError,
            "403",
        ),
        (
            build_response(404, LOGIN_PAGE, "text/html"),
            SyncMisconfiguredError,
            "404",
        ),
        (build_response(501), SyncMisconfiguredError, "501"),
        (build_response(415), SyncMisconfiguredError, "415"),
        (
            build_response(302, Location="https://login.example/x"),
            SyncMisconfiguredError,
            "login.example",
        ),
    ],
)
def test_errors_the_user_must_fix_stop_sync(
    harness: SyncHarness,
    fault: Any,
    error: type[Exception],
    reason: str,
) -> None:
    receiver = harness.start_receiver(
        FakeReceiverKind.OWN_SERVER, always_fail(fault)
    )
    harness.add_records(3)

    with pytest.raises(error, match=reason):
        harness.sync()
    request_count = len(receiver.requests)
    with pytest.raises(error, match=reason):
        harness.sync()

    assert len(receiver.requests) == request_count
    receiver.fault_plan = lambda _: None
    harness.sync(is_manual=True)
    assert receiver.totals() == harness.totals()


def test_a_new_token_is_tried_at_once(harness: SyncHarness) -> None:
    receiver = harness.start_receiver()
    receiver.token = "Token the-new-one-of-ada"
    harness.add_records(3)
    with pytest.raises(SyncRefusedError):
        harness.sync()

    harness.token = "Token the-new-one-of-ada"
    harness.restart()
    harness.sync()

    assert receiver.totals() == harness.totals()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_never_receive_the_token(
    harness: SyncHarness,
    status: int,
) -> None:
    harness.add_records(3)
    with FakeReceiver() as other:
        to = build_response(
            status, Location=f"{other.url}/app/claude-usage/agent-sync/"
        )
        harness.start_receiver(FakeReceiverKind.OWN_SERVER, lambda _: to)

        with pytest.raises(SyncMisconfiguredError, match=r"127\.0\.0\.1"):
            harness.sync()

        assert other.requests == []


def test_a_token_echoed_by_the_server_is_redacted(
    harness: SyncHarness,
    caplog: pytest.LogCaptureFixture,
) -> None:
    echo = build_response(400, {"detail": f"bad header Bearer {TOKEN}"})
    harness.start_receiver(FakeReceiverKind.OWN_SERVER, lambda _: echo)
    harness.add_records(3)

    with pytest.raises(SyncMisconfiguredError) as excinfo:
        harness.sync()

    assert TOKEN not in str(excinfo.value)
    assert TOKEN not in harness.destination.reason
    assert TOKEN not in caplog.text


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


def test_failures_are_logged(
    harness: SyncHarness,
    caplog: pytest.LogCaptureFixture,
) -> None:
    harness.start_receiver(
        FakeReceiverKind.OWN_SERVER, always_fail(build_response(502))
    )
    harness.add_records(1)

    with pytest.raises(SyncDelayedError):
        harness.sync()

    warnings = [r for r in caplog.records if r.levelno == logging.WARNING]
    assert [r.getMessage() for r in warnings] == [
        "Sync failed: the server responded 502",
    ]


def test_values_that_the_receiver_ignores_are_logged_once_and_counted(
    harness: SyncHarness, caplog: pytest.LogCaptureFixture
) -> None:
    ignored = [
        {"field": f"agent.limits[{n}]", "code": "invalid", "detail": TOKEN}
        for n in range(3)
    ] + [{"field": "agent.as_of", "code": "invalid", "detail": "too late"}]

    def respond(request: ReceivedRequest) -> Any:
        if not request.is_post:
            return None
        receipt = {
            "status": "partial",
            "message": "Synced",
            "projects_updated": 1,
            "sessions_updated": 1,
            "snapshots_created": 1,
            "snapshots_received": len(request.messages),
            "ignored": ignored,
        }
        return build_response(200, receipt)

    harness.start_receiver(FakeReceiverKind.OWN_SERVER, respond)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            harness.add_records(1)
            harness.sync()

    texts = [record.getMessage() for record in caplog.records]
    assert texts == [
        "Receiver ignored a value agent.limits: invalid",
        "Receiver ignored a value agent.as_of: invalid",
    ]
    assert metadata.get_value(harness.writer, metadata.SYNC_IGNORED) == "8"
