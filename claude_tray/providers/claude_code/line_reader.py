"""Read the complete lines of a growing file."""

from __future__ import annotations

import sys
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from claude_tray.platform.file_number import get_file_number

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator
    from io import FileIO

    from claude_tray.providers.base import Cursor


BUFFER_BYTES: Final = 1 << 18
TAIL_BYTES: Final = 1024
# Anthropic's API accepts no request body above 32 MB.
MAX_LINE_BYTES: Final = 32 << 20
_NEWLINE: Final = b"\n"
_CLOSING_BRACE: Final = b"}"


def find_resume_offset(
    file: FileIO, status: os.stat_result, cursor: Cursor
) -> int:
    """
    Return the byte offset to continue from.

    It is 0 if the file was replaced, truncated or rewritten. Same size but
    another modification time means rewritten as well.
    """
    is_unchanged = (
        get_file_number(status) == cursor.inode
        and status.st_size >= cursor.offset
        and (
            status.st_size != cursor.size
            or status.st_mtime_ns == cursor.mtime_ns
        )
        and compute_fingerprint(file, cursor.offset)
        == cursor.content_fingerprint
    )
    return cursor.offset if is_unchanged else 0


def compute_fingerprint(
    file: FileIO, offset: int, tail: bytes = b"", head: bytes = b""
) -> bytes:
    """
    Hash the bytes around both ends of the part that was read.

    Args:
        file: The transcript.
        offset: End of the part that was read.
        tail: Last bytes before the offset as they were read: reading them
            again would miss that the file was rewritten meanwhile.
        head: First bytes of the file as they were read, likewise.
    """
    length = min(offset, TAIL_BYTES)
    if len(head) < length:
        file.seek(0)
        head = file.read(length)
    if len(tail) < length:
        file.seek(offset - length)
        tail = file.read(length - len(tail)) + tail
    return blake2b(head[:length] + tail, digest_size=8).digest()


class LineReader:
    """
    Reads a file from an offset to its last newline.

    All files share one buffer: a first load reads gigabytes, and allocating
    memory takes longer than reading.

    Attributes:
        offset: Byte offset after the last complete line.
        head: First bytes of the file, if they were read.
        tail: Last bytes before the offset.
        has_more: Stopped at `max_bytes`; more lines may follow.
        oversized_lines: Number of lines skipped because of their length.
    """

    def __init__(self) -> None:
        self._buffer = bytearray(BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self.offset = 0
        self.head = self.tail = b""
        self.has_more = False
        self.oversized_lines = 0

    def read(
        self,
        file: FileIO,
        offset: int,
        accepts_long_line: Callable[[bytearray], bool] = bool,
        max_bytes: int = sys.maxsize,
    ) -> Iterator[tuple[bytearray, int]]:
        """
        Yield a buffer and the end of its complete lines.

        The buffer is overwritten when the iteration continues. Bytes after
        the last newline are left for the next call.

        Args:
            file: An unbuffered file.
            offset: Start of a line.
            accepts_long_line: Decides from its first bytes whether to yield
                a line longer than the buffer; lines without a closing brace
                are always yielded.
            max_bytes: Stop after the line that reaches this size.
        """
        self.offset, self.oversized_lines = offset, 0
        self.head = self.tail = b""
        self.has_more = False
        file.seek(offset)
        buffer, view, carried = self._buffer, self._view, 0
        while count := file.readinto(view[carried:]):
            filled = carried + count
            end = buffer.rfind(_NEWLINE, carried, filled) + 1
            if end:
                yield buffer, end
                self._advance(buffer, end)
                if self.offset - offset >= max_bytes:
                    self.has_more = True
                    return
                view[: filled - end] = view[end:filled]
            carried = filled - end
            if carried == BUFFER_BYTES:
                yield from self._read_long_line(
                    file, is_accepted=accepts_long_line(buffer)
                )
                carried = 0

    def read_rest(self, file: FileIO, size: int) -> bytes:
        """Return the bytes after the last line, nothing if oversized."""
        length = size - self.offset
        if self.has_more or length > MAX_LINE_BYTES:
            return b""
        line = bytearray(length)
        file.seek(self.offset)
        _read_fully(file, memoryview(line))
        return bytes(line)

    def skip_rest(self, line: bytes) -> None:
        """Count what `read_rest` returned as a complete line."""
        self._advance(bytearray(line), len(line))

    def _read_long_line(
        self,
        file: FileIO,
        *,
        is_accepted: bool,
    ) -> Iterator[tuple[bytearray, int]]:
        """Yield a line that is longer than the buffer, or skip it."""
        rest_length, last_byte = self._measure_line_rest(file)
        if not rest_length:
            return
        length = BUFFER_BYTES + rest_length
        if length > MAX_LINE_BYTES:
            self.oversized_lines += 1
        elif is_accepted or last_byte != _CLOSING_BRACE:
            line = bytearray(length)
            file.seek(self.offset)
            _read_fully(file, memoryview(line))
            yield line, length
        self.offset += length
        # The fingerprint reads these bytes itself.
        self.tail = b""
        file.seek(self.offset)

    def _advance(self, data: bytearray, end: int) -> None:
        if not self.offset:
            self.head = bytes(data[: min(end, TAIL_BYTES)])
        self.offset += end
        recent = bytes(data[max(0, end - TAIL_BYTES) : end])
        self.tail = (self.tail + recent)[-TAIL_BYTES:]

    def _measure_line_rest(self, file: FileIO) -> tuple[int, bytes]:
        """
        Find the end of a line whose beginning fills the buffer.

        Returns:
            Number of bytes that follow including the newline, 0 without a
            newline; and the last byte before it.
        """
        buffer, skipped, last_byte = self._buffer, 0, self._view[-1:].tobytes()
        while count := file.readinto(self._view):
            newline = buffer.find(_NEWLINE, 0, count)
            if newline > 0:
                last_byte = bytes(buffer[newline - 1 : newline])
            if newline >= 0:
                return skipped + newline + 1, last_byte
            skipped += count
            last_byte = bytes(buffer[count - 1 : count])
        return 0, last_byte


def _read_fully(file: FileIO, view: memoryview) -> None:
    filled = 0
    while count := file.readinto(view[filled:]):
        filled += count
