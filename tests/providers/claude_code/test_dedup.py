from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    decode_line,
    has_extra_passes,
)
from tests.support.builders import make_line

if TYPE_CHECKING:
    from claude_tray.providers.claude_code.schema import TranscriptLine


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
    decoded = [decode_line(line) for line in found]

    replies = _collect(decoded)

    assert replies.records == _merge_one_by_one(decoded)
    assert replies.malformed == 0


@given(st.lists(lines, max_size=6))
def test_the_earliest_origin_of_each_session_is_kept(
    found: list[bytes],
) -> None:
    decoded = [decode_line(line) for line in found]

    replies = _collect(decoded)

    origins = [r.origin for line in decoded for r in _parse_records(line)]
    least: dict[SessionId, Any] = {}
    for origin in origins:
        existing = least.setdefault(origin.session_id, origin)
        least[origin.session_id] = min(existing, origin)
    assert replies.origins == least


def test_a_response_interrupted_by_many_others_is_one_record() -> None:
    parts = [
        decode_line(make_line(clock, f"msg_{number}", output))
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
    decoded = [
        decode_line(make_line(timestamp=None)),
        decode_line(make_line(usage={"input_tokens": -5}, message="msg_2")),
    ]

    assert _collect(decoded).malformed == 2


def test_lines_without_usage_or_model_are_ignored() -> None:
    decoded = [
        decode_line(make_line(inner={"usage": None})),
        decode_line(make_line(inner={"model": None})),
        decode_line(b"{}"),
    ]

    replies = _collect(decoded)

    assert (replies.records, replies.malformed) == ({}, 0)


def _collect(decoded: list[TranscriptLine]) -> RecordCollector:
    replies = RecordCollector(LOCATION)
    replies.add(decoded)
    replies.finish()
    return replies


def _merge_one_by_one(decoded: list[TranscriptLine]) -> dict[int, UsageRecord]:
    merged: dict[int, UsageRecord] = {}
    for line in decoded:
        for record in _parse_records(line):
            existing = merged.get(record.key)
            merged[record.key] = (
                merge(existing, record) if existing else record
            )
    return merged


def _parse_records(line: TranscriptLine) -> list[UsageRecord]:
    usage = line.message and line.message.usage
    if usage and has_extra_passes(usage):
        return list(build_records_per_pass(line, usage, LOCATION))
    return [build_record(line, line, LOCATION)]
