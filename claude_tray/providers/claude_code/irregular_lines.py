"""Process lines that are not simply those of a response; all are rare."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.core.billing import is_billed
from claude_tray.core.requests import RequestLog
from claude_tray.providers.base import RelayedRecords
from claude_tray.providers.claude_code.schema import (
    MalformedLineError,
    TranscriptLine,
    decode_line,
)

if TYPE_CHECKING:
    from io import FileIO
    from types import ModuleType

    from claude_tray.core.usage import SessionId
    from claude_tray.providers.claude_code.scan_state import ScanState


# Matches for any key order and spacing; see reader.
_ASSISTANT_NEEDLE: Final = b'"assistant"'
_ASSISTANT_TYPE: Final = "assistant"
_PROGRESS_TYPE: Final = "progress"
_COST_STATE_TYPE: Final = "cost-state"
_COST_STATE_NEEDLE: Final = b'"cost-state"'
_MAX_SHARED_PAIRS: Final = 1_000
# Lines about requests, their ends, and the account of a session.
_REQUEST_LINE_TYPES: Final = ("api-request", "session-owner", "user", "system")
# A response after a shorter pause was requested shortly before.
_MIN_PAUSE: Final = timedelta(minutes=2)


def process_irregular_line(data: bytes, state: ScanState) -> None:
    """Process a line that the strict decoder rejects."""
    try:
        line = decode_line(data)
    except MalformedLineError:
        _process_recovered(data, state)
    else:
        process_line(line, data, state)


def process_line(line: TranscriptLine, data: bytes, state: ScanState) -> None:
    """Process a line that is not simply one of a response."""
    message = line.message
    if line.type != _ASSISTANT_TYPE or not (
        message and message.usage and message.model
    ):
        _process_other_line(line, data, state)
    elif not is_billed(message.model):
        _process_synthetic_line(line, data, state)
    else:
        state.collector.add([line])
        if message.usage.output_tokens is None:
            _process_other_line(line, data, state)


def _process_other_line(
    line: TranscriptLine, data: bytes, state: ScanState
) -> None:
    """Process a line that has its usage, if any, somewhere else."""
    if line.type == _COST_STATE_TYPE:
        offset = state.block_offset + state.line_start
        state.cost_lines.append((offset, data))
        return
    if line.type in _REQUEST_LINE_TYPES:
        _load_request_lines().process_request_line(line, data, state)
        return
    # Late: such lines are rare.
    from claude_tray.providers.claude_code.relayed_lines import (
        carries_unread_usage,
        decode_relayed_line,
    )

    if line.type != _PROGRESS_TYPE:
        state.unread_lines += carries_unread_usage(data)
        return
    try:
        relayed = decode_relayed_line(data)
    except MalformedLineError:
        state.unread_lines += 1
        return
    if relayed is None:
        return
    message = relayed.message
    if message and message.usage and message.model:
        collector = state.relayed or state.collector.create_sibling()
        collector.add([relayed])
        state.relayed = collector
    else:
        state.unread_lines += carries_unread_usage(data)


def finish_relayed(state: ScanState) -> RelayedRecords | None:
    """Return what progress lines repeat; None without any."""
    collector = state.relayed
    if collector is None:
        return None
    # The project may have become known since.
    collector.location = state.collector.location
    collector.finish()
    state.bad_lines += collector.malformed
    return RelayedRecords(collector.records, collector.origins)


def note_pause(
    line: TranscriptLine, data: bytearray, start: int, state: ScanState
) -> None:
    """
    Note when the prompt of a response was sent, if it came after a pause.

    Args:
        line: First line of a response that does not name its request.
        data: The buffer with the line.
        start: Its start in the buffer.
        state: Remembers the response before.
    """
    message, at = line.message, line.timestamp
    if message is None or at is None or not message.id:
        return
    last_time, state.last_time = state.last_time, at
    state.last_id = message.id
    try:
        if last_time is not None and at - last_time < _MIN_PAUSE:
            return
    except TypeError:
        # One of them lacks a zone.
        return
    sent_ms = _load_request_lines().find_sent_time(at, data, start, state)
    if sent_ms is not None:
        state.collector.prompt_times[message.id] = sent_ms


def _load_request_lines() -> ModuleType:
    # Late: most lines of older transcripts need none of it.
    from claude_tray.providers.claude_code import request_lines

    return request_lines


def finish_records(state: ScanState) -> None:
    """Build the last records, and mark those of interrupted responses."""
    collector = state.collector
    collector.finish()
    for key in state.cut_keys:
        record = collector.records.get(key)
        if record is not None:
            collector.records[key] = record._replace(is_cut=True)


def build_request_log(state: ScanState) -> RequestLog | None:
    """Return what became known about requests; None for older transcripts."""
    replied = state.collector.requests
    if not state.sent and not replied and not state.has_early_failure:
        return None
    last_ref = next(reversed(state.sent), "")
    return RequestLog(
        tuple(
            request._replace(is_last=ref == last_ref)
            for ref, request in state.sent.items()
            if ref not in replied and ref not in state.failed
        ),
        {ref: key for ref, key in replied.items() if ref not in state.sent},
        bool(state.sent),
        state.has_early_failure,
    )


def load_cost_states(file: FileIO, state: ScanState) -> None:
    """Parse the sums in a file, and place their sessions."""
    # Late: such lines are rare.
    from claude_tray.providers.claude_code.cost_states import read_cost_states

    collector = state.collector
    location = collector.location
    cost_states = read_cost_states(
        file, state.cost_lines, location.session_id, collector.latest_ms
    )
    for cost_state in cost_states:
        collector.add_origin(cost_state.session_id, cost_state.at_ms)
    state.cost_states = tuple(cost_states)
    # Forks of Claude Code 2.1.246 to 2.1.269 keep the session of copied lines.
    last_ms: dict[SessionId, int] = {}
    for record in collector.records.values():
        known_ms = last_ms.get(record.session_id, 0)
        last_ms[record.session_id] = max(record.at_ms, known_ms)
    own_ids = {cost_state.session_id for cost_state in cost_states}
    if len(own_ids) * len(last_ms) > _MAX_SHARED_PAIRS:
        # No file of Claude Code has the lines of so many sessions.
        return
    for own_id in own_ids:
        for session_id, at_ms in last_ms.items():
            if session_id != own_id:
                pair = own_id, session_id
                known_ms = state.shared_until.get(pair, 0)
                state.shared_until[pair] = max(at_ms, known_ms)


def _process_synthetic_line(
    line: TranscriptLine, data: bytes, state: ScanState
) -> None:
    if not state.collector.has_plausible_time(line):
        state.bad_lines += 1
        return
    if line.is_api_error_message:
        _load_request_lines().process_error_line(data, state)
    if line.is_api_error_message or b"limit" in data:
        # Late: such lines are rare, and the import would delay the first
        # snapshot.
        from claude_tray.providers.claude_code.limit_messages import (
            parse_limit_hit,
        )

        hit = parse_limit_hit(line, data)
        if hit:
            state.limit_hits.append(hit)


def process_malformed_line(text: bytes, state: ScanState) -> None:
    """Process a line without braces at both ends."""
    text = text.strip(b" \t\r\xef\xbb\xbf")
    if not text:
        return
    if _ASSISTANT_NEEDLE in text or _COST_STATE_NEEDLE in text:
        _process_recovered(text, state)
    elif not (text.startswith(b"{") and text.endswith(b"}")):
        state.bad_lines += 1


def _process_recovered(text: bytes, state: ScanState) -> None:
    # Late: see above.
    from claude_tray.providers.claude_code.malformed import (
        recover_json_objects,
    )

    records, is_incomplete = recover_json_objects(text)
    for record in records:
        try:
            process_line(decode_line(record), record, state)
        except MalformedLineError:
            is_incomplete = True
    state.bad_lines += is_incomplete
