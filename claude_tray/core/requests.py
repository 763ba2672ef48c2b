"""Define what transcripts say about requests, besides their responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claude_tray.core.time import Millis
    from claude_tray.core.usage import SessionId


class SentRequest(NamedTuple):
    """
    A request, as the tool wrote it down before the response.

    Attributes:
        ref: ID of the request.
        session_id: Session that sent it.
        at_ms: When it was sent.
        model: Model ID.
        is_last: No other request of the transcript follows.
    """

    ref: str
    session_id: SessionId
    at_ms: Millis
    model: str
    is_last: bool = False


class RequestLog(NamedTuple):
    """
    What became known about requests.

    Attributes:
        open: Requests without a response so far.
        answered_refs: IDs of earlier requests that were answered, with the
            keys of the records.
        has_sent: Requests were sent, so that earlier ones remain unanswered.
        has_early_failure: The last earlier request was refused or failed.
    """

    open: tuple[SentRequest, ...]
    answered_refs: Mapping[str, int]
    has_sent: bool
    has_early_failure: bool
