"""
Define the request body of POST agent-sync/.

Sender and server share these types: the sender encodes them, the server
decodes and validates them (`codec`). Unknown keys are ignored, and null is
the same as a missing key.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from claude_tray.core.providers import CLAUDE_CODE_KEY
from claude_tray.core.time import format_iso_ms
from claude_tray.core.usage import UsageRecord, compute_record_key
from claude_tray.protocol.wire_types import (
    AT_MOST_10_000,
    AT_MOST_100,
    CONTROL_CHARS,
    AddressName,
    Count,
    LimitName,
    LongText,
    Name,
    Percent,
    Seq,
    Term,
    Text,
)

AGENT_SYNC_PATH: Final = "/app/claude-usage/agent-sync/"
TOKEN_REFRESH_PATH: Final = "/api/token/refresh/"  # noqa: S105 - a path


class CacheCreationPayload(Struct, omit_defaults=True):
    """Cache writes by lifetime."""

    ephemeral_5m_input_tokens: Count | None = None
    ephemeral_1h_input_tokens: Count | None = None


class ServerToolUsePayload(Struct, omit_defaults=True):
    """Use of server-side tools."""

    web_search_requests: Count | None = None


class UsagePayload(Struct, omit_defaults=True):
    """Usage of one response, in the terms of Anthropic's API."""

    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cache_creation_input_tokens: Count | None = None
    cache_read_input_tokens: Count | None = None
    cache_creation: CacheCreationPayload | None = None
    speed: Term | None = None
    inference_geo: Term | None = None
    service_tier: Term | None = None
    server_tool_use: ServerToolUsePayload | None = None


class MessagePayload(Struct, omit_defaults=True):
    """A response; only one with `model` and `usage` is billed."""

    id: Text | None = None
    model: Text | None = None
    usage: UsagePayload | None = None


class RowPayload(Struct, omit_defaults=True, rename="camel"):
    """
    One line about a response.

    Attributes:
        timestamp: ISO 8601, in UTC if it has no offset.
        request_id: ID of the request.
        uuid: Identifies rows without a message ID.
        is_sidechain: Whether the line is from a subagent's transcript.
        message: The response.
        response_key: Separates responses whose gateway gives all of them
            one ID and no request ID.
        session_id: Session of the line, if another one's transcript has a
            copy of it.
        is_original: The session sent the request. Of lines with equal times,
            as forks copy them, it has precedence.
    """

    timestamp: Text | None = None
    request_id: Text | None = None
    uuid: Text | None = None
    is_sidechain: bool | None = None
    message: MessagePayload | None = None
    response_key: Text | None = None
    session_id: Text | None = None
    is_original: bool | None = None


class LimitPayload(Struct):
    """
    Reported usage of a limit, from which the server derives windows.

    Attributes:
        name: "five_hour", "seven_day", or the name of another window.
        used_percentage: 0 to 100; may exceed 100.
        resets_at: Time of the reset, ISO 8601.
        observed_at: Time of the report, ISO 8601.
        account: As in AgentPayload.
    """

    name: LimitName
    used_percentage: Percent
    resets_at: Text
    observed_at: Text
    account: Text = ""


class AbsentLimitPayload(Struct):
    """
    Limit that an account was reported not to have.

    Attributes:
        name: As in LimitPayload.
        observed_at: Time of the report, ISO 8601.
        account: As in AgentPayload.
    """

    name: LimitName
    observed_at: Text
    account: Text = ""


class AgentPayload(Struct):
    """
    Description of the sender.

    Attributes:
        machine_id: Same for all requests of one installation.
        machine_name: Display name; may be empty.
        store_id: Identifies the sender's database; sequence numbers of
            another one start at 1 again.
        from_seq: Last change that the server confirmed before.
        to_seq: Last change included; the server now has all up to here.
        sent_at: Time of the request by the sender's clock.
        as_of: Time of the last scan of transcripts.
        account: Salted hash of the Claude account; empty if unknown.
        version: Version of the sender.
        limits: Limits that apply now.
        absent_limits: Limits that accounts do not have; mostly left out.
    """

    machine_id: Name
    machine_name: Text = ""
    store_id: Text = ""
    from_seq: Seq = 0
    to_seq: Seq = 0
    sent_at: Text = ""
    as_of: Text = ""
    account: Text = ""
    version: Text = ""
    limits: Annotated[
        list[LimitPayload], Meta(extra_json_schema=AT_MOST_100)
    ] = msgspec.field(default_factory=list)
    absent_limits: (
        Annotated[
            list[AbsentLimitPayload], Meta(extra_json_schema=AT_MOST_100)
        ]
        | msgspec.UnsetType
    ) = msgspec.UNSET


class SessionPayload(Struct, omit_defaults=True):
    """
    Rows of one session.

    Attributes:
        session_id: Session ID of Claude Code, without slashes.
        messages: Rows, decoded one by one so that a bad one does not spoil
            the others.
        account: Set if it differs from `AgentPayload.account`.
        provider: Tool whose logs contain the rows.
    """

    session_id: AddressName
    messages: Annotated[
        list[msgspec.Raw], Meta(extra_json_schema=AT_MOST_10_000)
    ]
    account: Text = ""
    provider: Text = CLAUDE_CODE_KEY


class ProjectPayload(Struct):
    """Sessions of one project; the name has no slash, the path may be empty."""

    name: AddressName
    path: LongText = ""
    sessions: Annotated[
        list[SessionPayload], Meta(extra_json_schema=AT_MOST_10_000)
    ] = msgspec.field(default_factory=list)


class AgentSyncRequest(Struct, omit_defaults=True):
    """Body of POST agent-sync/; other senders leave `agent` out."""

    projects: Annotated[
        list[ProjectPayload], Meta(extra_json_schema=AT_MOST_10_000)
    ]
    agent: AgentPayload | None = None


_MASK_64: Final = 2**64 - 1
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


def encode_row(record: UsageRecord) -> bytes:
    """Encode a record as the JSON of a row."""
    tokens, terms = record.tokens, record.terms
    key = f"{record.key & _MASK_64:016x}"
    searches = terms.web_searches
    return msgspec.json.encode(
        RowPayload(
            timestamp=format_iso_ms(record.at_ms),
            request_id=sanitize_text(record.request_id) or None,
            uuid=None if record.message_id else key,
            response_key=key if _has_repeated_id(record) else None,
            is_sidechain=record.is_sidechain or None,
            is_original=True if record.requested_ms is not None else None,
            message=MessagePayload(
                id=sanitize_text(record.message_id) or None,
                model=sanitize_text(record.model),
                usage=UsagePayload(
                    tokens.input,
                    tokens.output,
                    tokens.cache_write,
                    tokens.cache_read,
                    CacheCreationPayload(
                        tokens.cache_write_5m,
                        tokens.cache_write_1h,
                    ),
                    sanitize_text(terms.speed) or None,
                    sanitize_text(terms.inference_geo) or None,
                    sanitize_text(terms.service_tier) or None,
                    ServerToolUsePayload(searches) if searches else None,
                ),
            ),
        ),
    )


def _has_repeated_id(record: UsageRecord) -> bool:
    """Return whether the IDs alone do not identify a response."""
    message_id = record.message_id
    return (
        bool(message_id)
        and not record.request_id
        and record.key != compute_record_key(message_id, "", "")
    )


def sanitize_text(text: str) -> str:
    """Replace characters that not every server can store."""
    return (
        text if text.isprintable() else CONTROL_CHARS.sub(_REPLACEMENT, text)
    )


SUCCESS: Final = "success"
PARTIAL: Final = "partial"


class RejectedRow(Struct):
    """
    Row that the server will never accept.

    Attributes:
        index: Index among all rows of the request, from 0.
        session_id: Session of the row.
        code: Reason as one word.
        detail: Reason as a sentence.
    """

    index: int
    session_id: str = ""
    code: str = ""
    detail: str = ""


class IgnoredValue(Struct):
    """
    Value of `agent` that the server did not use; everything else is stored.

    Attributes:
        field: Where it is, as "agent.limits[2]".
        code: Reason as one word.
        detail: Reason as a sentence.
    """

    field: str
    code: str = ""
    detail: str = ""


class AgentSyncResponse(Struct, omit_defaults=True):
    """
    Response to POST agent-sync/.

    Attributes:
        status: "success", or "partial" if rows were rejected or values
            ignored.
        message: Summary for users.
        projects_updated: Number of projects in the request.
        sessions_updated: Number of sessions in the request.
        snapshots_created: Number of new rows.
        timestamp: Server time.
        snapshots_received: Number of rows received; None from other servers.
        snapshots_updated: Number of rows with higher counts than stored.
        snapshots_unchanged: Number of rows already stored.
        rejected: Rejected rows, the first 1,000.
        ignored: Values of `agent` that were not used.
        acked_seq: Last change that the server has of this database.
        resync_from: Set if changes before `from_seq` are missing: nothing was
            stored, send everything after this change.
        server_id: Identifies the server's database; another one is empty.
        clock_skew_ms: How far the sender's clock is ahead.
    """

    status: str
    message: str
    projects_updated: int
    sessions_updated: int
    snapshots_created: int
    timestamp: str = ""
    snapshots_received: int | None = None
    snapshots_updated: int | None = None
    snapshots_unchanged: int | None = None
    rejected: list[RejectedRow] = msgspec.field(default_factory=list)
    ignored: list[IgnoredValue] = msgspec.field(default_factory=list)
    acked_seq: int | None = None
    resync_from: int | None = None
    server_id: str = ""
    clock_skew_ms: int | None = None


class HandshakeResponse(Struct):
    """
    Response to GET agent-sync/?machine_id=…&store_id=….

    Attributes:
        server_id: Identifies the server's database; another one is empty.
        acked_seq: Last change that the server has of this database.
        max_messages: Maximum number of rows per request.
        max_bytes: Maximum size of the uncompressed body.
        encodings: Accepted values of Content-Encoding, such as "gzip".
        timestamp: Server time.
    """

    server_id: Name
    acked_seq: Seq = 0
    max_messages: Annotated[int, Meta(ge=1)] = 1000
    max_bytes: Annotated[int, Meta(ge=1024)] = 1 << 20
    encodings: list[str] = msgspec.field(default_factory=list)
    timestamp: str = ""


class TokenRefreshRequest(Struct):
    """Request for a new access token."""

    refresh: str


class TokenRefreshResponse(Struct):
    """Response with an access token; the refresh token may change, too."""

    access: Name
    refresh: str | None = None


class ErrorResponse(Struct):
    """Fields that a response with status 400 or above may have."""

    code: str | None = None
    detail: str | None = None
    error: str | None = None
    status: str | int | None = None
    message: str | None = None
