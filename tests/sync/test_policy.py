from __future__ import annotations

import json
from typing import Any

import pytest

from claude_tray.sync.answer import Answer, NoAnswer
from claude_tray.sync.policy import (
    Kind,
    Meaning,
    Verdict,
    Welcome,
    meaning_of,
    welcome_of,
)

RECEIPT = {
    "status": "success",
    "message": "Synced",
    "projects_updated": 1,
    "sessions_updated": 1,
    "snapshots_created": 2,
}


def _json(status: int, body: Any, **headers: str) -> Answer:
    named = {"content-type": "application/json", **headers}
    return Answer(status, named, json.dumps(body).encode())


def _html(status: int, **headers: str) -> Answer:
    return Answer(status, {"content-type": "text/html", **headers}, b"<html>")


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (NoAnswer("no answer came in time"), Verdict.LATER),
        (NoAnswer("x", is_untrusted=True), Verdict.MISCONFIGURED),
        (_json(200, RECEIPT | {"snapshots_received": 2}), Verdict.ACCEPTED),
        (_json(200, RECEIPT | {"status": "partial", "snapshots_received": 2}),
         Verdict.ACCEPTED),
        (_json(200, RECEIPT | {"snapshots_received": 1}), Verdict.LATER),
        (_json(200, RECEIPT), Verdict.LATER),
        (_json(200, RECEIPT | {"resync_from": 0}), Verdict.REWIND),
        (_json(200, RECEIPT | {"status": "error"}), Verdict.BROKEN),
        (_json(200, {"ok": True}), Verdict.LATER),
        (_json(200, []), Verdict.LATER),
        (_html(200), Verdict.LATER),
        (Answer(200, {"content-type": "application/json"}, b'{"sta'),
         Verdict.LATER),
        (_json(201, RECEIPT), Verdict.MISCONFIGURED),
        (_html(302, location="https://other.example/login"),
         Verdict.MISCONFIGURED),
        (_html(307), Verdict.MISCONFIGURED),
        (_json(400, {"detail": "no"}), Verdict.BAD_ROWS),
        (_html(401), Verdict.SIGN_IN),
        (_json(401, {"code": "token_not_valid"}), Verdict.SIGN_IN),
        (_json(403, {"detail": "revoked"}), Verdict.SIGN_IN),
        (_html(403), Verdict.MISCONFIGURED),
        (_html(404), Verdict.MISCONFIGURED),
        (_html(408), Verdict.LATER),
        (_html(413), Verdict.TOO_LARGE),
        (_json(415, {}), Verdict.PLAIN),
        (_json(422, {}), Verdict.BAD_ROWS),
        (_html(425), Verdict.LATER),
        (_html(429), Verdict.LATER),
        (_html(500), Verdict.BROKEN),
        (_json(500, {"status": "error"}), Verdict.BROKEN),
        (_html(501), Verdict.MISCONFIGURED),
        (_html(502), Verdict.LATER),
        (_html(503), Verdict.LATER),
        (_html(504), Verdict.LATER),
        (_html(505), Verdict.MISCONFIGURED),
        (_html(507), Verdict.LATER),
        (_html(511), Verdict.MISCONFIGURED),
    ],
)  # fmt: skip
def test_the_table_of_answers(answer: Answer, verdict: Verdict) -> None:
    assert meaning_of(answer, 2, Kind.CHANGES).verdict is verdict


def test_another_make_need_not_count_what_arrived() -> None:
    answer = _json(200, RECEIPT)

    assert meaning_of(answer, 2, Kind.SESSIONS).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (_json(405, {"detail": "Method not allowed"}), Kind.SESSIONS),
        (Answer(405, {}, b""), Kind.SESSIONS),
        (_html(404), Kind.SESSIONS),
        (_json(200, {"server_id": "x", "acked_seq": 9}), Kind.CHANGES),
        (_json(200, {"server_id": 7}), Verdict.LATER),
        (_html(200), Verdict.LATER),
        (_html(302), Verdict.MISCONFIGURED),
        (_json(401, {}), Verdict.SIGN_IN),
        (_html(503), Verdict.LATER),
        (_html(500), Verdict.LATER),
        (NoAnswer("the connection broke"), Verdict.LATER),
        (NoAnswer("x", is_untrusted=True), Verdict.MISCONFIGURED),
    ],
)
def test_the_table_of_greetings(
    answer: Answer,
    expected: Kind | Verdict,
) -> None:
    welcome = welcome_of(answer)

    if isinstance(welcome, Welcome):
        assert welcome.kind is expected
    else:
        assert welcome.verdict is expected


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (_html(502), "the server answered 502"),
        (
            _json(400, {"code": "invalid", "detail": "not\nall"}),
            "the server answered 400 invalid not all",
        ),
        (
            _json(500, {"status": "error", "message": "odd"}),
            "the server answered 500 odd",
        ),
        (
            Answer(400, {"content-type": "application/json"}, b"[]"),
            "the server answered 400",
        ),
        (
            _html(302, location="https://other.example/x"),
            "302: it sends on to other.example; put the final address in",
        ),
    ],
)
def test_what_is_told_is_one_line_of_the_answer(
    answer: Answer,
    reason: str,
) -> None:
    assert meaning_of(answer, 2, Kind.CHANGES).reason == reason


def test_a_long_answer_is_cut() -> None:
    told = meaning_of(_json(400, {"detail": "x" * 500}), 1, Kind.CHANGES)

    assert isinstance(told, Meaning)
    assert len(told.reason) == 120
