"""Parse the sums that Claude Code writes at the end of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from claude_tray.core.bounds import (
    END_TIME_MS,
    MAX_COUNT,
    MAX_WEB_SEARCHES,
    bound_text,
    is_storable_time,
)
from claude_tray.core.cost_states import CostState, ModelCounts
from claude_tray.core.time import parse_iso_ms
from claude_tray.core.usage import SessionId, TokenCounts
from claude_tray.providers.claude_code.schema import DECODE_ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import FileIO


_MAX_MODELS: Final = 100
_MAX_COST_USD: Final = 1e6
_NANO: Final = 1_000_000_000
# How far to look back for a line with a time: a few lines, then further.
_LOOK_BACK_BYTES: Final = (1 << 16, 1 << 20, 33 << 20)
_TIMESTAMP_NEEDLE: Final = b'"timestamp"'


class _CostStateLine(msgspec.Struct, rename="camel"):
    type: Any = None
    session_id: Any = None
    start_time: Any = None
    model_usage: Any = None


class _TimedLine(msgspec.Struct):
    timestamp: str | None = None


_LINE_DECODER: Final = msgspec.json.Decoder(_CostStateLine)
_TIME_DECODER: Final = msgspec.json.Decoder(_TimedLine)


def read_cost_states(
    file: FileIO,
    lines: Iterable[tuple[int, bytes]],
    session_id: SessionId,
    latest_ms: int = END_TIME_MS - 1,
) -> list[CostState]:
    """
    Parse the sums in a transcript; skip those that are empty or invalid.

    Args:
        file: The transcript, which contains the times of the lines.
        lines: Byte offset and text of each line with sums.
        session_id: For lines without a session ID.
        latest_ms: Latest plausible time; lines with another have none.
    """
    states = []
    # Each line looks back as far as the one before it did not, so that a file
    # full of them is read once.
    floor, known_times = 0, list[int]()
    for offset, text in lines:
        state = _parse_line(text, session_id)
        if state is None or not state.counts:
            continue
        found_times = [
            at_ms
            for at_ms in _find_times(file, offset, floor)
            if at_ms <= latest_ms
        ]
        known_times = found_times or known_times
        floor = offset
        times = known_times or [state.start_ms]
        if 0 < times[-1] <= latest_ms:
            states.append(state._replace(at_ms=times[-1], until_ms=max(times)))
    return states


def _parse_line(text: bytes, session_id: SessionId) -> CostState | None:
    try:
        line = _LINE_DECODER.decode(text)
    except DECODE_ERRORS:
        return None
    usage = line.model_usage
    if line.type != "cost-state" or not isinstance(usage, dict):
        return None
    own_id = line.session_id
    if isinstance(own_id, str) and own_id:
        session_id = SessionId(bound_text(own_id))
    return CostState(
        session_id,
        _parse_start(line.start_time),
        0,
        0,
        dict(_iter_counts(usage)),
    )


def _iter_counts(usage: dict[str, Any]) -> Iterator[tuple[str, ModelCounts]]:
    for name, counts in list(usage.items())[:_MAX_MODELS]:
        if isinstance(counts, dict) and name:
            yield bound_text(name), _parse_counts(counts)


def _parse_counts(counts: dict[str, Any]) -> ModelCounts:
    """
    Parse the sums of a model.

    Before 2.1.332 cache writes may lack their lifetime.
    """
    writes = _parse_count(counts.get("cacheCreationInputTokens"))
    writes_1h = _parse_count(counts.get("cacheCreationEphemeral1hInputTokens"))
    split = _parse_count(counts.get("cacheCreationEphemeral5mInputTokens"))
    split += writes_1h
    return ModelCounts(
        TokenCounts(
            _parse_count(counts.get("inputTokens")),
            _parse_count(counts.get("outputTokens")),
            max(writes, split) - writes_1h,
            writes_1h,
            _parse_count(counts.get("cacheReadInputTokens")),
        ),
        min(_parse_count(counts.get("webSearchRequests")), MAX_WEB_SEARCHES),
        parse_cost(counts.get("costUSD")),
        is_split=split >= writes,
    )


def _parse_start(value: object) -> int:
    """Return a time in milliseconds since 1970; 0 if it is impossible."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 0
    return int(value) if 0 <= value < END_TIME_MS else 0


def _parse_count(value: object) -> int:
    """Return a count; 0 for anything impossible."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 0
    # Also false for NaN.
    return int(value) if 0 <= value <= MAX_COUNT else 0


def parse_cost(value: object) -> int:
    """Return dollars in nano-dollars; 0 for anything impossible."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 0
    return round(value * _NANO) if 0 <= value < _MAX_COST_USD else 0


def _find_times(file: FileIO, offset: int, floor: int) -> list[int]:
    """
    Return the times of the lines before an offset, the last one last.

    Args:
        file: The transcript.
        offset: Start of a line.
        floor: Start of the first line to look at.
    """
    for length in _LOOK_BACK_BYTES:
        start = max(floor, offset - length)
        file.seek(start)
        lines = file.read(offset - start).split(b"\n")
        if start > floor:
            # Incomplete.
            del lines[0]
        times = [at_ms for at_ms in map(_parse_time, lines) if at_ms]
        if times or start == floor:
            return times
    return []


def _parse_time(line: bytes) -> int | None:
    if _TIMESTAMP_NEEDLE not in line:
        return None
    try:
        text = _TIME_DECODER.decode(line).timestamp
    except DECODE_ERRORS:
        return None
    at_ms = parse_iso_ms(text or "")
    return at_ms if at_ms and is_storable_time(at_ms) else None
