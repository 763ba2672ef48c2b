from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from claude_tray.core.usage import (
    PricingTerms,
    TokenCounts,
    UsageRecord,
    compute_record_key,
)
from claude_tray.protocol.agent_sync import (
    AgentPayload,
    AgentSyncRequest,
    ProjectPayload,
    RejectedRow,
    SessionPayload,
    encode_row,
)
from claude_tray.protocol.agent_sync_validation import (
    UnbilledRow,
    ValidatedRow,
    validate_rows,
)
from tests.support.builders import make_record, ms

NOW = ms("12:00")


def _make_request(
    *rows: bytes,
    project: str = "notes",
    path: str = "",
    account: str = "",
    session: str = "session-a",
) -> AgentSyncRequest:
    raws = [msgspec.Raw(row) for row in rows]
    sessions = [SessionPayload(session, raws, account)]
    return AgentSyncRequest(
        [ProjectPayload(project, path, sessions)],
        AgentPayload("m", account="usual"),
    )


def _validate_one(
    *rows: bytes, **account_fields: str
) -> ValidatedRow | UnbilledRow | RejectedRow:
    (one,) = validate_rows(_make_request(*rows, **account_fields), NOW)
    return one


def _make_message(**changes: Any) -> bytes:
    message = {
        "id": "msg_1",
        "model": "claude-fictive-1",
        "usage": {"input_tokens": 1},
    }
    row = {"timestamp": "2026-03-01T09:00:00Z", "message": message} | changes
    return json.dumps(row).encode()


def _make_usage(**usage: Any) -> bytes:
    message = {"id": "msg_1", "model": "m", "usage": usage}
    return _make_message(message=message)


@pytest.mark.parametrize(
    "record",
    [
        make_record("09:30", project="notes"),
        make_record(project="notes", is_sidechain=True),
        make_record(
            project="notes",
            tokens=TokenCounts(1, 2, 3, 4, 5),
            terms=PricingTerms("fast", "us", "priority", 2),
        ),
        make_record(
            project="notes", message="msg_9/advisor/1", is_message=False
        ),
        make_record(
            project="notes",
            message="other-requests/0123456789abcdef",
            request="r",
            terms=PricingTerms("", "", "other_requests", 2),
            is_message=False,
        ),
        make_record(project="notes", message="gateway-7", request="r"),
    ],
)
def test_record_survives_the_round_trip(record: UsageRecord) -> None:
    received = _validate_one(encode_row(record))

    assert received == ValidatedRow(0, "usual", record)


def test_records_without_ids_stay_distinct() -> None:
    one = make_record()._replace(key=-5, message_id="")
    other = one._replace(key=6)

    keys = [_validate_one(encode_row(record)) for record in (one, other)]

    assert (
        len({r.record.key for r in keys if isinstance(r, ValidatedRow)}) == 2
    )


def test_row_without_ids_is_identified_by_its_content() -> None:
    message = {"model": "m", "usage": {"output_tokens": 1}}

    one = _validate_one(_make_message(message=message))
    same = _validate_one(_make_message(message=message))
    other = _validate_one(_make_message(message=message, uuid="line-2"))

    assert one == same
    assert one != other


def test_session_may_override_the_account() -> None:
    received = _validate_one(_make_message(), account="other")

    assert isinstance(received, ValidatedRow)
    assert received.account == "other"


def test_other_senders_have_no_account() -> None:
    request = _make_request(_make_message())
    request.agent = None

    (received,) = validate_rows(request, NOW)

    assert isinstance(received, ValidatedRow)
    assert received.account == ""
    assert received.record.key == compute_record_key("msg_1", "", "")


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
def test_cache_writes_are_split_by_lifetime(
    usage: dict[str, Any],
    tokens: tuple[int, ...],
) -> None:
    received = _validate_one(_make_usage(**usage))

    assert isinstance(received, ValidatedRow)
    assert received.record.tokens == tokens


def test_default_terms_are_standard() -> None:
    received = _validate_one(
        _make_usage(
            speed="standard",
            inference_geo="not_available",
            service_tier="standard",
            server_tool_use=None,
        ),
    )

    assert isinstance(received, ValidatedRow)
    assert received.record.terms == PricingTerms()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (b"7", "invalid"),
        (b'{"message":"text"}', "invalid"),
        (_make_usage(input_tokens=-5), "invalid"),
        (_make_usage(input_tokens=2**40 + 1), "invalid"),
        (_make_usage(input_tokens=1.5), "invalid"),
        (_make_message(requestId="a\0b"), "invalid"),
        (_make_message(requestId="x" * 256), "invalid"),
        (_make_usage(speed="x" * 65), "invalid"),
        (_make_message(message=None), "no_usage"),
        (_make_message(message={"id": "msg_1", "model": "m"}), "no_usage"),
        (_make_message(message={"id": "msg_1", "usage": {}}), "no_usage"),
        (_make_message(timestamp=None), "timestamp"),
        (_make_message(timestamp="yesterday"), "timestamp"),
        (_make_message(timestamp="2019-12-31T23:59:59Z"), "timestamp"),
        (_make_message(timestamp="2026-03-02T12:00:00.001Z"), "timestamp"),
    ],
)
def test_invalid_row_is_rejected_with_its_reason(
    row: bytes,
    code: str,
) -> None:
    rejected = _validate_one(row)

    assert isinstance(rejected, RejectedRow)
    assert rejected.code == code
    assert rejected.session_id == "session-a"


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ({"project": "a/b"}, "project_name"),
        ({"project": "a\nb"}, "project_name"),
        ({"project": ".."}, "project_name"),
        ({"session": "a/b"}, "session_id"),
        ({"session": "."}, "session_id"),
        ({"session": "a\x1b"}, "session_id"),
        ({"path": "a\0b"}, "invalid"),
        ({"account": "a\0b"}, "invalid"),
    ],
)
def test_invalid_project_or_session_rejects_its_rows(
    place: dict[str, str],
    code: str,
) -> None:
    rejected = _validate_one(_make_message(), **place)

    assert isinstance(rejected, RejectedRow)
    assert rejected.code == code


def test_bad_row_is_rejected_alone_by_its_index() -> None:
    rows = list(
        validate_rows(
            _make_request(_make_message(), b"{}", _make_message()), NOW
        )
    )

    assert [type(row) for row in rows] == [
        ValidatedRow,
        RejectedRow,
        ValidatedRow,
    ]
    assert [
        row[0] if isinstance(row, tuple) else row.index for row in rows
    ] == [
        0,
        1,
        2,
    ]


def test_responses_with_one_id_stay_apart_on_the_server() -> None:
    one, other = (
        make_record(message="ocgo")._replace(
            key=compute_record_key("ocgo", "", line_id), request_id=""
        )
        for line_id in ("line-1", "line-2")
    )

    received = [_validate_one(encode_row(record)) for record in (one, other)]

    keys = [
        row.record.key for row in received if isinstance(row, ValidatedRow)
    ]
    assert len(set(keys)) == 2
    assert _validate_one(encode_row(one)) == received[0]


def test_the_uuid_of_a_line_does_not_identify_a_response() -> None:
    keys = set()
    for uuid in ("line-1", "line-2"):
        message = {
            "id": "chatcmpl-1",
            "model": "claude-fictive-1",
            "usage": {"input_tokens": 1},
        }
        received = _validate_one(_make_message(message=message, uuid=uuid))
        assert isinstance(received, ValidatedRow)
        keys.add(received.record.key)

    assert keys == {compute_record_key("chatcmpl-1", "", "")}


def test_messages_of_claude_code_itself_are_not_billed() -> None:
    """It writes API errors as responses of a model of this name."""
    usage = {"input_tokens": 0, "output_tokens": 0}
    for model, tokens in (("<synthetic>", usage), ("<synthetic>", {})):
        message = {"id": "b0f3", "model": model, "usage": tokens}

        assert _validate_one(_make_message(message=message)) == UnbilledRow(0)


def test_the_session_that_sent_the_request_is_on_the_wire() -> None:
    record = make_record(project="notes")._replace(requested_ms=ms("08:59"))

    received = _validate_one(encode_row(record))

    assert isinstance(received, ValidatedRow)
    assert received.record.requested_ms is not None
    assert received.record == record._replace(requested_ms=record.at_ms)


@pytest.mark.parametrize(
    ("own_id", "expected"),
    [("other", "other"), ("a/b", "session-a"), ("", "session-a")],
)
def test_a_line_may_name_its_own_session(own_id: str, expected: str) -> None:
    received = _validate_one(_make_message(sessionId=own_id))

    assert isinstance(received, ValidatedRow)
    assert received.record.session_id == expected


def test_a_row_is_validated_the_same_next_to_any_other() -> None:
    plain = [
        _make_message(sessionId="session-b"),
        _make_message(message={"model": "<synthetic>", "usage": {}}),
        _make_message(message={"id": "msg_2", "model": "m"}),
        _make_message(timestamp="2019-12-31T23:59:59Z"),
        _make_message(message={"id": "ü", "model": "m", "usage": {}}).replace(
            b"\\u00fc", "ü".encode()
        ),
        _make_usage(input_tokens=None, cache_creation={}),
        b"{}",
    ]
    special = [
        _make_usage(input_tokens=-1),
        _make_usage(input_tokens="1"),
        _make_message(requestId="a\nb"),
        _make_message(requestId='a"b'),
        _make_message(requestId="a").replace(b'"a"', b'"a\x7f"'),
        _make_message(isSidechain=1),
        b"null",
        b"[]",
    ]

    def validate_all(rows: list[bytes]) -> list[Any]:
        return list(validate_rows(_make_request(*rows), NOW))

    for rows in (plain, [*plain, *special], [special[0], *plain]):
        alone = [one for row in rows for one in validate_all([row])]
        together = validate_all(rows)
        assert list(map(_without_index, together)) == list(
            map(_without_index, alone)
        )
        assert [_get_index(row) for row in together] == list(range(len(rows)))


def _without_index(row: ValidatedRow | UnbilledRow | RejectedRow) -> Any:
    if isinstance(row, RejectedRow):
        return (row.session_id, row.code, row.detail)
    return row[1:], type(row)


def _get_index(row: ValidatedRow | UnbilledRow | RejectedRow) -> int:
    return row.index if isinstance(row, RejectedRow) else row.row_index
