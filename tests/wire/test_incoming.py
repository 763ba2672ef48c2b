from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from claude_tray.domain.usage import Terms, TokenCounts, UsageRecord, key_of
from claude_tray.wire.agent_sync import Agent, Project, Request, Session
from claude_tray.wire.answers import Rejected
from claude_tray.wire.incoming import Received, rows_in
from claude_tray.wire.rows import row_of
from tests.support.builders import a_record, ms

NOW = ms("12:00")


def _request(
    *rows: bytes,
    project: str = "notes",
    path: str = "",
    account: str = "",
) -> Request:
    raws = [msgspec.Raw(row) for row in rows]
    sessions = [Session("session-a", raws, account)]
    return Request(
        [Project(project, path, sessions)],
        Agent("m", account="usual"),
    )


def _one(*rows: bytes, **place: str) -> Received | Rejected:
    (one,) = rows_in(_request(*rows, **place), NOW)
    return one


def _row(**changes: Any) -> bytes:
    message = {
        "id": "msg_1",
        "model": "claude-fictive-1",
        "usage": {"input_tokens": 1},
    }
    row = {"timestamp": "2026-03-01T09:00:00Z", "message": message} | changes
    return json.dumps(row).encode()


def _usage(**usage: Any) -> bytes:
    message = {"id": "msg_1", "model": "m", "usage": usage}
    return _row(message=message)


@pytest.mark.parametrize(
    "record",
    [
        a_record("09:30", project="notes"),
        a_record(project="notes", is_sidechain=True),
        a_record(
            project="notes",
            tokens=TokenCounts(1, 2, 3, 4, 5),
            terms=Terms("fast", "us", "priority", 2),
        ),
        a_record(project="notes", message="msg_9/advisor/1", is_message=False),
        a_record(project="notes", message="gateway-7", request="r"),
    ],
)
def test_a_record_comes_back_as_it_was(record: UsageRecord) -> None:
    received = _one(row_of(record))

    assert received == Received(0, "usual", record)


def test_records_without_an_id_stay_apart() -> None:
    one = a_record()._replace(key=-5, message_id="")
    other = one._replace(key=6)

    keys = [_one(row_of(record)) for record in (one, other)]

    assert len({r.record.key for r in keys if isinstance(r, Received)}) == 2


def test_a_row_without_any_id_is_told_apart_by_what_it_says() -> None:
    message = {"model": "m", "usage": {"output_tokens": 1}}

    one = _one(_row(message=message))
    same = _one(_row(message=message))
    other = _one(_row(message=message, uuid="line-2"))

    assert one == same
    assert one != other


def test_a_session_of_another_account_says_so() -> None:
    received = _one(_row(), account="other")

    assert isinstance(received, Received)
    assert received.account == "other"


def test_a_sender_of_another_make_has_no_account() -> None:
    request = _request(_row())
    request.agent = None

    (received,) = rows_in(request, NOW)

    assert isinstance(received, Received)
    assert received.account == ""
    assert received.record.key == key_of("msg_1", "", "")


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"cache_creation_input_tokens": 7}, (0, 0, 7, 0, 0)),
        (
            {
                "cache_creation_input_tokens": 7,
                "cache_creation": {"ephemeral_1h_input_tokens": 5},
            },
            (0, 0, 2, 5, 0),
        ),
        (
            {"cache_creation": {"ephemeral_5m_input_tokens": 4}},
            (0, 0, 4, 0, 0),
        ),
        ({"input_tokens": None, "output_tokens": 3}, (0, 3, 0, 0, 0)),
    ],
)
def test_cache_writes_are_told_by_how_long_they_are_kept(
    usage: dict[str, Any],
    tokens: tuple[int, ...],
) -> None:
    received = _one(_usage(**usage))

    assert isinstance(received, Received)
    assert received.record.tokens == tokens


def test_what_is_usual_is_nothing_special() -> None:
    received = _one(
        _usage(
            speed="standard",
            inference_geo="not_available",
            service_tier="standard",
            server_tool_use=None,
        ),
    )

    assert isinstance(received, Received)
    assert received.record.terms == Terms()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (b"7", "invalid"),
        (b'{"message":"text"}', "invalid"),
        (_usage(input_tokens=-5), "invalid"),
        (_usage(input_tokens=2**40), "invalid"),
        (_usage(input_tokens=1.5), "invalid"),
        (_row(requestId="a\0b"), "invalid"),
        (_row(requestId="x" * 256), "invalid"),
        (_row(message=None), "no_usage"),
        (_row(message={"id": "msg_1", "model": "m"}), "no_usage"),
        (_row(message={"id": "msg_1", "usage": {}}), "no_usage"),
        (_row(timestamp=None), "timestamp"),
        (_row(timestamp="yesterday"), "timestamp"),
        (_row(timestamp="2019-12-31T23:59:59Z"), "timestamp"),
        (_row(timestamp="2026-03-02T12:00:00.001Z"), "timestamp"),
    ],
)
def test_a_row_that_cannot_be_kept_is_rejected_by_name(
    row: bytes,
    code: str,
) -> None:
    rejected = _one(row)

    assert isinstance(rejected, Rejected)
    assert rejected.code == code
    assert rejected.session_id == "session-a"


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ({"project": "a/b"}, "project_name"),
        ({"project": "a\nb"}, "project_name"),
        ({"path": "a\0b"}, "invalid"),
    ],
)
def test_a_place_that_cannot_be_kept_rejects_its_rows(
    place: dict[str, str],
    code: str,
) -> None:
    rejected = _one(_row(), **place)

    assert isinstance(rejected, Rejected)
    assert rejected.code == code


def test_a_bad_row_spoils_no_other_and_is_told_by_its_place() -> None:
    rows = list(rows_in(_request(_row(), b"{}", _row()), NOW))

    assert [type(row) for row in rows] == [Received, Rejected, Received]
    assert [
        row[0] if isinstance(row, tuple) else row.index for row in rows
    ] == [
        0,
        1,
        2,
    ]
