"""Sync to receivers that fail for a while, over real connections."""

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
from claude_tray.sync.receiver import DestinationStatus
from tests.support.fake_receiver import (
    TOKEN,
    FakeReceiver,
    FakeReceiverKind,
    build_response,
)
from tests.support.receiver_faults import EACH_KIND, always_fail, fail_first
from tests.support.sync_harness import SHORT_TIMEOUTS
from tests.support.workload import scale_count

if TYPE_CHECKING:
    from tests.support.sync_harness import SyncHarness


MONTH_MS = 30 * 86_400_000


LOGIN_PAGE = b"<html>log in to this network</html>"


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
