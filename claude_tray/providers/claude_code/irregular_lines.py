"""Process lines that are not simply those of a response; all are rare."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from claude_tray.core import billing, bounds, requests, time
from claude_tray.providers.base import RelayedRecords
from claude_tray.providers.claude_code import schema

if TYPE_CHECKING:
    from io import FileIO
    from types import ModuleType

    from claude_tray.core.usage import SessionId
    from claude_tray.providers.claude_code.records import RecordCollector
    from claude_tray.providers.claude_code.scan_state import ScanState


# Matches for any key order and spacing; see reader.
_ASSISTANT_NEEDLE: Final = b'"assistant"'
_ASSISTANT_TYPE: Final = "assistant"
_PROGRESS_TYPE: Final = "progress"
# The same as `reader` finds them.
_PROGRESS_VALUE: Final = b"progress"
_REQUEST_VALUE: Final = b"api-request"
_COST_STATE_TYPE: Final = "cost-state"
_COST_STATE_NEEDLE: Final = b'"cost-state"'
_MAX_SHARED_PAIRS: Final = 1_000
# Lines about requests, their ends, and the account of a session.
_REQUEST_LINE_TYPES: Final = ("api-request", "session-owner", "user", "system")
# A response after a shorter pause was requested shortly before.
_MIN_PAUSE: Final = timedelta(minutes=2)


def process_irregular_line(data: bytes, state: ScanState) -> None:
    """Process a line that is no well-formed one of a response."""
    # It may show how the response before it ended.
    state.add_responses()
    try:
        line = schema.decode_line(data)
    except schema.MalformedLineError:
        _process_recovered(data, state)
    else:
        _process_line(line, data, state)


def process_other_type(
    line_type: bytes, data: bytes, state: ScanState
) -> None:
    """
    Process a line of another type than a response's.

    Args:
        line_type: Its type; empty if unknown.
        data: The line.
        state: Receives what it says.
    """
    if line_type == _PROGRESS_VALUE:
        try:
            _process_progress(data, state)
        except schema.MalformedLineError:
            process_irregular_line(data, state)
    elif line_type != _REQUEST_VALUE or not (
        _load_request_lines().process_request(data, state)
    ):
        process_irregular_line(data, state)


def _process_line(
    line: schema.TranscriptLine, data: bytes, state: ScanState
) -> None:
    message = line.message
    if line.type != _ASSISTANT_TYPE or not (
        message and message.usage and message.model
    ):
        _process_line_without_usage(line, data, state)
    elif not billing.is_billed(message.model):
        _process_synthetic_line(line, data, state)
    else:
        _add_response(line, state.collector, state)
        if message.usage.output_tokens is None:
            _process_line_without_usage(line, data, state)


def _add_response(
    line: schema.TranscriptLine, collector: RecordCollector, state: ScanState
) -> None:
    response = schema.complete_response(line)
    if response is None:
        state.bad_lines += 1
    else:
        collector.add([response])


def _process_line_without_usage(
    line: schema.TranscriptLine, data: bytes, state: ScanState
) -> None:
    """Process a line that has its usage, if any, somewhere else."""
    if line.type == _COST_STATE_TYPE:
        offset = state.block_offset + state.line_start
        state.cost_lines.append((offset, data))
    elif line.type in _REQUEST_LINE_TYPES:
        _load_request_lines().process_request_line(line, data, state)
    elif line.type == _PROGRESS_TYPE:
        try:
            _process_progress(data, state)
        except schema.MalformedLineError:
            state.unread_lines += 1
    else:
        _note_unread_usage(data, state)


def _process_progress(data: bytes, state: ScanState) -> None:
    """
    Process a line that may repeat one of a subagent.

    Raises:
        MalformedLineError: The line is not as expected.
    """
    # Late: such lines are rare.
    from claude_tray.providers.claude_code.relayed_lines import (
        decode_relayed_line,
    )

    relayed = decode_relayed_line(data)
    if relayed is None:
        return
    message = relayed.message
    if message and message.usage and message.model:
        if state.relayed is None:
            state.relayed = state.collector.create_sibling()
        _add_response(relayed, state.relayed, state)
    else:
        _note_unread_usage(data, state)


def _note_unread_usage(data: bytes, state: ScanState) -> None:
    # Late: such lines are rare.
    from claude_tray.providers.claude_code.relayed_lines import (
        carries_unread_usage,
    )

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
    line: schema.ResponseLine, data: bytearray, start: int, state: ScanState
) -> None:
    """
    Note when the prompt of a response was sent, if it came after a pause.

    Args:
        line: First line of a response that does not name its request.
        data: The buffer with the line.
        start: Its start in the buffer.
        state: Remembers the response before.
    """
    last_time, state.last_time = state.last_time, line.timestamp
    state.last_id = line.message.id
    if last_time is None or line.timestamp - last_time >= _MIN_PAUSE:
        sent_ms = _load_request_lines().find_sent_time(
            line.timestamp, data, start, state
        )
        if sent_ms is not None:
            state.collector.prompt_times[state.last_id] = sent_ms


@cache
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


def build_request_log(state: ScanState) -> requests.RequestLog | None:
    """Return what became known about requests; None for older transcripts."""
    replied = state.collector.requests
    if not state.sent and not replied and not state.has_early_failure:
        return None
    last_ref = next(reversed(state.sent), "")
    return requests.RequestLog(
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
    line: schema.TranscriptLine, data: bytes, state: ScanState
) -> None:
    at, latest_ms = line.timestamp, state.collector.latest_ms
    if at is not None and not bounds.is_plausible_time(
        time.to_epoch_ms(at), latest_ms
    ):
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
            session = bounds.bound_text(line.session_id or "")
            state.limit_hits.append(hit._replace(session=session))


def process_malformed_line(text: bytes, state: ScanState) -> None:
    """Process a line without braces at both ends."""
    state.add_responses()
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
            _process_line(schema.decode_line(record), record, state)
        except schema.MalformedLineError:
            is_incomplete = True
    state.bad_lines += is_incomplete
