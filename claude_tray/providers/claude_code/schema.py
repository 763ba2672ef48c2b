"""
Decode the parts of a transcript line that usage needs.

Claude Code documents the format as internal ("the entry format is internal
to Claude Code and changes between versions"). So any key may be missing or
null, a value of an unexpected type counts as missing, and unknown keys are
ignored.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec
from msgspec.structs import asdict

from claude_tray.core.bounds import (
    MAX_COUNT_BITS,
    MAX_TEXT_LENGTH,
    MAX_WEB_SEARCHES,
    bound_text,
    is_plausible_count,
)
from claude_tray.core.usage import (
    STANDARD_TERMS,
    ZERO_TOKENS,
    PricingTerms,
    TokenCounts,
)


class MalformedLineError(ValueError):
    """The line is not a JSON object."""


# Raised by msgspec for bytes that are not JSON, not UTF-8 or too deeply nested.
DECODE_ERRORS: Final = (
    msgspec.MsgspecError,
    UnicodeDecodeError,
    RecursionError,
)


# Longer ones are shortened by the tolerant path.
_Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT_LENGTH)]
Name = Annotated[_Text, msgspec.Meta(min_length=1)]
ZonedTime = Annotated[datetime, msgspec.Meta(tz=True)]


class CacheCreationSplit(msgspec.Struct, gc=False):
    """Cache writes by lifetime."""

    ephemeral_5m_input_tokens: int | None = None
    ephemeral_1h_input_tokens: int | None = None


class ServerToolCounts(msgspec.Struct, gc=False):
    """Uses of server-side tools."""

    web_search_requests: int | None = None


class UsageIteration(msgspec.Struct, gc=False):
    """One pass of a response that took several."""

    type: str | None = None
    model: _Text | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: CacheCreationSplit | None = None


# The fields are in Claude Code's order, in which they are found at once.
class MessageUsage(msgspec.Struct, gc=False, kw_only=True):
    """Counts of a response."""

    input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    output_tokens: int | None = None
    server_tool_use: ServerToolCounts | None = None
    service_tier: _Text | None = None
    cache_creation: CacheCreationSplit | None = None
    inference_geo: _Text | None = None
    iterations: list[UsageIteration] | None = None
    speed: _Text | None = None


class AssistantMessage(msgspec.Struct, gc=False, kw_only=True):
    """A response or a part of it, without its content."""

    model: _Text | None = None
    id: _Text | None = None
    stop_reason: str | None = None
    usage: MessageUsage | None = None


class TranscriptLine(msgspec.Struct, gc=False, rename="camel", kw_only=True):
    """A line of any type, of which any key may be missing."""

    parent_uuid: str | None = None
    is_sidechain: bool | None = None
    session_id: _Text | None = None
    message: AssistantMessage | None = None
    request_id: _Text | None = None
    type: str | None = None
    uuid: str | None = None
    timestamp: datetime | None = None
    request_ref: _Text | None = None
    is_api_error_message: bool | None = None
    error: str | None = None


class ResponseUsage(MessageUsage, gc=False, kw_only=True):
    """Counts of a response, of which the output is known."""

    output_tokens: int


class ResponseMessage(AssistantMessage, gc=False, kw_only=True):
    """A response or a part of it, with its model and counts."""

    model: Name
    id: _Text
    usage: ResponseUsage


class ResponseLine(TranscriptLine, gc=False, kw_only=True):
    """
    A line of a response with its counts.

    Decoding checks what would otherwise be checked for each line.
    """

    message: ResponseMessage
    type: Literal["assistant"]
    timestamp: ZonedTime


class _MessageContent(msgspec.Struct, gc=False):
    content: Any = None


class _ContentLine(msgspec.Struct, gc=False):
    message: _MessageContent | None = None


class _CwdLine(msgspec.Struct, gc=False):
    cwd: str | None = None


_LINE_DECODER: Final = msgspec.json.Decoder(TranscriptLine)
_CONTENT_DECODER: Final = msgspec.json.Decoder(_ContentLine)
_CWD_DECODER: Final = msgspec.json.Decoder(_CwdLine)
_ANY_DECODER: Final = msgspec.json.Decoder()
_SKIP_DECODER: Final = msgspec.json.Decoder(msgspec.Raw)
# Raises one of DECODE_ERRORS for all but well-formed lines of responses.
decode_response: Final = msgspec.json.Decoder(ResponseLine).decode


def decode_line(line: memoryview | bytes) -> TranscriptLine:
    """
    Decode a line; values of an unexpected type count as missing.

    Raises:
        MalformedLineError: The line is not a JSON object.
    """
    try:
        return _LINE_DECODER.decode(line)
    except msgspec.ValidationError:
        return _decode_tolerantly(line)
    except DECODE_ERRORS as error:
        raise MalformedLineError(str(error)) from error


def complete_response(line: TranscriptLine) -> ResponseLine | None:
    """
    Return a line that is no well-formed one of a response as such a line.

    A time without a zone is in UTC. None without usage, model or time.
    """
    message, at = line.message, line.timestamp
    usage = message.usage if message else None
    if message is None or usage is None or not message.model or at is None:
        return None
    counts = asdict(usage) | {"output_tokens": usage.output_tokens or 0}
    response = asdict(message) | {
        "id": message.id or "",
        "usage": ResponseUsage(**counts),
    }
    return ResponseLine(
        **asdict(line)
        | {
            "type": "assistant",
            "message": ResponseMessage(**response),
            "timestamp": at if at.tzinfo else at.replace(tzinfo=UTC),
        }
    )


def is_complete_object(line: bytes) -> bool:
    """Return whether a line is one complete JSON object."""
    text = line.strip(b" \t\r\0\xef\xbb\xbf")
    if not text.startswith(b"{"):
        return False
    try:
        _SKIP_DECODER.decode(text)
    except DECODE_ERRORS:
        return False
    return True


def decode_cwd(line: bytes) -> str:
    """Return the working directory in a line; empty if there is none."""
    try:
        return _CWD_DECODER.decode(line).cwd or ""
    except DECODE_ERRORS:
        return ""


def decode_texts(line: memoryview | bytes) -> list[str]:
    """Return the text blocks of a line; none if it cannot be decoded."""
    try:
        message_content = _CONTENT_DECODER.decode(line).message
    except DECODE_ERRORS:
        return []
    blocks = message_content.content if message_content else None
    if isinstance(blocks, str):
        return [blocks]
    return [
        block["text"]
        for block in (blocks if isinstance(blocks, list) else [])
        if isinstance(block, dict) and isinstance(block.get("text"), str)
    ]


def _decode_tolerantly(line: memoryview | bytes) -> TranscriptLine:
    try:
        value = _ANY_DECODER.decode(line)
    except DECODE_ERRORS as error:
        raise MalformedLineError(str(error)) from error
    if not isinstance(value, dict):
        message = "a line must be an object"
        raise MalformedLineError(message)
    return _build_struct(value, TranscriptLine)


def _build_struct(
    value: dict[str, object], struct_type: type[_Struct]
) -> _Struct:
    """Build a struct from the values that have the expected type."""
    struct = struct_type()
    for field in _list_fields(struct_type):
        raw_value = value.get(field.encode_name)
        if raw_value is not None:
            with suppress(msgspec.ValidationError):
                setattr(struct, field.name, _convert_value(raw_value, field))
    return struct


@cache
def _list_fields(
    struct_type: type[msgspec.Struct],
) -> tuple[msgspec.structs.FieldInfo, ...]:
    # It evaluates all annotations, which takes longer than all the rest.
    return msgspec.structs.fields(struct_type)


def _convert_value(value: object, field: msgspec.structs.FieldInfo) -> object:
    nested = _NESTED_STRUCTS.get(field.encode_name)
    if nested is not None and isinstance(value, dict):
        return _build_struct(value, nested)
    if field.name == _ITERATIONS and isinstance(value, list):
        return [
            _build_struct(pass_, UsageIteration)
            for pass_ in value
            if isinstance(pass_, dict)
        ]
    if isinstance(value, str):
        value = bound_text(value)
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    return msgspec.convert(value, field.type)


_ITERATIONS: Final = "iterations"
_Struct = TypeVar("_Struct", bound=msgspec.Struct)
_NESTED_STRUCTS: Final[dict[str, type[msgspec.Struct]]] = {
    "message": AssistantMessage,
    "usage": MessageUsage,
    "cache_creation": CacheCreationSplit,
    "server_tool_use": ServerToolCounts,
}


_COMPACTION: Final = "compaction"
ADVISOR_MESSAGE: Final = "advisor_message"
_EXTRA_PASS_TYPES: Final = (_COMPACTION, ADVISOR_MESSAGE)
IMPOSSIBLE_COUNTS: Final = "impossible counts"
_make_tuple: Final = tuple.__new__
# Values that do not affect the price.
_STANDARD_SPEEDS: Final = (None, "", "standard")
_STANDARD_GEOS: Final = (None, "", "global", "not_available")
_STANDARD_TIERS: Final = (None, "", "standard")


def parse_token_counts(usage: MessageUsage | UsageIteration) -> TokenCounts:
    """
    Return the counts, with cache writes split by lifetime.

    Before Claude Code 2.1.152 the flat count was 0 next to a filled split.
    Without a split, all writes are for 5 minutes, the documented default.
    """
    writes_5m, writes_1h = usage.cache_creation_input_tokens or 0, 0
    split = usage.cache_creation
    if split is not None:
        writes_1h = split.ephemeral_1h_input_tokens or 0
        split_total = (split.ephemeral_5m_input_tokens or 0) + writes_1h
        # Not max(): the call took longer than all the rest of this function.
        writes_5m = (
            split_total if split_total > writes_5m else writes_5m  # noqa: FURB136
        ) - writes_1h
    input_tokens, output_tokens = (
        usage.input_tokens or 0,
        usage.output_tokens or 0,
    )
    cache_read_tokens = usage.cache_read_input_tokens or 0
    # One check for all: negative and huge counts both leave a high bit. Only
    # the largest possible count has one too.
    if (
        input_tokens
        | output_tokens
        | writes_5m
        | writes_1h
        | cache_read_tokens
    ) >> MAX_COUNT_BITS and not all(
        map(
            is_plausible_count,
            (
                input_tokens,
                output_tokens,
                writes_5m,
                writes_1h,
                cache_read_tokens,
            ),
        )
    ):
        raise MalformedLineError(IMPOSSIBLE_COUNTS)
    return _make_tuple(
        TokenCounts,
        (input_tokens, output_tokens, writes_5m, writes_1h, cache_read_tokens),
    )


def parse_pricing_terms(usage: MessageUsage) -> PricingTerms:
    tools = usage.server_tool_use
    searches = (tools.web_search_requests or 0) if tools else 0
    speed = usage.speed
    geo, tier = usage.inference_geo, usage.service_tier
    if (
        not searches
        and speed in _STANDARD_SPEEDS
        and geo in _STANDARD_GEOS
        and tier in _STANDARD_TIERS
    ):
        return STANDARD_TERMS
    return PricingTerms(
        "" if speed in _STANDARD_SPEEDS else str(speed),
        "" if geo in _STANDARD_GEOS else str(geo),
        "" if tier in _STANDARD_TIERS else str(tier),
        min(max(searches, 0), MAX_WEB_SEARCHES),
    )


def has_extra_passes(usage: MessageUsage) -> bool:
    """Return whether the total counts omit some passes of a response."""
    # A loop: `any` would create a generator for each response.
    for pass_ in usage.iterations or ():
        if pass_.type in _EXTRA_PASS_TYPES:
            return True
    return False


def compute_compaction(usage: MessageUsage) -> TokenCounts:
    """
    Return the tokens of the compactions within a response.

    Raises:
        MalformedLineError: Counts are impossible.
    """
    tokens = ZERO_TOKENS
    for pass_ in usage.iterations or ():
        if pass_.type == _COMPACTION:
            tokens = tokens.plus(parse_token_counts(pass_))
    return tokens
