from __future__ import annotations

import json

import msgspec
import pytest

from claude_tray.errors import ContractError
from claude_tray.wire.agent_sync import (
    Agent,
    Limit,
    Project,
    Request,
    Session,
)
from claude_tray.wire.answers import Greeting, Problem, Receipt, Rejected
from claude_tray.wire.codec import decode, encode

REQUEST = Request(
    [
        Project(
            "shop",
            "~/.claude/projects/-home-ana-shop",
            [Session("s-1", [msgspec.Raw(b'{"timestamp":"x"}')])],
        ),
    ],
    Agent(
        "machine",
        machine_name="thinkpad",
        store_id="store",
        from_seq=1,
        to_seq=900,
        limits=[Limit("five_hour", 38.5, "2026-03-01T15:00:00Z", "x")],
    ),
)


def test_a_request_comes_back_as_it_was() -> None:
    assert decode(encode(REQUEST), Request) == REQUEST


def test_what_is_not_set_does_not_leave() -> None:
    sent = json.loads(encode(Request([Project("shop")])))

    assert sent == {"projects": [{"name": "shop", "path": "", "sessions": []}]}


def test_a_row_is_not_looked_at_before_its_turn() -> None:
    body = b'{"projects":[{"name":"a","sessions":[{"session_id":"s",'
    body += b'"messages":[{"message":"nonsense"},7]}]}]}'

    request = decode(body, Request)

    assert len(request.projects[0].sessions[0].messages) == 2


def test_unknown_keys_are_passed_over() -> None:
    body = b'{"projects":[],"colour":"blue","agent":{"machine_id":"m","x":1}}'

    assert decode(body, Request) == Request([], Agent("m"))


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
def test_another_shape_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(ContractError, match="no request of agent-sync"):
        decode(body, Request)


def test_the_answer_of_another_make_is_a_receipt() -> None:
    body = (
        b'{"status":"success","message":"Synced 2 projects, 5 sessions, 123'
        b' snapshots","projects_updated":2,"sessions_updated":5,'
        b'"snapshots_created":123,"timestamp":"2025-10-05T12:00:00+00:00"}'
    )

    receipt = decode(body, Receipt)

    assert receipt.snapshots_created == 123
    assert receipt.snapshots_received is None


@pytest.mark.parametrize("body", [b'{"status":"success"}', b'{"ok":true}'])
def test_a_success_without_its_numbers_is_no_receipt(body: bytes) -> None:
    with pytest.raises(ContractError):
        decode(body, Receipt)


def test_a_receipt_tells_what_was_left_out() -> None:
    receipt = Receipt("partial", "", 1, 1, 0, rejected=[Rejected(3, "s")])

    assert decode(encode(receipt), Receipt) == receipt


def test_a_greeting_has_its_bounds() -> None:
    assert decode(b'{"server_id":"x"}', Greeting).max_messages == 1000
    with pytest.raises(ContractError):
        decode(b'{"server_id":"x","max_messages":0}', Greeting)


def test_a_problem_may_have_a_number_or_a_word_for_its_status() -> None:
    assert decode(b'{"status":"error","error":"odd"}', Problem).error == "odd"
    assert decode(b'{"status":400,"detail":"no"}', Problem).detail == "no"
