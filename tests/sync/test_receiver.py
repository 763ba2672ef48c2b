from __future__ import annotations

import json
from typing import Any

import pytest

from claude_tray.sync.http_types import HttpResponse, TransportFailure
from claude_tray.sync.receiver import (
    HandshakeResult,
    Outcome,
    ResponseAction,
    classify_handshake,
    classify_response,
)
from claude_tray.sync.request import ReceiverKind

RECEIPT = {
    "status": "success",
    "message": "Synced",
    "projects_updated": 1,
    "sessions_updated": 1,
    "snapshots_created": 2,
}


def _json_response(status: int, body: Any, **headers: str) -> HttpResponse:
    named = {"content-type": "application/json", **headers}
    return HttpResponse(status, named, json.dumps(body).encode())


def _html_response(status: int, **headers: str) -> HttpResponse:
    return HttpResponse(
        status, {"content-type": "text/html", **headers}, b"<html>"
    )


@pytest.mark.parametrize(
    ("response", "action"),
    [
        (TransportFailure("timeout"), ResponseAction.RETRY),
        (TransportFailure("x", is_untrusted=True), ResponseAction.MISCONFIGURED),
        (_json_response(200, RECEIPT | {"snapshots_received": 2}), ResponseAction.ACCEPTED),
        (_json_response(200, RECEIPT | {"status": "partial", "snapshots_received": 2}),
         ResponseAction.ACCEPTED),
        (_json_response(200, RECEIPT | {"snapshots_received": 1}), ResponseAction.RETRY),
        (_json_response(200, RECEIPT), ResponseAction.RETRY),
        (_json_response(200, RECEIPT | {"resync_from": 0}), ResponseAction.REWIND),
        (_json_response(200, RECEIPT | {"status": "error"}), ResponseAction.SERVER_ERROR),
        (_json_response(200, {"ok": True}), ResponseAction.RETRY),
        (_json_response(200, []), ResponseAction.RETRY),
        (_html_response(200), ResponseAction.RETRY),
        (HttpResponse(200, {"content-type": "application/json"}, b'{"sta'),
         ResponseAction.RETRY),
        (_json_response(201, RECEIPT), ResponseAction.MISCONFIGURED),
        (_html_response(302, location="https://other.example/login"),
         ResponseAction.MISCONFIGURED),
        (_html_response(307), ResponseAction.MISCONFIGURED),
        (_json_response(400, {"detail": "no"}), ResponseAction.BAD_ROWS),
        (_html_response(401), ResponseAction.SIGN_IN),
        (_json_response(401, {"code": "token_not_valid"}), ResponseAction.SIGN_IN),
        (_json_response(403, {"detail": "revoked"}), ResponseAction.SIGN_IN),
        (_html_response(403), ResponseAction.MISCONFIGURED),
        (_html_response(404), ResponseAction.MISCONFIGURED),
        (_html_response(408), ResponseAction.RETRY),
        (_html_response(413), ResponseAction.TOO_LARGE),
        (_json_response(415, {}), ResponseAction.SEND_UNCOMPRESSED),
        (_json_response(422, {}), ResponseAction.BAD_ROWS),
        (_html_response(425), ResponseAction.RETRY),
        (_html_response(429), ResponseAction.RETRY),
        (_html_response(500), ResponseAction.SERVER_ERROR),
        (_json_response(500, {"status": "error"}), ResponseAction.SERVER_ERROR),
        (_html_response(501), ResponseAction.MISCONFIGURED),
        (_html_response(502), ResponseAction.RETRY),
        (_html_response(503), ResponseAction.RETRY),
        (_html_response(504), ResponseAction.RETRY),
        (_html_response(505), ResponseAction.MISCONFIGURED),
        (_html_response(507), ResponseAction.RETRY),
        (_html_response(511), ResponseAction.MISCONFIGURED),
    ],
)  # fmt: skip
def test_responses_are_classified(
    response: HttpResponse, action: ResponseAction
) -> None:
    assert (
        classify_response(response, 2, ReceiverKind.INCREMENTAL).action
        is action
    )


def test_a_replacing_receiver_need_not_count_rows() -> None:
    response = _json_response(200, RECEIPT)

    assert (
        classify_response(response, 2, ReceiverKind.REPLACING).action
        is ResponseAction.ACCEPTED
    )


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (
            _json_response(405, {"detail": "Method not allowed"}),
            ReceiverKind.REPLACING,
        ),
        (HttpResponse(405, {}, b""), ReceiverKind.REPLACING),
        (_html_response(404), ReceiverKind.REPLACING),
        (
            _json_response(200, {"server_id": "x", "acked_seq": 9}),
            ReceiverKind.INCREMENTAL,
        ),
        (_json_response(200, {"server_id": 7}), ResponseAction.RETRY),
        (_html_response(200), ResponseAction.RETRY),
        (_html_response(302), ResponseAction.MISCONFIGURED),
        (_json_response(401, {}), ResponseAction.SIGN_IN),
        (_html_response(503), ResponseAction.RETRY),
        (_html_response(500), ResponseAction.RETRY),
        (TransportFailure("lost"), ResponseAction.RETRY),
        (
            TransportFailure("x", is_untrusted=True),
            ResponseAction.MISCONFIGURED,
        ),
    ],
)
def test_handshakes_are_classified(
    response: HttpResponse,
    expected: ReceiverKind | ResponseAction,
) -> None:
    result = classify_handshake(response)

    if isinstance(result, HandshakeResult):
        assert result.kind is expected
    else:
        assert result.action is expected


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (_html_response(502), "the server responded 502"),
        (
            _json_response(400, {"code": "invalid", "detail": "not\nall"}),
            "the server responded 400 invalid not all",
        ),
        (
            _json_response(500, {"status": "error", "message": "odd"}),
            "the server responded 500 odd",
        ),
        (
            HttpResponse(400, {"content-type": "application/json"}, b"[]"),
            "the server responded 400",
        ),
        (
            _html_response(302, location="https://other.example/x"),
            "the server redirects to other.example (302); set that address",
        ),
    ],
)
def test_the_reason_is_one_line_of_the_response(
    response: HttpResponse,
    reason: str,
) -> None:
    assert (
        classify_response(response, 2, ReceiverKind.INCREMENTAL).reason
        == reason
    )


def test_a_long_reason_is_truncated() -> None:
    outcome = classify_response(
        _json_response(400, {"detail": "x" * 500}), 1, ReceiverKind.INCREMENTAL
    )

    assert isinstance(outcome, Outcome)
    assert len(outcome.reason) == 120
