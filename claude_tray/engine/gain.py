"""What taking in transcripts brought."""

from __future__ import annotations

from typing import NamedTuple


class Gain(NamedTuple):
    """
    What taking in transcripts brought.

    Attributes:
        files_read: How many had changed.
        bytes_read: What they had gained.
        added: Replies that were not known.
        updated: Replies that grew or were placed elsewhere.
        bad_lines: Lines that were lost.
        too_long: Lines that were passed over.
        first_ms: The earliest time at which something changed.
    """

    files_read: int = 0
    bytes_read: int = 0
    added: int = 0
    updated: int = 0
    bad_lines: int = 0
    too_long: int = 0
    first_ms: int | None = None

    def plus(self, other: Gain) -> Gain:
        times = [t for t in (self.first_ms, other.first_ms) if t is not None]
        return Gain(
            self.files_read + other.files_read,
            self.bytes_read + other.bytes_read,
            self.added + other.added,
            self.updated + other.updated,
            self.bad_lines + other.bad_lines,
            self.too_long + other.too_long,
            min(times, default=None),
        )
