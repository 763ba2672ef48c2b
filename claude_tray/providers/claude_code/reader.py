"""Scan the new lines of a transcript, or all if it was rewritten."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from claude_tray.core.bounds import compute_latest_ms
from claude_tray.providers.base import Cursor, ScanResult, Transcript
from claude_tray.providers.claude_code.discovery import (
    TranscriptLocation,
    build_location,
    find_first_cwd,
)
from claude_tray.providers.claude_code.line_reader import (
    TAIL_BYTES,
    LineReader,
)
from claude_tray.providers.claude_code.records import (
    SYNTHETIC_MODEL,
    RecordCollector,
)
from claude_tray.providers.claude_code.schema import (
    DECODE_ERRORS,
    MalformedLineError,
    TranscriptLine,
    decode_line,
    decode_line_strictly,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

    from claude_tray.core.limit_hits import LimitHit


# Bytes from the type of an assistant line to its end: a uuid and a time follow.
_DEFAULT_TYPE_OFFSET: Final = 97


@dataclass(slots=True)
class _ScanState:
    """
    Mutable state of one scan.

    Attributes:
        collector: Receives the assistant lines.
        limit_hits: Limits that were reached.
        bad_lines: Number of lines with lost content.
        type_offset: Distance of the type from the end of the line, in bytes,
            in the latest assistant line.
    """

    collector: RecordCollector
    limit_hits: list[LimitHit] = field(default_factory=list)
    bad_lines: int = 0
    type_offset: int = _DEFAULT_TYPE_OFFSET


# Matches for any key order and spacing; text in a string cannot match because
# its quotes are escaped as \".
_ASSISTANT_NEEDLE: Final = b'"assistant"'
_TYPE_PREFIX: Final = b'"type":"'
_ASSISTANT_VALUE: Final = b'assistant"'
_ASSISTANT_TYPE: Final = "assistant"
_HEAD_BYTES: Final = 1024
_BRACES: Final = (ord("{"), ord("}"))


def find_resume_offset(
    file: FileIO, status: os.stat_result, cursor: Cursor
) -> int:
    """
    Return the byte offset to continue from.

    It is 0 if the file was replaced, truncated or rewritten. Same size but
    another modification time means rewritten as well.
    """
    is_unchanged = (
        status.st_ino == cursor.inode
        and status.st_size >= cursor.offset
        and (
            status.st_size != cursor.size
            or status.st_mtime_ns == cursor.mtime_ns
        )
        and compute_fingerprint(file, cursor.offset)
        == cursor.content_fingerprint
    )
    return cursor.offset if is_unchanged else 0


def compute_fingerprint(file: FileIO, offset: int, tail: bytes = b"") -> bytes:
    """
    Hash the bytes around both ends of the part that was read.

    Args:
        file: The transcript.
        offset: End of the part that was read.
        tail: Last bytes before the offset as they were read: reading them
            again would miss that the file was rewritten meanwhile.
    """
    length = min(offset, TAIL_BYTES)
    file.seek(0)
    head = file.read(length)
    file.seek(offset - length)
    last_bytes = file.read(length - len(tail))
    return blake2b(head + last_bytes + tail, digest_size=8).digest()


class Scanner:
    """Scans transcripts one at a time through one buffer."""

    def __init__(self) -> None:
        self._line_reader = LineReader()

    def scan(
        self,
        transcript: Transcript,
        cursor: Cursor,
        max_bytes: int = sys.maxsize,
    ) -> ScanResult:
        """
        Scan the lines after the cursor.

        A file that was replaced, truncated or rewritten is read from its
        beginning. A last line without a newline is left for the next scan.

        Args:
            transcript: The file.
            cursor: Position of the last scan.
            max_bytes: Stop after the line that reaches this size; the
                cursor then describes a file that ends there.

        Raises:
            OSError: The file cannot be read.
        """
        path, reader = transcript.path, self._line_reader
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - a str
            status = os.fstat(file.fileno())
            start_offset = find_resume_offset(file, status, cursor)
            project = cursor.project if start_offset else ""
            state = self._process_file(
                file, start_offset, max_bytes, transcript, project
            )
            collector = state.collector
            location = collector.location
            end_cursor = self._build_cursor(file, status, location)
        return ScanResult(
            path,
            end_cursor,
            collector.records,
            collector.origins,
            location.project,
            location.is_guess,
            tuple(state.limit_hits),
            end_cursor.offset - start_offset,
            reader.has_more,
            state.bad_lines + collector.malformed,
            reader.oversized_lines,
        )

    def _build_cursor(
        self,
        file: FileIO,
        status: os.stat_result,
        location: TranscriptLocation,
    ) -> Cursor:
        """Describe the file up to the last line that was read."""
        reader = self._line_reader
        return Cursor(
            status.st_ino,
            reader.offset if reader.has_more else status.st_size,
            status.st_mtime_ns,
            reader.offset,
            compute_fingerprint(file, reader.offset, reader.tail),
            "" if location.is_guess else location.project,
        )

    def _process_file(
        self,
        file: FileIO,
        start_offset: int,
        max_bytes: int,
        transcript: Transcript,
        project: str,
    ) -> _ScanState:
        """Process new lines; take the project from the first `cwd`."""
        collector = RecordCollector(
            build_location(transcript.path, transcript.folder, project),
            compute_latest_ms(
                time.time_ns() // 10**6, transcript.mtime_ns // 10**6
            ),
        )
        state = _ScanState(collector)
        # While the project is a guess, any long line may name it.
        for data, end in self._line_reader.read(
            file,
            start_offset,
            lambda head: (
                collector.location.is_guess
                or not _is_other_type(head, 0, len(head))
            ),
            max_bytes,
        ):
            if collector.location.is_guess:
                project = find_first_cwd(data, end)
                if project:
                    collector.location = build_location(
                        transcript.path, transcript.folder, project
                    )
            _process_lines(data, end, state)
        collector.finish()
        return state


def _process_lines(data: bytearray, end: int, state: _ScanState) -> None:
    """Process the assistant lines in a buffer."""
    assistant_lines = []
    with memoryview(data) as view:
        for start, stop in _iter_candidate_lines(data, end, state):
            try:
                line = decode_line_strictly(view[start:stop])
            except DECODE_ERRORS:
                _process_irregular_line(bytes(view[start:stop]), state)
                continue
            if line.type == _ASSISTANT_TYPE:
                message = line.message
                if message is not None and message.model == SYNTHETIC_MODEL:
                    _process_synthetic_line(
                        line, bytes(view[start:stop]), state
                    )
                else:
                    assistant_lines.append(line)
    state.collector.add(assistant_lines)


def _iter_candidate_lines(
    data: bytearray,
    end: int,
    state: _ScanState,
) -> Iterator[tuple[int, int]]:
    """
    Yield the bounds of lines that may be assistant lines.

    Most have their type at the same distance from the end as the previous
    one, because what follows has a fixed length. This also holds for a line
    that is concatenated to another one.
    """
    find, start, type_offset = data.find, 0, state.type_offset
    opening, closing = _BRACES
    while start < end:
        stop = find(b"\n", start, end)
        if data[start] != opening or data[stop - 1] != closing:
            _process_malformed_line(bytes(data[start:stop]), state)
        elif (
            data.startswith(_ASSISTANT_NEEDLE, stop - type_offset)
            and stop - type_offset > start
        ):
            yield start, stop
        elif not _is_other_type(data, start, stop):
            position = data.rfind(_ASSISTANT_NEEDLE, start, stop)
            if position >= 0:
                state.type_offset = type_offset = stop - position
                yield start, stop
        start = stop + 1


def _is_other_type(data: bytearray, start: int, stop: int) -> bool:
    """
    Return whether the beginning of a line shows another type.

    The type usually precedes all nested objects.
    """
    position = data.find(_TYPE_PREFIX, start, start + _HEAD_BYTES)
    return (
        0 <= position < stop
        and data.find(b"{", start + 1, position) < 0
        and not data.startswith(_ASSISTANT_VALUE, position + len(_TYPE_PREFIX))
    )


def _process_irregular_line(data: bytes, state: _ScanState) -> None:
    """Process a line that the strict decoder rejects."""
    try:
        line = decode_line(data)
    except MalformedLineError:
        _process_recovered(data, state)
    else:
        _process_line(line, data, state)


def _process_line(
    line: TranscriptLine, data: bytes, state: _ScanState
) -> None:
    if line.type == _ASSISTANT_TYPE:
        if line.message is not None and line.message.model == SYNTHETIC_MODEL:
            _process_synthetic_line(line, data, state)
        else:
            state.collector.add([line])


def _process_synthetic_line(
    line: TranscriptLine, data: bytes, state: _ScanState
) -> None:
    if not state.collector.has_plausible_time(line):
        state.bad_lines += 1
    elif line.error == "rate_limit" or b"limit" in data:
        # Late: such lines are rare, and the import would delay the first
        # snapshot.
        from claude_tray.providers.claude_code.limit_messages import (
            parse_limit_hit,
        )

        hit = parse_limit_hit(line, data)
        if hit:
            state.limit_hits.append(hit)


def _process_malformed_line(text: bytes, state: _ScanState) -> None:
    """Process a line without braces at both ends."""
    text = text.strip(b" \t\r\xef\xbb\xbf")
    if not text:
        return
    if _ASSISTANT_NEEDLE in text:
        _process_recovered(text, state)
    elif not (text.startswith(b"{") and text.endswith(b"}")):
        state.bad_lines += 1


def _process_recovered(text: bytes, state: _ScanState) -> None:
    # Late: see above.
    from claude_tray.providers.claude_code.malformed import (
        recover_json_objects,
    )

    records, is_incomplete = recover_json_objects(text)
    for record in records:
        try:
            _process_line(decode_line(record), record, state)
        except MalformedLineError:
            is_incomplete = True
    state.bad_lines += is_incomplete
