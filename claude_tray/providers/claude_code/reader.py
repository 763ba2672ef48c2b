"""Scan the new lines of a transcript, or all if it was rewritten."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Final

from claude_tray.core.billing import SYNTHETIC_MODEL
from claude_tray.core.bounds import compute_latest_ms
from claude_tray.platform.file_number import get_file_number
from claude_tray.providers.base import (
    Cursor,
    ScanResult,
    Transcript,
    is_rested,
)
from claude_tray.providers.claude_code.discovery import (
    TranscriptLocation,
    build_location,
    find_first_cwd,
)
from claude_tray.providers.claude_code.irregular_lines import (
    build_request_log,
    finish_records,
    finish_relayed,
    load_cost_states,
    note_pause,
    process_irregular_line,
    process_malformed_line,
    process_other_type,
)
from claude_tray.providers.claude_code.line_reader import (
    LineReader,
    compute_fingerprint,
    find_resume_offset,
)
from claude_tray.providers.claude_code.line_types import (
    ASSISTANT,
    USER,
    find_line_type,
    find_type_in_head,
)
from claude_tray.providers.claude_code.records import RecordCollector
from claude_tray.providers.claude_code.request_lines import (
    CUT_NOTE,
    END_NEEDLES,
    INTERRUPTED_NEEDLE,
)
from claude_tray.providers.claude_code.scan_state import ScanState
from claude_tray.providers.claude_code.schema import (
    DECODE_ERRORS,
    decode_response,
    is_complete_object,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO


# Matches for any key order and spacing; text in a string cannot match because
# its quotes are escaped as \".
_ASSISTANT_NEEDLE: Final = b'"assistant"'
# Beginnings of the most frequent lines that are ignored.
_IGNORED_STARTS: Final = (
    *(b'{"type":"api-request-blob"', b'{"type":"api-request-shape"'),
    b'{"type":"file-history-snapshot"',
)
# Other types of lines in which usage may be, by what such a line contains.
_TOKENS: Final = (b'okens"',)
_NEEDLES: Final[dict[bytes, tuple[bytes, ...]]] = {
    b"progress": (b'"agent_progress"',),
    # All of them.
    b"api-request": (b"",),
    b"session-owner": (b"",),
}
# Types of lines that are read even if they are longer than the buffer.
_LONG_TYPES: Final = (b"", ASSISTANT, b"progress")
# Lines whose type is not listed may have usage: see `carries_unread_usage`.
_IGNORED_TYPES: Final = frozenset(
    {
        b"agent-name", b"agent-setting", b"agent_metadata", b"ai-title",
        b"api-request-blob", b"api-request-shape", b"atis-latch",
        b"attachment", b"bridge-session", b"content-replacement",
        b"custom-title", b"file-history-delta", b"file-history-snapshot",
        b"frame-link", b"last-prompt", b"mode", b"permission-mode", b"pr-link",
        b"queue-operation", b"relocated", b"summary", b"tag", b"tools-used",
        b"worktree-state",
    },
)  # fmt: skip
# Lines that say how a request or response ended are short.
_MAX_END_BYTES: Final = 4096
# What such lines and other read ones contain, if their type is unknown.
_UNTYPED_NEEDLES: Final[tuple[bytes, ...]] = (
    *(b'"api-request"', b'"session-owner"', INTERRUPTED_NEEDLE),
    *(b'"api_error"', b'"model_fallback"', CUT_NOTE, *_TOKENS),
)
_BRACES: Final = (ord("{"), ord("}"))
_FIRST_BYTES: Final = (ord("a"), ord("t"))


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

        A rewritten file is read from its beginning. A last line without a
        newline is left for the next scan, unless it is whole and rests.

        Args:
            transcript: The file.
            cursor: Position of the last scan.
            max_bytes: Stop after the line that reaches this size, as if
                the file ended there.

        Raises:
            OSError: The file cannot be read.
        """
        path, reader = transcript.path, self._line_reader
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - a str
            status = os.fstat(file.fileno())
            start_offset = find_resume_offset(file, status, cursor)
            state = self._process_file(
                file, start_offset, max_bytes, transcript, cursor.project
            )
            if reader.offset < status.st_size:
                self._process_last_line(file, status, transcript, state)
            finish_records(state)
            if state.cost_lines:
                load_cost_states(file, state)
            location = state.collector.location
            end_cursor = self._build_cursor(file, status, location)
        return self._build_result(path, state, start_offset, end_cursor)

    def _build_result(
        self, path: str, state: ScanState, start_offset: int, cursor: Cursor
    ) -> ScanResult:
        collector, reader = state.collector, self._line_reader
        relayed = finish_relayed(state)
        location = collector.location
        return ScanResult(
            path,
            cursor,
            collector.records,
            collector.origins,
            location.project,
            location.is_guess,
            tuple(state.limit_hits),
            cursor.offset - start_offset,
            reader.has_more,
            state.bad_lines + collector.malformed,
            reader.oversized_lines,
            relayed,
            state.unread_lines,
            cost_states=state.cost_states,
            uncounted=collector.uncounted,
            shared_until=state.shared_until,
            requests=build_request_log(state),
            cut_keys=frozenset(state.cut_keys),
            owners=state.owners,
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
            get_file_number(status),
            reader.offset if reader.has_more else status.st_size,
            status.st_mtime_ns,
            reader.offset,
            compute_fingerprint(file, reader.offset, reader.tail, reader.head),
            "" if location.is_guess else location.project,
        )

    def _process_file(
        self,
        file: FileIO,
        start_offset: int,
        max_bytes: int,
        transcript: Transcript,
        project: str,
    ) -> ScanState:
        """Process new lines up to the last newline."""
        # A rewritten file may be of another project.
        location = build_location(
            transcript.path, transcript.folder, project if start_offset else ""
        )
        latest_ms = compute_latest_ms(
            time.time_ns() // 10**6, transcript.mtime_ns // 10**6
        )
        collector = RecordCollector(
            location, latest_ms, (transcript.path, start_offset)
        )
        state = ScanState(collector, file=file)
        # While the project is a guess, any long line may name it.
        for data, end in self._line_reader.read(
            file,
            start_offset,
            lambda head: (
                collector.location.is_guess
                or find_type_in_head(head) in _LONG_TYPES
            ),
            max_bytes,
        ):
            state.block_offset = self._line_reader.offset
            _process_buffer(data, end, transcript, state)
        return state

    def _process_last_line(
        self,
        file: FileIO,
        status: os.stat_result,
        transcript: Transcript,
        state: ScanState,
    ) -> None:
        """
        Process a last line without a newline if it rests and is an object.

        Nothing can be appended to an object, so the cursor moves behind it:
        what follows later, a newline first, is read as lines of its own.
        """
        if not is_rested(status.st_mtime_ns, time.time_ns()):
            return
        reader = self._line_reader
        line = reader.read_rest(file, status.st_size)
        if is_complete_object(line):
            data = bytearray(line + b"\n")
            state.block_offset = reader.offset
            _process_buffer(data, len(data), transcript, state)
            reader.skip_rest(line)


def _process_buffer(
    data: bytearray, end: int, transcript: Transcript, state: ScanState
) -> None:
    """Process the lines in a buffer; take the project from the first `cwd`."""
    collector = state.collector
    if collector.location.is_guess:
        project = find_first_cwd(data, end)
        if project:
            collector.location = build_location(
                transcript.path, transcript.folder, project
            )
    _process_lines(data, end, state)


def _process_lines(data: bytearray, end: int, state: ScanState) -> None:
    """Process the lines in a buffer."""
    responses = state.responses
    with memoryview(data) as view:
        for start, stop in _iter_response_lines(data, end, state):
            try:
                line = decode_response(view[start:stop])
            except DECODE_ERRORS:
                line = None
            # As `is_billed`, without the call for each line.
            if line is None or line.message.model == SYNTHETIC_MODEL:
                state.line_start = start
                process_irregular_line(bytes(view[start:stop]), state)
                continue
            if line.message.id != state.last_id and line.request_ref is None:
                note_pause(line, data, start, state)
            responses.append(line)
    state.add_responses()


def _iter_response_lines(
    data: bytearray,
    end: int,
    state: ScanState,
) -> Iterator[tuple[int, int]]:
    """
    Yield the bounds of lines of responses, and process the others.

    Most have their type at the same distance from the end as the previous
    one, because what follows has a fixed length. This also holds for a line
    that is concatenated to another one.
    """
    # Hot path: reading a byte takes a tenth of a call.
    find, start, type_offset = data.find, 0, state.type_offset
    (opening, closing), (assistant_byte, type_byte) = _BRACES, _FIRST_BYTES
    while start < end:
        stop = find(b"\n", start, end)
        if data[start] != opening or data[stop - 1] != closing:
            state.line_start = start
            process_malformed_line(bytes(data[start:stop]), state)
        elif (
            stop - type_offset > start
            and data[stop - type_offset + 1] == assistant_byte
            and data.startswith(_ASSISTANT_NEEDLE, stop - type_offset)
        ):
            yield start, stop
        elif (
            data[start + 2] != type_byte
            or not data.startswith(_IGNORED_STARTS, start)
        ) and _process_other_type(data, start, stop, state):
            type_offset = state.type_offset
            yield start, stop
        start = stop + 1


def _process_other_type(
    data: bytearray, start: int, stop: int, state: ScanState
) -> bool:
    """
    Process a line of another type than a response's if it is of interest.

    Returns:
        Whether it is of a response after all.
    """
    line_type = find_line_type(data, start, stop)
    if line_type == ASSISTANT:
        return True
    # Most lines need none of the rest.
    if line_type in _IGNORED_TYPES or (
        line_type == USER
        and (
            stop - start >= _MAX_END_BYTES
            or (
                data.find(INTERRUPTED_NEEDLE, start, stop) < 0
                and data.find(CUT_NOTE, start, stop) < 0
            )
        )
    ):
        return False
    return _process_line_of_type(line_type, data, start, stop, state)


def _process_line_of_type(
    line_type: bytes, data: bytearray, start: int, stop: int, state: ScanState
) -> bool:
    needles = _UNTYPED_NEEDLES
    if line_type in END_NEEDLES:
        is_short = stop - start < _MAX_END_BYTES
        needles = END_NEEDLES[line_type] if is_short else ()
    elif line_type:
        needles = _NEEDLES.get(line_type, _TOKENS)
    else:
        position = data.rfind(_ASSISTANT_NEEDLE, start, stop)
        if position >= 0:
            state.type_offset = stop - position
            return True
    for needle in needles:
        if not needle or data.find(needle, start, stop) >= 0:
            state.line_start = start
            process_other_type(line_type, bytes(data[start:stop]), state)
            break
    return False
