"""
Send requests to a receiver and classify its responses.

The tables below are the contract; `docs/sync.md` describes it.
"""

from __future__ import annotations

from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from claude_tray.errors import ContractError, gettext_noop
from claude_tray.protocol import agent_sync, codec
from claude_tray.sync import http_types
from claude_tray.sync.request import ReceiverKind, UploadRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claude_tray.sync.http_client import HttpClient


class DestinationStatus(StrEnum):
    """Whether a destination can be reached."""

    OK = "ok"
    DELAYED = "delayed"
    SIGN_IN = "sign-in"
    MISCONFIGURED = "misconfigured"


class ResponseAction(Enum):
    """
    What to do about a response.

    ACCEPTED: continue.
    REWIND: the receiver lost data; send it again.
    RETRY: wait, then send the same.
    SERVER_ERROR: likewise; if it persists, a single row may cause it.
    BAD_ROWS: some rows are invalid; bisect.
    TOO_LARGE: send smaller batches.
    SEND_UNCOMPRESSED: send without compression.
    SIGN_IN: the token was refused.
    MISCONFIGURED: not a sync server; the user must fix the address.
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


class Outcome(NamedTuple):
    """
    A classified response.

    Attributes:
        action: What to do next.
        reason: Why, for the user; empty on success.
        receipt: Body of a successful response.
        headers: Of the response, with lowercase names; empty without one.
        is_connection_lost: The connection broke, perhaps during the upload.
    """

    action: ResponseAction
    reason: str = ""
    receipt: agent_sync.AgentSyncResponse | None = None
    headers: Mapping[str, str] = {}
    is_connection_lost: bool = False


class HandshakeResult(NamedTuple):
    """
    A successful handshake.

    Attributes:
        kind: What the receiver accepts.
        response: None from receivers without the handshake.
    """

    kind: ReceiverKind
    response: agent_sync.HandshakeResponse | None = None


_OK: Final = 200
_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
_NO_HANDSHAKE: Final = (404, 405)
_REDIRECTS: Final = range(300, 400)
# Timeouts, rate limits and server errors, except those that never go away:
# not implemented, HTTP version not supported, network login required.
_RETRYABLE: Final = frozenset({408, 425, 429, *range(500, 600)}) - {
    501,
    505,
    511,
}
_STATUS_ACTIONS: Final = {
    400: ResponseAction.BAD_ROWS,
    413: ResponseAction.TOO_LARGE,
    415: ResponseAction.SEND_UNCOMPRESSED,
    422: ResponseAction.BAD_ROWS,
    500: ResponseAction.SERVER_ERROR,
}
_GZIP: Final = "gzip"
_MAX_REASON_LENGTH: Final = 120
SHUTTING_DOWN: Final = gettext_noop("claude-tray is shutting down")
REPEATED_REQUESTS: Final = gettext_noop(
    "the server keeps requesting the same data"
)
_NOT_A_SYNC_SERVER: Final = gettext_noop(
    "the response is not from a sync server; check the address, and whether"
    " a network login page is in the way"
)


class ReceiverClient:
    """
    Send requests to one receiver, across runs.

    Args:
        http_client: Sends to its address.

    Attributes:
        accepts_gzip: The receiver accepts compressed requests.
        is_handshake_done: The handshake succeeded and nothing failed since.
    """

    def __init__(self, http_client: HttpClient) -> None:
        self._http_client = http_client
        self.accepts_gzip = False
        self.is_handshake_done = False

    @property
    def token_fingerprint(self) -> str:
        return self._http_client.token_fingerprint

    @property
    def is_aborted(self) -> bool:
        """The client shuts down; every request fails."""
        return self._http_client.is_aborted

    def handshake(
        self, machine_id: str, store_id: str
    ) -> HandshakeResult | Outcome:
        """Query what the receiver accepts and already has."""
        response = self._http_client.get(
            {"machine_id": machine_id, "store_id": store_id}
        )
        result = classify_handshake(response)
        if isinstance(result, Outcome):
            return _add_headers(result, response)
        self.is_handshake_done = True
        if result.response is not None:
            self.accepts_gzip = _GZIP in result.response.encodings
        return result

    def upload(self, request: UploadRequest, kind: ReceiverKind) -> Outcome:
        """Send a request and classify the response."""
        response = self._http_client.post(
            codec.to_json(request.payload), compress=self.accepts_gzip
        )
        outcome = _add_headers(
            classify_response(response, len(request.rows), kind), response
        )
        if (
            outcome.action is ResponseAction.SEND_UNCOMPRESSED
            and not self.accepts_gzip
        ):
            # It was uncompressed already: the receiver accepts no JSON.
            return outcome._replace(action=ResponseAction.MISCONFIGURED)
        return outcome


def _add_headers(
    outcome: Outcome,
    response: http_types.HttpResponse | http_types.TransportFailure,
) -> Outcome:
    if isinstance(response, http_types.TransportFailure):
        return outcome
    return outcome._replace(headers=response.headers)


def classify_response(
    response: http_types.HttpResponse | http_types.TransportFailure,
    row_count: int,
    kind: ReceiverKind,
) -> Outcome:
    """
    Classify the response to an upload.

    Args:
        response: Response to the POST.
        row_count: Number of rows in the request.
        kind: What the receiver accepts.
    """
    if isinstance(response, http_types.TransportFailure):
        return _classify_transport_failure(response)
    if response.status == _OK:
        return _classify_receipt(response, row_count, kind)
    if response.status in _STATUS_ACTIONS:
        return _build_outcome(_STATUS_ACTIONS[response.status], response)
    return _classify_http_error(response)


def classify_handshake(
    response: http_types.HttpResponse | http_types.TransportFailure,
) -> HandshakeResult | Outcome:
    """Classify the response to a handshake."""
    if isinstance(response, http_types.TransportFailure):
        return _classify_transport_failure(response)
    if response.status in _NO_HANDSHAKE:
        return HandshakeResult(ReceiverKind.REPLACING)
    if response.status == _OK and _is_json(response):
        try:
            return HandshakeResult(
                ReceiverKind.INCREMENTAL,
                codec.from_json(response.body, agent_sync.HandshakeResponse),
            )
        except ContractError:
            return Outcome(ResponseAction.RETRY, _NOT_A_SYNC_SERVER)
    if response.status == _OK:
        return Outcome(ResponseAction.RETRY, _NOT_A_SYNC_SERVER)
    return _classify_http_error(response)


def _classify_transport_failure(
    failure: http_types.TransportFailure,
) -> Outcome:
    if failure.is_untrusted:
        return Outcome(ResponseAction.MISCONFIGURED, failure.reason)
    return Outcome(
        ResponseAction.RETRY,
        failure.reason,
        is_connection_lost=failure.is_connection_lost,
    )


def _classify_receipt(
    response: http_types.HttpResponse, row_count: int, kind: ReceiverKind
) -> Outcome:
    """Classify status 200, which captive portals send too."""
    if not _is_json(response):
        return Outcome(ResponseAction.RETRY, _NOT_A_SYNC_SERVER)
    try:
        receipt = codec.from_json(response.body, agent_sync.AgentSyncResponse)
    except ContractError:
        return Outcome(ResponseAction.RETRY, _NOT_A_SYNC_SERVER)
    if receipt.status not in (agent_sync.SUCCESS, agent_sync.PARTIAL):
        text = f"the server reported: {receipt.message}"
        return Outcome(ResponseAction.SERVER_ERROR, _truncate(text))
    if receipt.resync_from is not None:
        return Outcome(ResponseAction.REWIND, "", receipt)
    received = receipt.snapshots_received
    # Other receivers may leave the count out.
    if received != row_count and (
        received is not None or kind is ReceiverKind.INCREMENTAL
    ):
        text = f"{row_count} records were sent, but {received} received"
        return Outcome(ResponseAction.RETRY, text)
    return Outcome(ResponseAction.ACCEPTED, "", receipt)


def _classify_http_error(response: http_types.HttpResponse) -> Outcome:
    status = response.status
    # A 403 without JSON comes from a proxy, not from the receiver.
    if status == _UNAUTHORIZED or (
        status == _FORBIDDEN and _parse_problem(response) is not None
    ):
        return _build_outcome(ResponseAction.SIGN_IN, response)
    if status in _RETRYABLE:
        return _build_outcome(ResponseAction.RETRY, response)
    if status in _REDIRECTS:
        location = urlsplit(response.headers.get("location", ""))
        host = location.hostname or "another page"
        text = f"the server redirects to {host} ({status}); set that address"
        return Outcome(ResponseAction.MISCONFIGURED, text)
    return _build_outcome(ResponseAction.MISCONFIGURED, response)


def _build_outcome(
    action: ResponseAction, response: http_types.HttpResponse
) -> Outcome:
    problem = _parse_problem(response)
    details = _format_problem(problem) if problem else ""
    text = f"the server responded {response.status} {details}".strip()
    return Outcome(action, _truncate(text))


def _is_json(response: http_types.HttpResponse) -> bool:
    return "json" in response.headers.get("content-type", "").lower()


def _parse_problem(
    response: http_types.HttpResponse,
) -> agent_sync.ErrorResponse | None:
    """Parse the error in a body; None unless it is a JSON object."""
    if not _is_json(response):
        return None
    try:
        return codec.from_json(response.body, agent_sync.ErrorResponse)
    except ContractError:
        return None


def _format_problem(problem: agent_sync.ErrorResponse) -> str:
    detail = problem.detail or problem.error or problem.message or ""
    return f"{problem.code or ''} {detail}".strip()


def _truncate(text: str) -> str:
    single_line = " ".join(text.split())
    return (
        single_line
        if len(single_line) <= _MAX_REASON_LENGTH
        else f"{single_line[: _MAX_REASON_LENGTH - 1]}…"
    )
