"""
Read usage that other lines than those of responses carry.

Claude Code 2.1.12 to 2.1.81 repeated the lines of a subagent in its parent's
transcript, within lines of type "progress". Where the subagent's own file is
gone, they are all that is left of its usage.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from claude_tray.providers.claude_code.schema import (
    DECODE_ERRORS,
    AssistantMessage,
    MalformedLineError,
    TranscriptLine,
)

_ANY_DECODER: Final = msgspec.json.Decoder()
_RELAY_TYPE: Final = "agent_progress"
# The content of messages and tools: usage there belongs to something else.
_CONTENT_KEYS: Final = frozenset(
    {"content", "input", "toolUseResult", "tool_use_result"}
)
_MAX_DEPTH: Final = 5
# Of a longer line, all values would take much memory.
_MAX_EXAMINED_BYTES: Final = 1 << 18


class _RelayedLine(msgspec.Struct, gc=False, rename="camel"):
    type: str | None = None
    message: AssistantMessage | None = None
    timestamp: datetime | None = None
    request_id: str | None = None
    uuid: str | None = None


class _ProgressData(msgspec.Struct, gc=False):
    type: str | None = None
    message: _RelayedLine | None = None


class _ProgressLine(msgspec.Struct, gc=False, rename="camel"):
    data: _ProgressData | None = None
    timestamp: datetime | None = None
    session_id: str | None = None


_PROGRESS_DECODER: Final = msgspec.json.Decoder(_ProgressLine)


def decode_relayed_line(data: bytes) -> TranscriptLine | None:
    """
    Return the line of a subagent that a progress line repeats.

    It is a line of a sidechain of the progress line's session. None without
    such a line.

    Raises:
        MalformedLineError: The line is not as expected.
    """
    try:
        progress = _PROGRESS_DECODER.decode(data)
    except DECODE_ERRORS as error:
        raise MalformedLineError(str(error)) from error
    relay = progress.data.message if progress.data else None
    if (
        progress.data is None
        or progress.data.type != _RELAY_TYPE
        or relay is None
        or relay.type != "assistant"
    ):
        return None
    return TranscriptLine(
        type="assistant",
        message=relay.message,
        request_id=relay.request_id,
        timestamp=relay.timestamp or progress.timestamp,
        session_id=progress.session_id,
        uuid=relay.uuid,
        is_sidechain=True,
    )


def carries_unread_usage(data: bytes) -> bool:
    """
    Return whether a line has token counts that are read nowhere.

    Claude Code's format is internal to it. Such lines are an early warning
    that it has changed.
    """
    if len(data) > _MAX_EXAMINED_BYTES or b'okens"' not in data:
        return False
    try:
        return _has_usage(_ANY_DECODER.decode(data), _MAX_DEPTH)
    except DECODE_ERRORS:
        return False


def _has_usage(value: object, depth: int) -> bool:
    """Return whether there is usage in nested objects, besides content."""
    if not isinstance(value, dict) or not depth:
        return False
    return any(
        _has_counts(item)
        if key.lower().endswith("usage")
        else key not in _CONTENT_KEYS and _has_usage(item, depth - 1)
        for key, item in value.items()
    )


def _has_counts(usage: object) -> bool:
    return isinstance(usage, dict) and any(
        key.lower().endswith("tokens") and bool(count)
        for key, count in usage.items()
    )
