"""Find the type of a line without decoding it, by few calls."""

from __future__ import annotations

from typing import Final

ASSISTANT: Final = b"assistant"
USER: Final = b"user"
_ATTACHMENT: Final = b"attachment"
_TYPE_PREFIX: Final = b'"type":"'
_PREFIX_LENGTH: Final = len(_TYPE_PREFIX)
_MESSAGE_KEY: Final = b'"message":'
# Most lines have one of these types; reading any other takes longer.
_ASSISTANT_VALUE: Final = b'assistant"'
_USER_VALUE: Final = b'user"'
_ATTACHMENT_VALUE: Final = b'attachment"'
_HEAD_BYTES: Final = 1024
_TAIL_BYTES: Final = 512
_MAX_TYPE_BYTES: Final = 64


def find_line_type(data: bytearray, start: int, stop: int) -> bytes:
    """
    Return the type of a line before or after all nested objects.

    Args:
        data: Lines of a transcript.
        start: Start of the line.
        stop: Position of its newline.

    Returns:
        The type; empty if it is elsewhere, or the line may be of a response.
    """
    first_object = data.find(b"{", start + 1, stop)
    head_end = start + _HEAD_BYTES
    if 0 <= first_object < head_end:
        head_end = first_object
    elif stop < head_end:
        head_end = stop
    position = data.find(_TYPE_PREFIX, start, head_end) + _PREFIX_LENGTH
    if position < _PREFIX_LENGTH:
        return _find_type_in_tail(data, start, stop, first_object)
    if data.startswith(_USER_VALUE, position):
        return USER
    if data.startswith(_ASSISTANT_VALUE, position):
        return ASSISTANT
    return _read_type(data, position)


def find_type_in_head(head: bytearray) -> bytes:
    """
    Return the type in the first bytes of a line, of which the end is unknown.

    It precedes all nested objects in most lines; otherwise return empty bytes.
    """
    position = head.find(_TYPE_PREFIX, 0, _HEAD_BYTES)
    if position < 0 or head.find(b"{", 1, position) >= 0:
        return b""
    position += _PREFIX_LENGTH
    if head.startswith(_ASSISTANT_VALUE, position):
        return ASSISTANT
    return _read_type(head, position)


def _find_type_in_tail(
    data: bytearray, start: int, stop: int, first_object: int
) -> bytes:
    if first_object >= 0 and data.endswith(_MESSAGE_KEY, start, first_object):
        # A response, perhaps with another line after it.
        return b""
    tail_start = max(start, stop - _TAIL_BYTES)
    brace = data.rfind(b"}", tail_start, stop - 1)
    position = data.find(_TYPE_PREFIX, max(brace, tail_start), stop)
    if position < 0:
        return b""
    position += _PREFIX_LENGTH
    if data.startswith(_ATTACHMENT_VALUE, position):
        return _ATTACHMENT
    return _read_type(data, position)


def _read_type(data: bytearray, position: int) -> bytes:
    """Read a type; an assistant line at its end counts as unknown."""
    end = data.find(b'"', position, position + _MAX_TYPE_BYTES)
    line_type = bytes(data[position:end]) if end >= 0 else b""
    return b"" if line_type == ASSISTANT else line_type
