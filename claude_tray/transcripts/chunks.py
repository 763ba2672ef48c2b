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
LONGEST_LINE: Final = 32 << 20
_NEWLINE: Final = b"\n"
_CLOSING: Final = b"}"


class Chunks:
    """
    Reads a file from an offset to its last newline.

    The buffer is made once and used for every file: a first load reads
    gigabytes, and fresh memory costs more than the reading.

    Attributes:
        offset: After the last whole line that was given out.
        tail: The last bytes before that, as they were read.
        has_more: More whole lines may follow; as many as wanted were given.
        too_long: Lines that were passed over because of their length.
    """

    def __init__(self) -> None:
        self._buffer = bytearray(BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self.offset = 0
        self.tail = b""
        self.has_more = False
        self.too_long = 0

    def read(
        self,
        file: FileIO,
        offset: int,
        is_wanted: Callable[[bytearray], bool] = bool,
        most: int = sys.maxsize,
    ) -> Iterator[tuple[bytearray, int]]:
        """
        Give out bytes and where the whole lines in them end.

        They are good until the next ones are asked for. What comes after
        the last newline is left for another time.

        Args:
            file: To read from.
            offset: Where a line begins.
            is_wanted: Whether to give out a line that is longer than the
                buffer, by its beginning; one that does not end as an object
                does is given out in any case.
            most: Whole lines are given out until they are so many bytes.
        """
        self.offset, self.too_long, self.tail = offset, 0, b""
        self.has_more = False
        file.seek(offset)
        buffer, view, kept = self._buffer, self._view, 0
        while got := file.readinto(view[kept:]):
            filled = kept + got
            end = buffer.rfind(_NEWLINE, kept, filled) + 1
            if end:
                yield buffer, end
                self._gave(buffer, end)
                if self.offset - offset >= most:
                    self.has_more = True
                    return
                view[: filled - end] = view[end:filled]
            kept = filled - end
            if kept == BUFFER_BYTES:
                yield from self._long_line(file, wanted=is_wanted(buffer))
                kept = 0

    def _long_line(
        self,
        file: FileIO,
        *,
        wanted: bool,
    ) -> Iterator[tuple[bytearray, int]]:
        """Give out a line that is longer than the buffer, or pass over it."""
        rest, last = self._rest_of_line(file)
        if not rest:
            return
        length = BUFFER_BYTES + rest
        if length > LONGEST_LINE:
            self.too_long += 1
        elif wanted or last != _CLOSING:
            line = bytearray(length)
            file.seek(self.offset)
            _fill(file, memoryview(line))
            yield line, length
        self.offset += length
        # It is read again where it is asked for.
        self.tail = b""
        file.seek(self.offset)

    def _gave(self, data: bytearray, end: int) -> None:
        self.offset += end
        last = bytes(data[max(0, end - TAIL_BYTES) : end])
        self.tail = (self.tail + last)[-TAIL_BYTES:]

    def _rest_of_line(self, file: FileIO) -> tuple[int, bytes]:
        """
        Find the end of the line that fills the buffer.

        Returns:
            How many bytes follow, its newline included, and the byte before
            that; 0 without a newline.
        """
        buffer, passed, last = self._buffer, 0, self._view[-1:].tobytes()
        while got := file.readinto(self._view):
            newline = buffer.find(_NEWLINE, 0, got)
            if newline > 0:
                last = bytes(buffer[newline - 1 : newline])
            if newline >= 0:
                return passed + newline + 1, last
            passed += got
            last = bytes(buffer[got - 1 : got])
        return 0, last


def _fill(file: FileIO, view: memoryview) -> None:
    filled = 0
    while got := file.readinto(view[filled:]):
        filled += got
