"""What a transcript has gained since it was last read."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from claude_tray.providers.claude_code.cursor import (
    Cursor,
    compute_fingerprint,
    find_resume_offset,
)
from claude_tray.providers.claude_code.dedup import RecordCollector
from claude_tray.providers.claude_code.discovery import (
    build_location,
    find_first_cwd,
)
from claude_tray.providers.claude_code.line_reader import LineReader
from claude_tray.providers.claude_code.parser import SYNTHETIC_MODEL
from claude_tray.providers.claude_code.schema import (
    DECODE_ERRORS,
    MalformedLineError,
    decode_line,
    decode_line_strictly,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.core.limits import LimitHit
    from claude_tray.providers.claude_code.discovery import Transcript
    from claude_tray.providers.claude_code.schema import TranscriptLine


# From an assistant's type to the end of its line: a uuid and a time follow.
_DEFAULT_TYPE_OFFSET: Final = 97


class ScanResult:
    """
    What a transcript has gained.

    Attributes:
        path: The file.
        cursor: Where to go on from.
        collector: Its records and where they belong.
        limit_hits: Limits that were reached.
        bytes_read: From the first new line to the last.
        has_more: It was left before its end.
        bad_lines: Lines that were not understood and lost for it.
        oversized_lines: Lines that were passed over because of their length.
        type_offset: How far before its end the last reply's line had its type.
    """

    __slots__ = (
        "bad_lines",
        "bytes_read",
        "collector",
        "cursor",
        "has_more",
        "limit_hits",
        "oversized_lines",
        "path",
        "type_offset",
    )

    def __init__(
        self, path: str, cursor: Cursor, collector: RecordCollector
    ) -> None:
        self.path = path
        self.cursor = cursor
        self.collector = collector
        self.limit_hits: list[LimitHit] = []
        self.bytes_read = 0
        self.has_more = False
        self.bad_lines = 0
        self.oversized_lines = 0
        self.type_offset = _DEFAULT_TYPE_OFFSET


# Holds under any key order and spacing, and escaped text cannot match it:
# there the quotes are \".
_ASSISTANT_NEEDLE: Final = b'"assistant"'
_TYPE_PREFIX: Final = b'"type":"'
_ASSISTANT_VALUE: Final = b'assistant"'
_ASSISTANT_TYPE: Final = "assistant"
_HEAD_BYTES: Final = 1024
_BRACES: Final = (ord("{"), ord("}"))


class Scanner:
    """Reads transcripts one after the other through one buffer."""

    def __init__(self) -> None:
        self._line_reader = LineReader()

    def scan(
        self,
        transcript: Transcript,
        cursor: Cursor,
        max_bytes: int = sys.maxsize,
    ) -> ScanResult:
        """
        Return the news of a transcript.

        A file that was replaced, cut short or written anew is read from its
        beginning; a last line without its newline waits. After `most` bytes
        it is left, with a cursor of a file that ends there.

        Raises:
            OSError: It cannot be read.
        """
        path = transcript.path
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - a text
            status = os.fstat(file.fileno())
            start_offset = find_resume_offset(file, status, cursor)
            project = cursor.project if start_offset else ""
            location = build_location(path, transcript.folder, project)
            result = ScanResult(
                transcript.path, cursor, RecordCollector(location)
            )
            for data, end in self._line_reader.read(
                file,
                start_offset,
                lambda head: (
                    result.collector.location.is_guess
                    or not _is_other_type(head, 0, len(head))
                ),
                max_bytes,
            ):
                if not project:
                    project = find_first_cwd(data, end)
                    location = build_location(path, transcript.folder, project)
                    result.collector.location = location
                _process_lines(data, end, result)
            result.collector.finish()
            end_offset = self._line_reader.offset
            result.has_more = self._line_reader.has_more
            result.cursor = Cursor(
                status.st_ino,
                end_offset if result.has_more else status.st_size,
                status.st_mtime_ns,
                end_offset,
                compute_fingerprint(file, end_offset, self._line_reader.tail),
                project,
            )
        result.bytes_read = end_offset - start_offset
        result.bad_lines += result.collector.malformed
        result.oversized_lines = self._line_reader.oversized_lines
        return result


def _process_lines(data: bytearray, end: int, result: ScanResult) -> None:
    """Take the lines that are an assistant's."""
    assistant_lines = []
    with memoryview(data) as view:
        for start, stop in _iter_candidate_lines(data, end, result):
            try:
                line = decode_line_strictly(view[start:stop])
            except DECODE_ERRORS:
                _process_irregular_line(bytes(view[start:stop]), result)
                continue
            if line.type == _ASSISTANT_TYPE:
                message = line.message
                if message is not None and message.model == SYNTHETIC_MODEL:
                    _process_synthetic_line(
                        line, bytes(view[start:stop]), result
                    )
                else:
                    assistant_lines.append(line)
    result.collector.add(assistant_lines)


def _iter_candidate_lines(
    data: bytearray,
    end: int,
    result: ScanResult,
) -> Iterator[tuple[int, int]]:
    """
    Give out where the lines stand that may be an assistant's.

    An assistant's has its type as far from its end as the one before it, for
    what follows is of one length; so has one that was spliced to another's.
    """
    find, start, type_offset = data.find, 0, result.type_offset
    opening, closing = _BRACES
    while start < end:
        stop = find(b"\n", start, end)
        if data[start] != opening or data[stop - 1] != closing:
            _process_malformed_line(bytes(data[start:stop]), result)
        elif (
            data.startswith(_ASSISTANT_NEEDLE, stop - type_offset)
            and stop - type_offset > start
        ):
            yield start, stop
        elif not _is_other_type(data, start, stop):
            position = data.rfind(_ASSISTANT_NEEDLE, start, stop)
            if position >= 0:
                result.type_offset = type_offset = stop - position
                yield start, stop
        start = stop + 1


def _is_other_type(data: bytearray, start: int, stop: int) -> bool:
    """
    Tell whether a line's beginning says that it is no assistant's.

    Its type mostly stands there, before any object in it.
    """
    position = data.find(_TYPE_PREFIX, start, start + _HEAD_BYTES)
    return (
        0 <= position < stop
        and data.find(b"{", start + 1, position) < 0
        and not data.startswith(_ASSISTANT_VALUE, position + len(_TYPE_PREFIX))
    )


def _process_irregular_line(data: bytes, result: ScanResult) -> None:
    """Take a line that is not as it should be."""
    try:
        line = decode_line(data)
    except MalformedLineError:
        _process_recovered(data, result)
    else:
        _process_line(line, data, result)


def _process_line(
    line: TranscriptLine, data: bytes, result: ScanResult
) -> None:
    if line.type == _ASSISTANT_TYPE:
        if line.message is not None and line.message.model == SYNTHETIC_MODEL:
            _process_synthetic_line(line, data, result)
        else:
            result.collector.add([line])


def _process_synthetic_line(
    line: TranscriptLine, data: bytes, result: ScanResult
) -> None:
    if line.error == "rate_limit" or b"limit" in data:
        # Late: a first load seldom meets one, and its time to the first
        # figure counts.
        from claude_tray.providers.claude_code.limit_messages import (
            parse_limit_hit,
        )

        hit = parse_limit_hit(line, data)
        if hit:
            result.limit_hits.append(hit)


def _process_malformed_line(text: bytes, result: ScanResult) -> None:
    """Take a line that does not begin or end as an object does."""
    text = text.strip(b" \t\r\xef\xbb\xbf")
    if not text:
        return
    if _ASSISTANT_NEEDLE in text:
        _process_recovered(text, result)
    elif not (text.startswith(b"{") and text.endswith(b"}")):
        result.bad_lines += 1


def _process_recovered(text: bytes, result: ScanResult) -> None:
    # Late, as above.
    from claude_tray.providers.claude_code.malformed import (
        recover_json_objects,
    )

    records, is_incomplete = recover_json_objects(text)
    for record in records:
        try:
            _process_line(decode_line(record), record, result)
        except MalformedLineError:
            is_incomplete = True
    result.bad_lines += is_incomplete
