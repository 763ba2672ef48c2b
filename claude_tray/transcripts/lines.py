"""
One line of a transcript, as far as usage needs it.

Claude Code calls the format internal, so nothing is taken for granted: any
key may be missing or null, a value of another type is taken for missing, and
unknown keys are skipped (docs: "sessions", "the entry format is internal to
Claude Code and changes between versions").
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec


class MalformedLineError(ValueError):
    """The line is no JSON object."""


# What msgspec raises of bytes that are no JSON, no text, or nested without
# end.
UNREADABLE: Final = (
    msgspec.MsgspecError,
    UnicodeDecodeError,
    RecursionError,
)


class Split(msgspec.Struct, gc=False):
    """Cache writes by how long they are kept."""

    ephemeral_5m_input_tokens: int | None = None
    ephemeral_1h_input_tokens: int | None = None


class ServerTools(msgspec.Struct, gc=False):
    """Tools that ran at Anthropic."""

    web_search_requests: int | None = None


class Iteration(msgspec.Struct, gc=False):
    """One pass of a reply that took several."""

    type: str | None = None
    model: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: Split | None = None


class Usage(msgspec.Struct, gc=False):
    """The counts of a reply."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: Split | None = None
    server_tool_use: ServerTools | None = None
    service_tier: str | None = None
    speed: str | None = None
    inference_geo: str | None = None
    iterations: list[Iteration] | None = None


class Message(msgspec.Struct, gc=False):
    """A reply, or a part of it, without its content."""

    id: str | None = None
    model: str | None = None
    stop_reason: str | None = None
    usage: Usage | None = None


class Line(msgspec.Struct, gc=False, rename="camel"):
    """A line of type "assistant"; others are told by their type alone."""

    type: str | None = None
    message: Message | None = None
    request_id: str | None = None
    timestamp: datetime | None = None
    session_id: str | None = None
    uuid: str | None = None
    is_sidechain: bool | None = None
    is_api_error_message: bool | None = None
    error: str | None = None


class _Content(msgspec.Struct, gc=False):
    content: Any = None


class _Said(msgspec.Struct, gc=False):
    message: _Content | None = None


_LINE: Final = msgspec.json.Decoder(Line)
_SAID: Final = msgspec.json.Decoder(_Said)
_ANYTHING: Final = msgspec.json.Decoder()
# For lines as they should be: raises one of UNREADABLE for all others.
decode_strictly: Final = _LINE.decode


def decode(line: memoryview | bytes) -> Line:
    """
    Return the line; a value of an unexpected type counts as missing.

    Raises:
        MalformedLineError: It is no JSON object.
    """
    try:
        return _LINE.decode(line)
    except msgspec.ValidationError:
        return _tolerant(line)
    except UNREADABLE as error:
        raise MalformedLineError(str(error)) from error


def decode_texts(line: memoryview | bytes) -> list[str]:
    """Return the texts of a line's content; none where there is no sense."""
    try:
        said = _SAID.decode(line).message
    except UNREADABLE:
        return []
    blocks = said.content if said else None
    if isinstance(blocks, str):
        return [blocks]
    return [
        block["text"]
        for block in (blocks if isinstance(blocks, list) else [])
        if isinstance(block, dict) and isinstance(block.get("text"), str)
    ]


def _tolerant(line: memoryview | bytes) -> Line:
    try:
        value = _ANYTHING.decode(line)
    except UNREADABLE as error:
        raise MalformedLineError(str(error)) from error
    if not isinstance(value, dict):
        message = "a line must be an object"
        raise MalformedLineError(message)
    return _fitting(value, Line)


def _fitting(value: dict[str, object], kind: type[_Struct]) -> _Struct:
    """Return the struct with every value that fits it."""
    kept = kind()
    for field in msgspec.structs.fields(kind):
        found = value.get(field.encode_name)
        if found is not None:
            with suppress(msgspec.ValidationError):
                setattr(kept, field.name, _fitted(found, field))
    return kept


def _fitted(value: object, field: msgspec.structs.FieldInfo) -> object:
    nested = _NESTED.get(field.encode_name)
    if nested is not None and isinstance(value, dict):
        return _fitting(value, nested)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return msgspec.convert(value, field.type)


_Struct = TypeVar("_Struct", bound=msgspec.Struct)
_NESTED: Final[dict[str, type[msgspec.Struct]]] = {
    "message": Message,
    "usage": Usage,
    "cache_creation": Split,
    "server_tool_use": ServerTools,
}
