"""Every way in which a receiver may fail, on real connections."""

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
from claude_tray.sync.policy import State
from tests.support.builders import a_record
from tests.support.doses import dose
from tests.support.keeping import keep
from tests.support.receiver import TOKEN, Make, Receiver, answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.receiver import Asked
    from tests.support.shipping import Harbour

MAKES = pytest.mark.parametrize("make", [Make.OURS, Make.REPLACING])
MONTH_MS = 30 * 86_400_000
HTML = b"<html>log in to this network</html>"


def first(fault: Any, times: int = 2) -> Callable[[Asked], Any]:
    """Let the first posts go wrong."""
    left = [times]

    def plan(asked: Asked) -> Any:
        if not asked.is_post or not left[0]:
            return None
        left[0] -= 1
        return fault

    return plan


def always(fault: Any) -> Callable[[Asked], Any]:
    return lambda asked: fault if asked.is_post else None


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
    "captive portal": answer(200, HTML, "text/html"),
    "JSON but no receipt": answer(200, {"ok": True}),
    "truncated JSON": answer(200, b'{"status":"succ'),
    "a receipt for less": answer(
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
    "408": answer(408, HTML, "text/html"),
    "425": answer(425),
    "429": answer(429, {"code": "throttled"}),
    "429 with seconds": answer(429, Retry_After="7"),
    "503 with a date": answer(503, Retry_After=formatdate(usegmt=True)),
    "500": answer(500, b"oops", "text/plain"),
    "500 of the best known one": answer(500, {"status": "error"}),
    "502": answer(502, HTML, "text/html"),
    "504": answer(504, HTML, "text/html"),
    "507": answer(507),
    "too much at once": answer(413, HTML, "text/html"),
}


@MAKES
@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_it_arrives_all_the_same(
    harbour: Harbour,
    make: Make,
    fault: Any,
) -> None:
    receiver = harbour.receiver(make, first(fault))
    harbour.write(300)

    harbour.persist()

    # Nobody but the empty canary can have told of no rows.
    assert receiver.totals() == harbour.totals()
    assert harbour.aside == []
    assert harbour.kept.state == State.OK


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        (answer(429, Retry_After="7"), 7.7),
        (
            answer(
                429,
                Date="Fri, 20 Mar 2026 10:00:00 GMT",
                Retry_After="Fri, 20 Mar 2026 10:00:20 GMT",
            ),
            22,
        ),
        (answer(503, Retry_After="86400"), 3960),
        (answer(503), 2),
        ("reset before", 2),
    ],
)
def test_how_long_it_waits(harbour: Harbour, fault: Any, wait: float) -> None:
    harbour.receiver(Make.OURS, always(fault))
    harbour.write(1)

    with pytest.raises(SyncDelayedError):
        harbour.ship()

    waits = harbour.kept.not_before_ms - harbour.now_ms
    assert waits == pytest.approx(wait * 1000, abs=1)


def test_the_waits_grow_to_a_quarter_of_an_hour(harbour: Harbour) -> None:
    harbour.receiver(Make.OURS, always(answer(502)))
    harbour.write(1)
    waits = []
    for _ in range(12):
        with pytest.raises(SyncDelayedError):
            harbour.ship()
        waits.append(harbour.kept.not_before_ms - harbour.now_ms)
        harbour.now_ms = harbour.kept.not_before_ms

    assert waits[:3] == [2000, 4000, 8000]
    assert waits[-1] == 900_000


@MAKES
def test_offline_for_a_month_and_all_arrives(
    harbour: Harbour,
    make: Make,
) -> None:
    receiver = harbour.receiver(make, lambda _: "reset before")
    started = harbour.now_ms
    records = harbour.write(50)
    tries = dose(100)
    for _ in range(tries):
        with pytest.raises(SyncDelayedError):
            harbour.ship()
        harbour.restart()
        assert harbour.kept.not_before_ms <= harbour.now_ms + 900_000
        harbour.now_ms += MONTH_MS // tries
        if len(receiver.asked) % (tries // 10) == 0:
            records += harbour.write(20)
            harbour.grow(records[-30])
    assert harbour.kept.failing_since_ms == started
    receiver.plan = lambda _: None

    harbour.persist()

    assert receiver.totals() == harbour.totals()
    assert harbour.kept.failing_since_ms is None


@pytest.mark.parametrize(
    ("fault", "error", "reason"),
    [
        (
            answer(401, {"code": "token_not_valid", "detail": "no"}),
            SyncRefusedError,
            "401 token_not_valid no",
        ),
        (answer(401, HTML, "text/html"), SyncRefusedError, "401"),
        (
            answer(403, {"code": "permission_denied"}),
            SyncRefusedError,
            "403 permission_denied",
        ),
        (answer(403, HTML, "text/html"), SyncMisconfiguredError, "403"),
        (answer(404, HTML, "text/html"), SyncMisconfiguredError, "404"),
        (answer(501), SyncMisconfiguredError, "501"),
        (answer(415), SyncMisconfiguredError, "415"),
        (
            answer(302, Location="https://login.example/x"),
            SyncMisconfiguredError,
            "login.example",
        ),
    ],
)
def test_what_a_person_must_mend_stops_it(
    harbour: Harbour,
    fault: Any,
    error: type[Exception],
    reason: str,
) -> None:
    receiver = harbour.receiver(Make.OURS, always(fault))
    harbour.write(3)

    with pytest.raises(error, match=reason):
        harbour.ship()
    asked = len(receiver.asked)
    with pytest.raises(error, match=reason):
        harbour.ship()

    assert len(receiver.asked) == asked
    receiver.plan = lambda _: None
    harbour.ship(is_asked=True)
    assert receiver.totals() == harbour.totals()


def test_another_token_is_tried_at_once(harbour: Harbour) -> None:
    receiver = harbour.receiver()
    receiver.token = "Token the-new-one-of-ada"
    harbour.write(3)
    with pytest.raises(SyncRefusedError):
        harbour.ship()

    harbour.token = "Token the-new-one-of-ada"
    harbour.restart()
    harbour.ship()

    assert receiver.totals() == harbour.totals()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_token_never_follows_to_another_host(
    harbour: Harbour,
    status: int,
) -> None:
    harbour.write(3)
    with Receiver() as other:
        to = answer(
            status, Location=f"{other.url}/app/claude-usage/agent-sync/"
        )
        harbour.receiver(Make.OURS, lambda _: to)

        with pytest.raises(SyncMisconfiguredError, match=r"127\.0\.0\.1"):
            harbour.ship()

        assert other.asked == []


def test_a_server_that_echoes_the_token_does_not_spread_it(
    harbour: Harbour,
    caplog: pytest.LogCaptureFixture,
) -> None:
    echo = answer(400, {"detail": f"bad header Bearer {TOKEN}"})
    harbour.receiver(Make.OURS, lambda _: echo)
    harbour.write(3)

    with pytest.raises(SyncMisconfiguredError) as caught:
        harbour.ship()

    assert TOKEN not in str(caught.value)
    assert TOKEN not in harbour.kept.reason
    assert TOKEN not in caplog.text


def _poison(text: bytes, fault: bytes) -> Callable[[Asked], Any]:
    def plan(asked: Asked) -> Any:
        return fault if asked.is_post and text in asked.text else None

    return plan


@MAKES
@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_row_that_the_receiver_cannot_take_is_set_aside_alone(
    harbour: Harbour,
    make: Make,
    status: int,
) -> None:
    plan = _poison(b"msg_poison", answer(status, {"detail": "odd"}))
    receiver = harbour.receiver(make, plan)
    harbour.write(600)
    keep(
        harbour.writer,
        a_record("11:00", message="msg_poison", session="session-1"),
    )

    harbour.persist()

    (aside,) = harbour.aside
    assert aside.message_id == "msg_poison"
    assert aside.code == ("server_error" if status == 500 else "rejected")
    assert receiver.totals()[0] == harbour.totals()[0] - 1

    # When the receiver is mended and a person asks, it arrives, too.
    receiver.plan = lambda _: None
    _retry(harbour)
    harbour.ship()
    assert receiver.totals() == harbour.totals()
    assert harbour.aside == []


def _retry(harbour: Harbour) -> None:
    from claude_tray.store import destinations  # noqa: PLC0415

    harbour.keep(lambda writer: _take_up(destinations, writer, harbour.url))


def _take_up(destinations: Any, writer: Any, url: str) -> None:
    destinations.take_up(writer, url)


@MAKES
def test_several_such_rows_are_found(harbour: Harbour, make: Make) -> None:
    plan = _poison(b"poison", answer(422, {"detail": "odd"}))
    receiver = harbour.receiver(make, plan)
    harbour.write(200)
    bad = [
        a_record(f"11:0{n}", message=f"msg_poison{n}", session=f"session-{n}")
        for n in range(4)
    ]
    keep(harbour.writer, *bad)

    harbour.persist()

    assert len(harbour.aside) == 4
    assert receiver.totals()[0] == harbour.totals()[0] - 4


@MAKES
def test_a_row_set_aside_is_tried_again_when_it_changes(
    harbour: Harbour,
    make: Make,
) -> None:
    receiver = harbour.receiver(
        make,
        _poison(b'"output_tokens":777', answer(400, {"detail": "odd"})),
    )
    harbour.write(20)
    odd = a_record("11:00", message="msg_odd", session="session-1")
    odd = odd._replace(tokens=odd.tokens._replace(output=777))
    keep(harbour.writer, odd)
    harbour.persist()
    assert len(harbour.aside) == 1

    harbour.grow(odd)
    harbour.persist()

    assert harbour.aside == []
    assert receiver.totals() == harbour.totals()


def test_a_row_that_is_rejected_by_name_is_set_aside(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver()
    harbour.write(10)
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
    receiver.plan = first(answer(200, receipt), 1)

    tally = harbour.ship()

    (aside,) = harbour.aside
    sent = receiver.posts[0].messages[3]["message"]["id"]
    assert (aside.message_id, aside.code) == (sent, "timestamp")
    assert tally.snapshots == 10


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, SyncMisconfiguredError), (500, SyncDelayedError)],
)
def test_no_row_is_blamed_where_nothing_at_all_is_taken(
    harbour: Harbour,
    status: int,
    error: type[Exception],
) -> None:
    harbour.receiver(Make.OURS, always(answer(status, {"detail": "no"})))
    harbour.write(30)
    for _ in range(30):
        with pytest.raises(error):
            harbour.ship()
        harbour.now_ms = harbour.kept.not_before_ms

    assert harbour.aside == []


@MAKES
@pytest.mark.parametrize("status", [400, 500])
def test_no_row_is_blamed_where_only_empty_requests_are_taken(
    harbour: Harbour,
    make: Make,
    status: int,
) -> None:
    def plan(asked: Asked) -> Any:
        if not asked.is_post or not asked.json["projects"]:
            return None
        return answer(status, {"detail": "no"})

    receiver = harbour.receiver(make, plan)
    harbour.write(30)
    for _ in range(5):
        with pytest.raises((SyncDelayedError, SyncMisconfiguredError)):
            harbour.ship()
        harbour.now_ms = harbour.kept.not_before_ms
    assert harbour.aside == []

    receiver.plan = lambda _: None
    harbour.persist()
    assert receiver.totals() == harbour.totals()


def test_no_row_is_blamed_where_there_was_none(harbour: Harbour) -> None:
    harbour.receiver(Make.OURS, always(answer(400, {"detail": "no"})))

    with pytest.raises(SyncMisconfiguredError):
        harbour.ship(is_alive=True)

    assert harbour.aside == []


def test_a_row_that_came_alone_is_blamed_only_after_a_while(
    harbour: Harbour,
) -> None:
    plan = _poison(b"msg_", answer(400, {"detail": "odd"}))
    receiver = harbour.receiver(Make.OURS, plan)
    harbour.write(1)
    for _ in range(4):
        with pytest.raises(SyncDelayedError):
            harbour.ship()
        assert harbour.aside == []
        harbour.now_ms = harbour.kept.not_before_ms

    harbour.ship()
    assert len(harbour.aside) == 1

    # The next one is not blamed for it, and shows that the server is well.
    receiver.plan = lambda _: None
    harbour.write(1)
    harbour.ship()
    assert len(receiver.rows) == 1


def test_a_row_that_was_refused_by_chance_arrives(harbour: Harbour) -> None:
    receiver = harbour.receiver(Make.OURS)
    harbour.write(20)
    harbour.ship()
    receiver.plan = first(answer(400, {"detail": "a bad day"}), 1)
    harbour.write(1)

    harbour.persist()

    assert receiver.totals() == harbour.totals()
    assert harbour.aside == []


@MAKES
def test_a_hunt_that_is_broken_off_begins_again(
    harbour: Harbour,
    make: Make,
) -> None:
    posts = [0]

    def plan(asked: Asked) -> Any:
        if not asked.is_post:
            return None
        posts[0] += 1
        if b"msg_poison" in asked.text:
            return answer(400, {"detail": "odd"})
        return "reset before" if posts[0] in (4, 9, 15) else None

    receiver = harbour.receiver(make, plan)
    harbour.write(100)
    keep(
        harbour.writer,
        a_record("11:00", message="msg_poison", session="session-1"),
    )

    harbour.persist()

    assert [row.message_id for row in harbour.aside] == ["msg_poison"]
    assert receiver.totals()[0] == harbour.totals()[0] - 1


def _larger_than(size: int, fault: Any) -> Callable[[Asked], Any]:
    def plan(asked: Asked) -> Any:
        return fault if asked.is_post and len(asked.body) > size else None

    return plan


@pytest.mark.parametrize("fault", [answer(413), "reset before"])
def test_less_is_sent_at_a_time_where_it_was_too_much(
    harbour: Harbour,
    fault: Any,
) -> None:
    receiver = harbour.receiver(Make.OURS, _larger_than(4000, fault))
    harbour.write(900)

    harbour.persist()

    assert receiver.totals() == harbour.totals()
    assert harbour.aside == []


def test_sessions_are_sent_fewer_at_a_time_where_it_was_too_much(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver(
        Make.REPLACING,
        _larger_than(40_000, answer(413)),
    )
    harbour.write(900, sessions=9)

    harbour.persist()

    assert receiver.totals() == harbour.totals()


def test_a_row_too_large_alone_is_set_aside(harbour: Harbour) -> None:
    plan = _poison(b"msg_poison", answer(413))
    receiver = harbour.receiver(Make.OURS, plan)
    harbour.write(20)
    keep(harbour.writer, a_record("11:00", message="msg_poison"))

    harbour.persist()

    assert [row.code for row in harbour.aside] == ["too_large"]
    assert receiver.totals()[0] == harbour.totals()[0] - 1


def test_a_session_too_large_is_kept_whole_and_tried_when_it_changes(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver(
        Make.REPLACING,
        _larger_than(20_000, answer(413)),
    )
    harbour.write(30, sessions=3)
    records = [
        a_record(f"10:{n:02d}", message=f"msg_long{n}", session="long")
        for n in range(60)
    ]
    keep(harbour.writer, *records[:20])
    harbour.persist()
    known = receiver.totals()

    # It outgrows what the receiver takes: what it has is not torn apart.
    more = [
        a_record(
            f"11:{n % 60:02d}",
            message=f"msg_more{n}",
            session="long",
        )
        for n in range(120)
    ]
    keep(harbour.writer, *more)
    harbour.persist()
    assert receiver.totals() == known
    assert len(harbour.aside) == 140

    receiver.plan = lambda _: None
    harbour.grow(records[0])
    harbour.persist()
    assert receiver.totals() == harbour.totals()
    assert harbour.aside == []


def test_two_halves_that_are_taken_but_not_together(
    harbour: Harbour,
) -> None:
    def plan(asked: Asked) -> Any:
        many = asked.is_post and len(asked.messages) > 60
        return answer(400, {"detail": "too many"}) if many else None

    receiver = harbour.receiver(Make.OURS, plan)
    harbour.write(100)

    harbour.persist()

    assert receiver.totals() == harbour.totals()
    assert harbour.aside == []


def test_it_is_packed_only_where_the_receiver_says_so(
    harbour: Harbour,
) -> None:
    packed, plain = harbour.receiver(Make.OURS), None
    harbour.write(100)
    harbour.ship()
    assert packed.posts[0].headers["content-encoding"] == "gzip"

    plain = harbour.receiver(Make.OURS)
    plain.encodings = []
    harbour.restart()
    harbour.ship()
    assert "content-encoding" not in plain.posts[0].headers

    other = harbour.receiver(Make.MERGING)
    harbour.restart()
    harbour.ship()
    assert "content-encoding" not in other.posts[0].headers


def test_a_receiver_that_cannot_unpack_after_all_gets_it_plain(
    harbour: Harbour,
) -> None:
    def plan(asked: Asked) -> Any:
        is_packed = "content-encoding" in asked.headers
        return answer(415, {"detail": "gzip"}) if is_packed else None

    receiver = harbour.receiver(Make.OURS, plan)
    harbour.write(100)

    harbour.ship()

    assert receiver.totals() == harbour.totals()


def test_the_bounds_that_a_receiver_tells_are_kept(harbour: Harbour) -> None:
    receiver = harbour.receiver()
    receiver.most_messages = 70
    harbour.write(200)

    harbour.ship()

    assert max(len(asked.messages) for asked in receiver.posts) == 70
    assert receiver.totals() == harbour.totals()


def test_failures_are_told_in_the_log(
    harbour: Harbour,
    caplog: pytest.LogCaptureFixture,
) -> None:
    harbour.receiver(Make.OURS, always(answer(502)))
    harbour.write(1)

    with pytest.raises(SyncDelayedError):
        harbour.ship()

    told = [r for r in caplog.records if r.levelno == logging.WARNING]
    assert [r.getMessage() for r in told] == [
        "Could not send: the server answered 502",
    ]
