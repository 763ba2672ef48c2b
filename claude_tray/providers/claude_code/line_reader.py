"""The whole lines of a file, some at a time, through one small buffer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import FileIO


BUFFER_BYTES: Final = 1 << 18
TAIL_BYTES: Final = 1024
# Claude's API takes no body above 32 MB.
MAX_LINE_BYTES: Final = 32 << 20
_NEWLINE: Final = b"\n"
_CLOSING_BRACE: Final = b"}"


class LineReader:
    """
    Reads a file from an offset to its last newline.

    The buffer is made once and used for every file: a first load reads
    gigabytes, and fresh memory costs more than the reading.

    Attributes:
        offset: After the last whole line that was given out.
        tail: The last bytes before that, as they were read.
        has_more: More whole lines may follow; as many as wanted were given.
        oversized_lines: Lines that were passed over because of their length.
    """

    def __init__(self) -> None:
        self._buffer = bytearray(BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self.offset = 0
        self.tail = b""
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
        Give out bytes and where the whole lines in them end.

        They are good until the next ones are asked for. What comes after
        the last newline is left for another time.

        Args:
            file: To read from.
            offset: Where a line begins.
            accepts_long_line: Whether to give out a line that is longer than the
                buffer, by its beginning; one that does not end as an object
                does is given out in any case.
            max_bytes: Whole lines are given out until they are so many bytes.
        """
        self.offset, self.oversized_lines, self.tail = offset, 0, b""
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

    def _read_long_line(
        self,
        file: FileIO,
        *,
        is_accepted: bool,
    ) -> Iterator[tuple[bytearray, int]]:
        """Give out a line that is longer than the buffer, or pass over it."""
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
        # It is read again where it is asked for.
        self.tail = b""
        file.seek(self.offset)

    def _advance(self, data: bytearray, end: int) -> None:
        self.offset += end
        recent = bytes(data[max(0, end - TAIL_BYTES) : end])
        self.tail = (self.tail + recent)[-TAIL_BYTES:]

    def _measure_line_rest(self, file: FileIO) -> tuple[int, bytes]:
        """
        Find the end of the line that fills the buffer.

        Returns:
            How many bytes follow, its newline included, and the byte before
            that; 0 without a newline.
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
