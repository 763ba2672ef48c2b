"""What an answer means for what was sent. The table of these is the contract."""

from __future__ import annotations

from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from claude_tray.errors import ContractError
from claude_tray.protocol.agent_sync_responses import (
    PARTIAL,
    SUCCESS,
    AgentSyncResponse,
    ErrorResponse,
    HandshakeResponse,
)
from claude_tray.protocol.codec import from_json

if TYPE_CHECKING:
    from collections.abc import Mapping


class HttpResponse(NamedTuple):
    """
    An answer that came whole.

    Attributes:
        status: HTTP's.
        headers: By their names in small letters.
        body: Its bytes.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_json(self) -> bool:
        return "json" in self.headers.get("content-type", "").lower()

    def parse_problem(self) -> ErrorResponse | None:
        """Return what it says is wrong; None where it is no JSON object."""
        if not self.is_json:
            return None
        try:
            return from_json(self.body, ErrorResponse)
        except ContractError:
            return None


class TransportFailure(NamedTuple):
    """
    There was none, or not a whole one.

    Attributes:
        reason: Why, in words for people.
        is_connection_lost: The connection broke, perhaps while the request was sent.
        is_untrusted: Who answered could not show who it is.
    """

    reason: str
    is_connection_lost: bool = False
    is_untrusted: bool = False


_OK: Final = 200
_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
_NO_HANDSHAKE: Final = (404, 405)
_RETRYABLE: Final = frozenset({408, 425, 429, *range(500, 600)}) - {
    501,
    505,
    511,
}
_REDIRECTS: Final = range(300, 400)
_MAX_REASON_LENGTH: Final = 120


class ReceiverKind(StrEnum):
    """
    What a receiver takes.

    CHANGES: records, merged by their keys; it tells how far it has come.
    SESSIONS: sessions; it may replace one by what it is sent, so each is
    sent whole.
    """

    INCREMENTAL = "changes"
    REPLACING = "sessions"


class DestinationStatus(StrEnum):
    """How a destination stands."""

    OK = "ok"
    DELAYED = "delayed"
    SIGN_IN = "sign-in"
    MISCONFIGURED = "misconfigured"


class ResponseAction(Enum):
    """
    What is to be done about an answer.

    ACCEPTED: it is there.
    REWIND: the receiver lost what it had: send it again.
    LATER: wait, then send the same.
    BROKEN: likewise; if it goes on, one of the rows may be what breaks it.
    BAD_ROWS: the receiver will not take it as it is: look for the rows.
    TOO_LARGE: send less at a time.
    PLAIN: send it without compression.
    SIGN_IN: the token is not taken.
    MISCONFIGURED: this is not where it should go; a person must look.
    """

    ACCEPTED = auto()
    REWIND = auto()
    RETRY = auto()
    SERVER_ERROR = auto()
    BAD_ROWS = auto()
    TOO_LARGE = auto()
    SEND_UNCOMPRESSED = auto()
    SIGN_IN = auto()
    MISCONFIGURED = auto()


_STATUS_ACTIONS: Final = {
    400: ResponseAction.BAD_ROWS,
    413: ResponseAction.TOO_LARGE,
    415: ResponseAction.SEND_UNCOMPRESSED,
    422: ResponseAction.BAD_ROWS,
    500: ResponseAction.SERVER_ERROR,
}


class Outcome(NamedTuple):
    """
    What an answer means.

    Attributes:
        action: What is to be done.
        reason: Why, in words for people; empty where all is well.
        receipt: Of an answer that has one.
    """

    action: ResponseAction
    reason: str = ""
    receipt: AgentSyncResponse | None = None


class HandshakeResult(NamedTuple):
    """
    What the handshake told.

    Attributes:
        kind: What the receiver takes.
        response: None from one that takes sessions.
    """

    kind: ReceiverKind
    response: HandshakeResponse | None = None


def classify_response(
    response: HttpResponse | TransportFailure,
    row_count: int,
    kind: ReceiverKind,
) -> Outcome:
    """
    Return what the answer to a POST of some rows means.

    Args:
        response: What came back.
        row_count: How many were sent.
        kind: The receiver's.
    """
    if isinstance(response, TransportFailure):
        return _classify_transport_failure(response)
    if response.status == _OK:
        return _classify_receipt(response, row_count, kind)
    if response.status in _STATUS_ACTIONS:
        return Outcome(
            _STATUS_ACTIONS[response.status], _format_reason(response)
        )
    return _classify_http_error(response)


def classify_handshake(
    response: HttpResponse | TransportFailure,
) -> HandshakeResult | Outcome:
    """Return what the answer to the handshake tells."""
    if isinstance(response, TransportFailure):
        return _classify_transport_failure(response)
    if response.status in _NO_HANDSHAKE:
        return HandshakeResult(ReceiverKind.REPLACING)
    if response.status == _OK and response.is_json:
        try:
            return HandshakeResult(
                ReceiverKind.INCREMENTAL,
                from_json(response.body, HandshakeResponse),
            )
        except ContractError:
            return Outcome(ResponseAction.RETRY, _NOT_A_SYNC_SERVER)
    if response.status == _OK:
        return Outcome(ResponseAction.RETRY, _NOT_A_SYNC_SERVER)
    return _classify_http_error(response)


def _classify_transport_failure(response: TransportFailure) -> Outcome:
    if response.is_untrusted:
        return Outcome(ResponseAction.MISCONFIGURED, response.reason)
    return Outcome(ResponseAction.RETRY, response.reason)


_NOT_A_SYNC_SERVER: Final = (
    "the answer is not from a sync server; is a network login page in the"
    " way, or is the address wrong?"
)


def _classify_receipt(
    response: HttpResponse, row_count: int, kind: ReceiverKind
) -> Outcome:
    """Captive portals and wrong addresses answer 200, too."""
    if not response.is_json:
        return Outcome(ResponseAction.RETRY, _NOT_A_SYNC_SERVER)
    try:
        receipt = from_json(response.body, AgentSyncResponse)
    except ContractError:
        return Outcome(ResponseAction.RETRY, _NOT_A_SYNC_SERVER)
    if receipt.status not in (SUCCESS, PARTIAL):
        return Outcome(
            ResponseAction.SERVER_ERROR,
            _truncate(f"it says: {receipt.message}"),
        )
    if receipt.resync_from is not None:
        return Outcome(ResponseAction.REWIND, "", receipt)
    received = receipt.snapshots_received
    if received != row_count and (
        received is not None or kind is ReceiverKind.INCREMENTAL
    ):
        text = f"{row_count} messages were sent, but {received} arrived"
        return Outcome(ResponseAction.RETRY, text)
    return Outcome(ResponseAction.ACCEPTED, "", receipt)


def _classify_http_error(response: HttpResponse) -> Outcome:
    status = response.status
    if status == _UNAUTHORIZED:
        return Outcome(ResponseAction.SIGN_IN, _format_reason(response))
    if status == _FORBIDDEN and response.parse_problem() is not None:
        return Outcome(ResponseAction.SIGN_IN, _format_reason(response))
    if status in _RETRYABLE:
        return Outcome(ResponseAction.RETRY, _format_reason(response))
    if status in _REDIRECTS:
        location = urlsplit(response.headers.get("location", ""))
        host = location.hostname or "another page"
        text = f"{status}: it sends on to {host}; put the final address in"
        return Outcome(ResponseAction.MISCONFIGURED, text)
    return Outcome(ResponseAction.MISCONFIGURED, _format_reason(response))


def _format_reason(response: HttpResponse) -> str:
    """Return what an answer says is wrong."""
    problem = response.parse_problem()
    details = _format_problem(problem) if problem else ""
    return _truncate(
        f"the server answered {response.status} {details}".strip()
    )


def _format_problem(problem: ErrorResponse) -> str:
    detail = problem.detail or problem.error or problem.message or ""
    return f"{problem.code or ''} {detail}".strip()


def _truncate(text: str) -> str:
    single_line = " ".join(text.split())
    return (
        single_line
        if len(single_line) <= _MAX_REASON_LENGTH
        else f"{single_line[: _MAX_REASON_LENGTH - 1]}…"
    )
