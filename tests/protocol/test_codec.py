from __future__ import annotations

import json

import msgspec
import pytest

from claude_tray.errors import ContractError
from claude_tray.protocol.agent_sync import (
    AgentPayload,
    AgentSyncRequest,
    AgentSyncResponse,
    ErrorResponse,
    HandshakeResponse,
    LimitPayload,
    ProjectPayload,
    RejectedRow,
    SessionPayload,
)
from claude_tray.protocol.codec import from_json, to_json

REQUEST = AgentSyncRequest(
    [
        ProjectPayload(
            "shop",
            "~/.claude/projects/-home-ana-shop",
            [SessionPayload("s-1", [msgspec.Raw(b'{"timestamp":"x"}')])],
        ),
    ],
    AgentPayload(
        "machine",
        machine_name="thinkpad",
        store_id="store",
        from_seq=1,
        to_seq=900,
        limits=[LimitPayload("five_hour", 38.5, "2026-03-01T15:00:00Z", "x")],
    ),
)


def test_request_survives_the_round_trip() -> None:
    assert from_json(to_json(REQUEST), AgentSyncRequest) == REQUEST


def test_unset_fields_are_not_sent() -> None:
    sent = json.loads(to_json(AgentSyncRequest([ProjectPayload("shop")])))

    assert sent == {"projects": [{"name": "shop", "path": "", "sessions": []}]}


def test_rows_are_decoded_lazily() -> None:
    body = b'{"projects":[{"name":"a","sessions":[{"session_id":"s",'
    body += b'"messages":[{"message":"nonsense"},7]}]}]}'

    request = from_json(body, AgentSyncRequest)

    assert len(request.projects[0].sessions[0].messages) == 2


def test_unknown_keys_are_ignored() -> None:
    body = b'{"projects":[],"colour":"blue","agent":{"machine_id":"m","x":1}}'

    assert from_json(body, AgentSyncRequest) == AgentSyncRequest(
        [], AgentPayload("m")
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"projects":null}',
        b'{"projects":[{"name":"","sessions":[]}]}',
        b'{"projects":[],"agent":{"machine_id":"m","to_seq":-1}}',
        b'{"projects":[],"agent":{"machine_id":"\xff"}}',
    ],
)
def test_wrong_type_is_rejected_with_its_path(body: bytes) -> None:
    with pytest.raises(ContractError, match="Invalid agent-sync data"):
        from_json(body, AgentSyncRequest)


def test_response_of_other_servers_is_accepted() -> None:
    body = (
        b'{"status":"success","message":"Synced 2 projects, 5 sessions, 123'
        b' snapshots","projects_updated":2,"sessions_updated":5,'
        b'"snapshots_created":123,"timestamp":"2025-10-05T12:00:00+00:00"}'
    )

    receipt = from_json(body, AgentSyncResponse)

    assert receipt.snapshots_created == 123
    assert receipt.snapshots_received is None


@pytest.mark.parametrize("body", [b'{"status":"success"}', b'{"ok":true}'])
def test_success_without_counts_is_invalid(body: bytes) -> None:
    with pytest.raises(ContractError):
        from_json(body, AgentSyncResponse)


def test_response_lists_rejected_rows() -> None:
    receipt = AgentSyncResponse(
        "partial", "", 1, 1, 0, rejected=[RejectedRow(3, "s")]
    )

    assert from_json(to_json(receipt), AgentSyncResponse) == receipt


def test_handshake_limits_have_bounds() -> None:
    assert (
        from_json(b'{"server_id":"x"}', HandshakeResponse).max_messages == 1000
    )
    with pytest.raises(ContractError):
        from_json(b'{"server_id":"x","max_messages":0}', HandshakeResponse)


def test_error_status_may_be_number_or_text() -> None:
    assert (
        from_json(b'{"status":"error","error":"odd"}', ErrorResponse).error
        == "odd"
    )
    assert (
        from_json(b'{"status":400,"detail":"no"}', ErrorResponse).detail
        == "no"
    )
