"""Count implausible lines as bad, and shorten what no program writes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.core.bounds import MAX_COUNT, MAX_TEXT_LENGTH, bound_text
from claude_tray.core.time import format_iso_ms
from claude_tray.core.usage import TokenCounts
from claude_tray.providers.base import Cursor, ScanResult, Transcript
from claude_tray.providers.claude_code.reader import Scanner
from tests.support.builders import make_limit_line, make_line

if TYPE_CHECKING:
    from pathlib import Path


DAY_MS = 86_400_000


def _scan(tmp_path: Path, *lines: bytes, mtime_ms: int = 0) -> ScanResult:
    path = tmp_path / "session.jsonl"
    path.write_bytes(b"".join(lines))
    transcript = Transcript(str(path), "p", 0, 0, mtime_ms * 10**6)
    return Scanner().scan(transcript, Cursor())


def _list_outputs(result: ScanResult) -> list[int]:
    return [record.tokens.output for record in result.records.values()]


@pytest.mark.parametrize(
    "timestamp",
    [
        "0001-01-01T00:00:00.000+14:00",
        "0001-01-01T00:00:00",
        "1970-01-01T00:00:00Z",
        "2019-12-31T23:59:59.999Z",
        "2031-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59.999Z",
        "9999-12-31T23:59:59.000-12:00",
        "9999-12-31T23:59:59",
    ],
)
@pytest.mark.parametrize("make", ["reply", "limit", "passes"])
def test_a_line_of_an_impossible_time_is_bad(
    tmp_path: Path, timestamp: str, make: str
) -> None:
    if make == "limit":
        line = make_limit_line(
            "You've hit your session limit · resets 3pm", timestamp=timestamp
        )
    else:
        passes = [{"type": "compaction", "output_tokens": 1}]
        line = make_line(
            timestamp=timestamp,
            usage={"iterations": passes} if make == "passes" else {},
        )

    result = _scan(tmp_path, line, make_line(message="msg_2", output=7))

    assert _list_outputs(result) == [7]
    assert result.limit_hits == ()
    assert result.bad_lines == 1


@pytest.mark.parametrize("bad_first", [True, False])
def test_a_bad_line_does_not_change_a_good_one_of_its_response(
    tmp_path: Path, *, bad_first: bool
) -> None:
    good = make_line(output=7)
    bad = make_line(output=9, timestamp="9999-12-31T23:59:59.999Z")

    result = _scan(tmp_path, *((bad, good) if bad_first else (good, bad)))

    assert _list_outputs(result) == [7]
    assert result.bad_lines == 1


def test_lines_up_to_tomorrow_count(tmp_path: Path) -> None:
    now_ms = time.time_ns() // 10**6
    soon = format_iso_ms(now_ms + DAY_MS - 60_000)
    late = format_iso_ms(now_ms + DAY_MS + 600_000)

    result = _scan(
        tmp_path,
        make_line(timestamp=soon),
        make_line(message="msg_2", timestamp=late),
        make_line(message="msg_3", timestamp=soon.removesuffix("Z")),
        make_line(message="msg_4", timestamp=late.removesuffix("Z")),
    )

    assert {record.message_id for record in result.records.values()} == {
        "msg_1",
        "msg_3",
    }
    assert result.bad_lines == 2


def test_lines_of_a_clock_that_was_set_back_count(tmp_path: Path) -> None:
    later_ms = time.time_ns() // 10**6 + 30 * DAY_MS

    result = _scan(
        tmp_path,
        make_line(timestamp=format_iso_ms(later_ms)),
        mtime_ms=later_ms,
    )

    assert len(result.records) == 1


def _make_usage(count: int) -> dict[str, Any]:
    return {
        "input_tokens": count,
        "output_tokens": count,
        "cache_read_input_tokens": count,
        "cache_creation_input_tokens": count,
    }


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (
            MAX_COUNT,
            [
                TokenCounts(MAX_COUNT, MAX_COUNT, MAX_COUNT, 0, MAX_COUNT),
            ],
        ),
        (MAX_COUNT + 1, []),
        (1 << 62, []),
        (10**30, []),
        (-1, []),
    ],
)
def test_counts_are_bounded(
    tmp_path: Path, count: int, expected: list[TokenCounts]
) -> None:
    result = _scan(tmp_path, make_line(usage=_make_usage(count)))

    found = [record.tokens for record in result.records.values()]
    if count != 10**30:
        assert found == expected
        assert result.bad_lines == len(found) ^ 1
    else:
        # No 64-bit integer: its type is wrong, so it counts as missing.
        assert found in ([], [TokenCounts()])


def test_compactions_that_exceed_a_count_together_are_bad(
    tmp_path: Path,
) -> None:
    passes = [{"type": "compaction", "output_tokens": MAX_COUNT}] * 2

    result = _scan(tmp_path, make_line(usage={"iterations": passes}))

    assert not result.records
    assert result.bad_lines == 1


def test_long_names_are_shortened_and_their_usage_counts(
    tmp_path: Path,
) -> None:
    name = "x" * 1_000_000
    passes = [{"type": "advisor_message", "model": name, "output_tokens": 3}]
    line = make_line(
        message=f"msg_{name}",
        inner={"model": name},
        usage={"speed": name, "iterations": passes},
        cwd=f"/{name}",
        sessionId=name,
        requestId=name,
    )

    result = _scan(tmp_path, line, line)

    first, second = result.records.values()
    assert (first.tokens, second.tokens.output) == (TokenCounts(10, 5), 3)
    assert first.model == second.model == bound_text(name)
    assert first.project == bound_text(f"/{name}")
    texts = (
        first.message_id,
        first.session_id,
        first.request_id,
        first.terms.speed,
        first.project,
        second.message_id,
    )
    assert all(len(text) == MAX_TEXT_LENGTH for text in texts)
    assert result.bad_lines == 0
