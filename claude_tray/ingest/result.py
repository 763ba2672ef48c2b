"""What taking in transcripts brought."""

from __future__ import annotations

from typing import NamedTuple


class IngestResult(NamedTuple):
    """
    What taking in transcripts brought.

    Attributes:
        files_read: How many had changed.
        bytes_read: What they had gained.
        added: Replies that were not known.
        updated: Replies that grew or were placed elsewhere.
        bad_lines: Lines that were lost.
        oversized_lines: Lines that were passed over.
        first_changed_ms: The earliest time at which something changed.
    """

    files_read: int = 0
    bytes_read: int = 0
    added: int = 0
    updated: int = 0
    bad_lines: int = 0
    oversized_lines: int = 0
    first_changed_ms: int | None = None

    def plus(self, other: IngestResult) -> IngestResult:
        times = [
            t
            for t in (self.first_changed_ms, other.first_changed_ms)
            if t is not None
        ]
        return IngestResult(
            self.files_read + other.files_read,
            self.bytes_read + other.bytes_read,
            self.added + other.added,
            self.updated + other.updated,
            self.bad_lines + other.bad_lines,
            self.oversized_lines + other.oversized_lines,
            min(times, default=None),
        )
