"""
What is posted to agent-sync.

One set of shapes for both sides: the sender encodes them, a receiver gets
them back with every value checked (`codec`). Unknown keys are passed over,
and a null is as good as a missing key.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import Meta, Struct

from claude_tray.core.time import format_iso_ms

if TYPE_CHECKING:
    from claude_tray.core.usage import UsageRecord


AGENT_SYNC_PATH: Final = "/app/claude-usage/agent-sync/"
TOKEN_REFRESH_PATH: Final = "/api/token/refresh/"  # noqa: S105 - a path

# Sums of these stay far from 64 bits.
Count = Annotated[int, Meta(ge=0, lt=2**40)]
Seq = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Text = Annotated[str, Meta(max_length=255)]
LongText = Annotated[str, Meta(max_length=4096)]
Name = Annotated[str, Meta(min_length=1, max_length=255)]


class CacheCreationPayload(Struct, omit_defaults=True):
    """Cache writes by how long they are kept."""

    ephemeral_5m_input_tokens: Count | None = None
    ephemeral_1h_input_tokens: Count | None = None


class ServerToolUsePayload(Struct, omit_defaults=True):
    """What the model's own tools did."""

    web_search_requests: Count | None = None


class UsagePayload(Struct, omit_defaults=True):
    """What one reply used, in the words of Anthropic's API."""

    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cache_creation_input_tokens: Count | None = None
    cache_read_input_tokens: Count | None = None
    cache_creation: CacheCreationPayload | None = None
    speed: Text | None = None
    inference_geo: Text | None = None
    service_tier: Text | None = None
    server_tool_use: ServerToolUsePayload | None = None


class MessagePayload(Struct, omit_defaults=True):
    """A reply: `model` and `usage` make it one that is billed."""

    id: Text | None = None
    model: Text | None = None
    usage: UsagePayload | None = None


class RowPayload(Struct, omit_defaults=True, rename="camel"):
    """
    One line about a reply.

    Attributes:
        timestamp: ISO 8601; without a zone it is in UTC.
        request_id: Of the request that it answers.
        uuid: Tells rows without a message id apart.
        is_sidechain: It stood in a subagent's transcript.
        message: The reply.
    """

    timestamp: Text | None = None
    request_id: Text | None = None
    uuid: Text | None = None
    is_sidechain: bool | None = None
    message: MessagePayload | None = None


class LimitPayload(Struct):
    """
    A limit that Claude Code told, as a hint when it resets.

    Attributes:
        account: As in `Agent`.
        name: "five_hour", "seven_day" or a further window's own.
        used_percentage: 0 to 100, may exceed it.
        resets_at: ISO 8601.
        observed_at: When it was told.
    """

    name: Name
    used_percentage: float
    resets_at: Text
    observed_at: Text
    account: Text = ""


class AgentPayload(Struct):
    """
    Who sends.

    Attributes:
        machine_id: The same for all that this installation sends.
        machine_name: For people; may be empty.
        store_id: The sender's store; another one counts from 1 again.
        from_seq: What the receiver confirmed of this store before.
        to_seq: The receiver has all changes up to this one now.
        sent_at: By the sender's clock.
        as_of: Transcripts were read up to then.
        account: A salted hash of the Claude account; empty if unknown.
        version: The sender's.
        limits: What Claude Code told of limits that hold now.
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
    limits: list[LimitPayload] = msgspec.field(default_factory=list)


class SessionPayload(Struct, omit_defaults=True):
    """
    A session's rows.

    Attributes:
        session_id: Claude Code's own.
        messages: None of them is looked at before its turn, so that a bad
            one spoils no other.
        account: Where it is another one than `Agent.account`.
    """

    session_id: Name
    messages: list[msgspec.Raw]
    account: Text = ""


class ProjectPayload(Struct):
    """A project's sessions; the path may be empty."""

    name: Name
    path: LongText = ""
    sessions: list[SessionPayload] = msgspec.field(default_factory=list)


class AgentSyncRequest(Struct, omit_defaults=True):
    """POST agent-sync/; senders of other makes have no `agent`."""

    projects: list[ProjectPayload]
    agent: AgentPayload | None = None


_MASK_64: Final = 2**64 - 1
# Databases and addresses do not take them.
CONTROL_CHARS: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


def encode_row(record: UsageRecord) -> bytes:
    """Return a record as the JSON of a row."""
    tokens, terms = record.tokens, record.terms
    searches = terms.web_searches
    return msgspec.json.encode(
        RowPayload(
            timestamp=format_iso_ms(record.at_ms),
            request_id=sanitize_text(record.request_id) or None,
            uuid=None
            if record.message_id
            else f"{record.key & _MASK_64:016x}",
            is_sidechain=record.is_sidechain or None,
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


def sanitize_text(text: str) -> str:
    """Return a text that every receiver can store."""
    return (
        text if text.isprintable() else CONTROL_CHARS.sub(_REPLACEMENT, text)
    )
