"""
Follow the requests of a transcript: when they were sent and how they ended.

Since 2.1.332, Claude Code writes a line about each request before the
response. Its ID is the `requestRef` of the response; copies of the response
in forks have no such line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from claude_tray.core.bounds import bound_text, is_storable_time
from claude_tray.core.requests import SentRequest
from claude_tray.core.time import Millis, parse_iso_ms, to_epoch_ms
from claude_tray.core.usage import SessionId, compute_record_key
from claude_tray.providers.claude_code.schema import (
    DECODE_ERRORS,
    Name,
    TranscriptLine,
    ZonedTime,
)

if TYPE_CHECKING:
    from datetime import datetime
    from io import FileIO

    from claude_tray.providers.claude_code.scan_state import ScanState


# A response is not requested longer before its first line than this.
_MAX_WAIT_MS: Final = 3_600_000
# How far to look back for the line before a response.
_MAX_LINES: Final = 16
_HEAD_BYTES: Final = 1024
_MAX_PROMPT_BYTES: Final = 1 << 16
_LOOK_BACK_BYTES: Final = 1 << 16
_REQUEST_TYPE: Final = "api-request"
_OWNER_TYPE: Final = "session-owner"
_USER_TYPE: Final = "user"
# The client's own note to the model, in a line of the user's type.
CUT_NOTE: Final = b"was cut off mid-stream"
INTERRUPTED_NEEDLE: Final = b'"interruptedMessageId"'
# What lines of other types contain that say how a response ended.
END_NEEDLES: Final = {
    b"user": (INTERRUPTED_NEEDLE, CUT_NOTE),
    b"system": (b'"api_error"', b'"model_fallback"'),
}
_FALLBACK_NEEDLE: Final = b'"model_fallback"'
_USER_NEEDLE: Final = b'"user"'
_ASSISTANT_NEEDLE: Final = b'"assistant"'


class _Params(msgspec.Struct):
    model: Any = None


class _RequestLine(msgspec.Struct, rename="camel"):
    id: Any = None
    session_id: Any = None
    timestamp: Any = None
    params: _Params | None = None


class _RegularParams(msgspec.Struct, gc=False):
    model: Name


class _RegularRequestLine(msgspec.Struct, rename="camel", gc=False):
    id: Name
    session_id: Name
    timestamp: ZonedTime
    params: _RegularParams


class _OwnerLine(msgspec.Struct, rename="camel"):
    session_id: Any = None
    account_uuid: Any = None


class _PromptLine(msgspec.Struct, rename="camel"):
    type: Any = None
    timestamp: Any = None
    sent_at_ms: Any = None
    interrupted_message_id: Any = None


class _EndLine(msgspec.Struct, rename="camel"):
    uuid: Any = None
    parent_uuid: Any = None
    interrupted_message_id: Any = None
    stream_cut_cause: Any = None
    own_note: Any = None
    message: Any = None
    request_id: Any = None


_REQUEST_DECODER: Final = msgspec.json.Decoder(_RequestLine)
# Raises one of DECODE_ERRORS for all but well-formed lines.
_decode_regular: Final = msgspec.json.Decoder(_RegularRequestLine).decode
_make_tuple: Final = tuple.__new__
_PROMPT_DECODER: Final = msgspec.json.Decoder(_PromptLine)
_END_DECODER: Final = msgspec.json.Decoder(_EndLine)
_OWNER_DECODER: Final = msgspec.json.Decoder(_OwnerLine)


def process_request_line(
    line: TranscriptLine, data: bytes, state: ScanState
) -> None:
    """Process a line about a request, its end, or a session's account."""
    if line.type == _REQUEST_TYPE:
        process_request(data, state)
    elif line.type == _OWNER_TYPE:
        _process_owner(data, state)
    elif line.type == _USER_TYPE:
        _process_interruption(data, state)
    else:
        # After the fallback to another model its own request comes first.
        count = 2 if _FALLBACK_NEEDLE in data else 1
        state.failed.update(list(state.sent)[-count:])
        state.has_early_failure |= not state.sent


def process_request(data: bytes, state: ScanState) -> bool:
    """Process a line about a request; return whether it is valid."""
    request = decode_request(data, state.collector.location.session_id)
    if request is None:
        return False
    state.sent[request.ref] = request
    state.collector.request_times[request.ref] = request.at_ms
    return True


def process_error_line(data: bytes, state: ScanState) -> None:
    """Process an error that Claude Code shows instead of a response."""
    if not _process_interruption(data, state):
        # Refused or failed; a connection that broke costs something.
        state.failed.update(list(state.sent)[-1:])
        state.has_early_failure |= not state.sent


def _process_owner(data: bytes, state: ScanState) -> None:
    try:
        line = _OWNER_DECODER.decode(data)
    except DECODE_ERRORS:
        return
    session_id, account = line.session_id, line.account_uuid
    if isinstance(account, str) and account:
        own_id = state.collector.location.session_id
        if isinstance(session_id, str) and session_id:
            own_id = SessionId(bound_text(session_id))
        state.owners[own_id] = bound_text(account)


def _process_interruption(data: bytes, state: ScanState) -> bool:
    """Note a cut response; return whether the line is about one."""
    interruption = decode_interruption(data)
    if interruption is None:
        return False
    message_id, line_id = interruption
    request_id, last_line = "", state.collector.last_line
    if last_line is not None:
        last_id = last_line.message.id
        if line_id and last_line.uuid == line_id:
            message_id = last_id
        if message_id and message_id == last_id:
            request_id = last_line.request_id or ""
    if not message_id and line_id and state.file is not None:
        offset = state.block_offset + state.line_start
        message_id, request_id = find_message_of_line(
            read_before(state.file, offset), line_id
        )
    if message_id:
        state.cut_keys.add(compute_record_key(message_id, request_id, ""))
    return True


def find_sent_time(
    replied_at: datetime, data: bytearray, start: int, state: ScanState
) -> Millis | None:
    """Return when the prompt of a response was sent; None if unknown."""
    replied_ms = to_epoch_ms(replied_at)
    sent_ms = find_prompt_time(data, start, replied_ms)
    if sent_ms is None and state.file is not None and state.block_offset:
        before = read_before(state.file, state.block_offset)
        if not data.rfind(_ASSISTANT_NEEDLE, 0, start) >= 0:
            sent_ms = find_prompt_time(before, len(before), replied_ms)
    return sent_ms


def decode_request(data: bytes, session_id: SessionId) -> SentRequest | None:
    """
    Decode a line about a request; None if it is invalid.

    Args:
        data: The line.
        session_id: For lines without a session ID.
    """
    try:
        regular = _decode_regular(data)
    except DECODE_ERRORS:
        return _decode_irregular_request(data, session_id)
    at_ms = to_epoch_ms(regular.timestamp)
    if not is_storable_time(at_ms):
        return None
    # As for records: most lines of new transcripts.
    return _make_tuple(
        SentRequest,
        (
            regular.id,
            regular.session_id,
            at_ms,
            regular.params.model,
            False,
        ),
    )


def _decode_irregular_request(
    data: bytes, session_id: SessionId
) -> SentRequest | None:
    try:
        line = _REQUEST_DECODER.decode(data)
    except DECODE_ERRORS:
        return None
    at_ms = _parse_time(line.timestamp)
    model = line.params.model if line.params else None
    if at_ms is None or not isinstance(line.id, str) or not line.id:
        return None
    if isinstance(line.session_id, str) and line.session_id:
        session_id = SessionId(bound_text(line.session_id))
    return SentRequest(
        bound_text(line.id),
        session_id,
        at_ms,
        bound_text(model) if isinstance(model, str) else "",
    )


def _parse_time(value: object) -> Millis | None:
    at_ms = parse_iso_ms(value) if isinstance(value, str) else None
    return at_ms if at_ms is not None and is_storable_time(at_ms) else None


def find_prompt_time(
    data: bytes | bytearray, start: int, replied_ms: int
) -> Millis | None:
    """
    Return when the prompt before a response was sent; None if unknown.

    Args:
        data: Lines of a transcript.
        start: Start of the response's line.
        replied_ms: Time of that line.
    """
    for _ in range(_MAX_LINES):
        stop = start - 1
        if stop <= 0:
            return None
        start = data.rfind(b"\n", 0, stop) + 1
        # Type or role are in the head of most lines, however long.
        head = min(stop, start + _HEAD_BYTES)
        if data.find(_ASSISTANT_NEEDLE, start, head) >= 0:
            return None
        if (
            stop - start < _MAX_PROMPT_BYTES
            and data.find(_USER_NEEDLE, start, head) >= 0
        ):
            sent_ms = _decode_prompt_time(bytes(data[start:stop]))
            if sent_ms is not None:
                is_near = 0 <= replied_ms - sent_ms <= _MAX_WAIT_MS
                return sent_ms if is_near else None
    return None


def _decode_prompt_time(data: bytes) -> Millis | None:
    try:
        line = _PROMPT_DECODER.decode(data)
    except DECODE_ERRORS:
        return None
    at_ms, sent_ms = _parse_time(line.timestamp), line.sent_at_ms
    is_prompt = line.type == _USER_TYPE and line.interrupted_message_id is None
    if not is_prompt or at_ms is None:
        return None
    # The time of the line is when it was written.
    is_sent_before = (
        isinstance(sent_ms, int)
        and not isinstance(sent_ms, bool)
        and 0 <= at_ms - sent_ms <= _MAX_WAIT_MS
    )
    return Millis(sent_ms) if is_sent_before else at_ms


def read_before(file: FileIO, offset: int) -> bytes:
    """Return the bytes before an offset; keep the position of the file."""
    position = file.tell()
    file.seek(max(0, offset - _LOOK_BACK_BYTES))
    data = file.read(min(offset, _LOOK_BACK_BYTES))
    file.seek(position)
    return data


class Interruption(NamedTuple):
    """
    End of a response before it was whole.

    Attributes:
        message_id: ID of the response; empty if only its line is known.
        line_id: ID of its last line; empty if only its ID is known.
    """

    message_id: str
    line_id: str


def decode_interruption(data: bytes) -> Interruption | None:
    """
    Return which response a line reports as cut or interrupted, or None.

    Claude Code writes a line of its own when the connection breaks, or asks
    the model itself to go on, and names the response in the next line of a
    user who pressed Esc.
    """
    try:
        line = _END_DECODER.decode(data)
    except DECODE_ERRORS:
        return None
    message_id, parent_id = line.interrupted_message_id, line.parent_uuid
    if isinstance(message_id, str) and message_id:
        return Interruption(bound_text(message_id), "")
    is_cut = line.stream_cut_cause or (
        line.own_note is True and CUT_NOTE in data
    )
    if is_cut and isinstance(parent_id, str):
        return Interruption("", parent_id)
    return None


def find_message_of_line(data: bytes, line_id: str) -> tuple[str, str]:
    """
    Return message and request ID of a line among others; empty without one.

    Args:
        data: Lines of a transcript, of which the first may be incomplete.
        line_id: ID of the line.
    """
    for text in reversed(data.split(b"\n")):
        if line_id.encode(errors="replace") not in text:
            continue
        try:
            line = _END_DECODER.decode(text)
        except DECODE_ERRORS:
            continue
        message = line.message
        message_id = message.get("id") if isinstance(message, dict) else None
        if line.uuid == line_id and isinstance(message_id, str):
            request_id = line.request_id
            return message_id, request_id if isinstance(
                request_id, str
            ) else ""
    return "", ""
