from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.usage import ProjectPath, SessionId, UsageRecord, merge
from claude_tray.providers.claude_code.discovery import TranscriptLocation
from claude_tray.providers.claude_code.records import (
    RecordCollector,
    build_record,
    build_records_per_pass,
)
from claude_tray.providers.claude_code.schema import (
    ResponseLine,
    complete_response,
    decode_line,
    has_extra_passes,
)
from tests.support.builders import make_line

LOCATION = TranscriptLocation(ProjectPath("/home/ada/notes"), SessionId("s"))
ADVISOR_ITERATIONS = [
    {"type": "advisor_message", "model": "m", "output_tokens": 4}
]
COMPACTION_ITERATIONS = [{"type": "compaction", "output_tokens": 2}]

lines = st.builds(
    make_line,
    timestamp=st.sampled_from(
        [
            "2026-03-01T09:00:00Z",
            "2026-03-01T09:01:00Z",
            "2026-03-01T10:01:00+01:00",
            "2026-03-01T09:02:00",
        ],
    ),
    message=st.sampled_from(["msg_1", "msg_2", "gen-1"]),
    output=st.integers(0, 2),
    usage=st.sampled_from(
        [
            {},
            {"input_tokens": 9},
            {"iterations": ADVISOR_ITERATIONS},
            {"iterations": COMPACTION_ITERATIONS},
        ],
    ),
    inner=st.sampled_from(
        [{}, {"stop_reason": None}, {"model": "claude-fictive-2"}],
    ),
    sessionId=st.sampled_from(["s1", "s2", None]),
    isSidechain=st.booleans(),
    requestId=st.sampled_from(["req_1", "req_2", None]),
)


@given(st.lists(lines, max_size=8))
def test_dropping_lines_that_add_nothing_changes_nothing(
    found: list[bytes],
) -> None:
    decoded = [_decode(line) for line in found]

    replies = _collect(decoded)

    assert replies.records == _merge_one_by_one(decoded)
    assert replies.malformed == 0


@given(st.lists(lines, max_size=6))
def test_the_earliest_origin_of_each_session_is_kept(
    found: list[bytes],
) -> None:
    decoded = [_decode(line) for line in found]

    replies = _collect(decoded)

    origins = [r.origin for line in decoded for r in _parse_records(line)]
    least: dict[SessionId, Any] = {}
    for origin in origins:
        existing = least.setdefault(origin.session_id, origin)
        least[origin.session_id] = min(existing, origin)
    assert replies.origins == least


def test_a_response_interrupted_by_many_others_is_one_record() -> None:
    parts = [
        _decode(make_line(clock, f"msg_{number}", output))
        for clock, output in (("09:00", 1), ("09:01", 7))
        for number in range(1000)
    ]
    replies = RecordCollector(LOCATION)

    for start in range(0, len(parts), 50):
        replies.add(parts[start : start + 50])
    replies.finish()

    assert replies.records == _merge_one_by_one(parts)
    assert {r.tokens.output for r in replies.records.values()} == {7}


def test_a_malformed_line_is_counted() -> None:
    line = _decode(make_line(usage={"input_tokens": -5}, message="msg_2"))

    assert _collect([line]).malformed == 1


def test_no_line_adds_nothing() -> None:
    replies = _collect([])

    assert (replies.records, replies.last_line) == ({}, None)


def _decode(line: bytes) -> ResponseLine:
    response = complete_response(decode_line(line))
    assert response is not None
    return response


def _collect(decoded: list[ResponseLine]) -> RecordCollector:
    replies = RecordCollector(LOCATION)
    replies.add(decoded)
    replies.finish()
    return replies


def _merge_one_by_one(decoded: list[ResponseLine]) -> dict[int, UsageRecord]:
    merged: dict[int, UsageRecord] = {}
    for line in decoded:
        for record in _parse_records(line):
            existing = merged.get(record.key)
            merged[record.key] = (
                merge(existing, record) if existing else record
            )
    return merged


def _parse_records(line: ResponseLine) -> list[UsageRecord]:
    if has_extra_passes(line.message.usage):
        return list(build_records_per_pass(line, LOCATION))
    return [build_record(line, line, LOCATION)]
