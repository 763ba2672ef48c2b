"""Define the counters of one ingest run."""

from __future__ import annotations

from typing import NamedTuple


class IngestResult(NamedTuple):
    """
    Counters of one ingest run.

    Attributes:
        files_read: Changed transcripts, read to their end.
        bytes_read: Size of their new lines.
        added: New messages.
        updated: Messages that changed.
        bad_lines: Lines with lost content.
        oversized_lines: Lines skipped because of their length.
        first_changed_ms: Time of the earliest changed record, if any.
        unread_lines: Lines with usage in an unknown form.
        is_complete: False if some transcripts could not be read, or the
            store could not be written.
        is_stored: False if the store could not be written.
    """

    files_read: int = 0
    bytes_read: int = 0
    added: int = 0
    updated: int = 0
    bad_lines: int = 0
    oversized_lines: int = 0
    first_changed_ms: int | None = None
    unread_lines: int = 0
    is_complete: bool = True
    is_stored: bool = True

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
            self.unread_lines + other.unread_lines,
            self.is_complete and other.is_complete,
            self.is_stored and other.is_stored,
        )
