"""The whole lines of a file, some at a time, through one small buffer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

BUFFER_BYTES: Final = 1 << 18
# Claude's API takes no body above 32 MB.
LONGEST_LINE: Final = 32 << 20


class Chunks:
    """
    Reads a file from an offset to its last newline.

    The buffer is made once and used for every file: a first load reads
    gigabytes, and fresh memory costs more than the reading.

    Attributes:
        offset: After the last whole line that was given out.
        too_long: Lines that were passed over because of their length.
    """

    def __init__(self) -> None:
        self._buffer = bytearray(BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self.offset = 0
        self.too_long = 0

    def read(
        self,
        file: FileIO,
        offset: int,
    ) -> Iterator[tuple[bytearray, int]]:
        """
        Give out bytes and where the whole lines in them end.

        They are good until the next ones are asked for. What comes after
        the last newline is left for another time.
        """
        self.offset, self.too_long = offset, 0
        file.seek(offset)
        buffer, view, kept = self._buffer, self._view, 0
        while got := file.readinto(view[kept:]):
            filled = kept + got
            end = buffer.rfind(b"\n", kept, filled) + 1
            if end:
                yield buffer, end
                self.offset += end
                view[: filled - end] = view[end:filled]
            kept = filled - end
            if kept == BUFFER_BYTES:
                yield from self._long_line(file)
                kept = 0

    def _long_line(self, file: FileIO) -> Iterator[tuple[bytearray, int]]:
        """Give out a line that is longer than the buffer, or pass over it."""
        length = self._rest_of_line(file) + BUFFER_BYTES
        if length == BUFFER_BYTES:
            return
        if length > LONGEST_LINE:
            self.too_long += 1
        else:
            line = bytearray(length)
            file.seek(self.offset)
            _fill(file, memoryview(line))
            yield line, length
        self.offset += length
        file.seek(self.offset)

    def _rest_of_line(self, file: FileIO) -> int:
        """Return how many bytes follow up to its newline; 0 without one."""
        passed = 0
        while got := file.readinto(self._view):
            newline = self._buffer.find(b"\n", 0, got)
            if newline >= 0:
                return passed + newline + 1
            passed += got
        return 0


def _fill(file: FileIO, view: memoryview) -> None:
    filled = 0
    while got := file.readinto(view[filled:]):
        filled += got
