"""Takes parcels to one receiver and says what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.protocol.codec import to_json
from claude_tray.sync.request import (
    AgentIdentity,
    SendContext,
    UploadRequest,
    build_request_for,
)
from claude_tray.sync.responses import (
    HandshakeResult,
    HttpResponse,
    Outcome,
    ResponseAction,
    TransportFailure,
    classify_handshake,
    classify_response,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.sync.batch import Batch
    from claude_tray.sync.destination_state import DestinationState
    from claude_tray.sync.http_client import HttpClient
    from claude_tray.sync.privacy import NameAnonymizer
    from claude_tray.sync.session import ReceiverCapabilities


_GZIP: Final = "gzip"


class UploadResult(NamedTuple):
    """What was sent, what came back, and what that means."""

    request: UploadRequest
    response: HttpResponse | TransportFailure
    outcome: Outcome


class ReceiverClient:
    """
    Knows how to speak to one receiver.

    Args:
        http_client: The way there.
        state: How the destination stands.
        anonymizer: How projects are called.
        identity: Who sends.
        build_context: What time it is, given what the receiver confirmed.
        destination: What has been learnt of the receiver.
    """

    def __init__(
        self,
        http_client: HttpClient,
        state: DestinationState,
        anonymizer: NameAnonymizer,
        identity: AgentIdentity,
        build_context: Callable[[int], SendContext],
        capabilities: ReceiverCapabilities,
    ) -> None:
        self._http_client = http_client
        self._state = state
        self._anonymizer = anonymizer
        self._identity = identity
        self._build_context = build_context
        self._capabilities = capabilities

    @property
    def token_fingerprint(self) -> str:
        """Tells the token from others."""
        return self._http_client.token_fingerprint

    @property
    def is_aborted(self) -> bool:
        """Nothing is sent any more, whatever waits."""
        return self._http_client.is_aborted

    def handshake(
        self,
    ) -> tuple[HandshakeResult | Outcome, HttpResponse | TransportFailure]:
        """Ask the receiver how far it has come."""
        response = self._http_client.get(
            {
                "machine_id": self._identity.machine_id,
                "store_id": self._identity.store_id,
            },
        )
        result = classify_handshake(response)
        if not isinstance(result, Outcome) and result.response:
            self._capabilities.accepts_gzip = (
                _GZIP in result.response.encodings
            )
        return result, response

    def upload(self, batch: Batch) -> UploadResult:
        """Take a parcel there."""
        destination = self._state.destination
        request = build_request_for(
            batch,
            self._anonymizer,
            self._identity,
            self._build_context(destination.server_seq),
            destination,
        )
        body = to_json(request.payload)
        response = self._http_client.post(
            body, compress=self._capabilities.accepts_gzip
        )
        outcome = classify_response(
            response, len(request.rows), self._state.kind
        )
        if (
            outcome.action is ResponseAction.SEND_UNCOMPRESSED
            and not self._capabilities.accepts_gzip
        ):
            # It was plain already: the receiver takes no JSON at all.
            outcome = outcome._replace(action=ResponseAction.MISCONFIGURED)
        return UploadResult(request, response, outcome)
