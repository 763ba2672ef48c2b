"""Count usage that only lines of other types carry."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.providers.base import Cursor
from claude_tray.providers.claude_code.discovery import find_transcript
from claude_tray.providers.claude_code.reader import Scanner
from claude_tray.providers.claude_code.relayed_lines import (
    carries_unread_usage,
)
from tests.support.builders import ClaudeFolder, make_line, make_progress_line

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.providers.base import ScanResult


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeFolder:
    return ClaudeFolder(tmp_path / "claude")


def _scan_lines(claude: ClaudeFolder, *lines: bytes) -> ScanResult:
    path = claude.append(*lines)
    transcript = find_transcript(str(path), claude.path)
    assert transcript is not None
    return Scanner().scan(transcript, Cursor())


def _encode(line: Any) -> bytes:
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def test_a_relayed_line_is_of_a_sidechain_of_its_session(
    claude: ClaudeFolder,
) -> None:
    line = make_progress_line(make_line("09:05", "msg_a", 7))

    result = _scan_lines(claude, line)

    assert (result.records, result.unread_lines) == ({}, 0)
    assert result.relayed is not None
    (record,) = result.relayed.records.values()
    assert record.tokens.output == 7
    assert (record.is_sidechain, record.session_id) == (True, "session-a")
    assert record.project == "/home/ada/notes"
    assert list(result.relayed.origins.values()) == [record.origin]


def test_the_fullest_relayed_line_counts(claude: ClaudeFolder) -> None:
    parts = [make_line("09:05", "msg_a", output) for output in (1, 172, 9)]

    result = _scan_lines(claude, *map(make_progress_line, parts))

    assert result.relayed is not None
    (record,) = result.relayed.records.values()
    assert record.tokens.output == 172


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "hook_progress"},
        {"message": None},
        {"message": {"type": "user", "message": {"role": "user"}}},
        {"message": {"type": "assistant", "message": {"content": []}}},
    ],
)
def test_other_progress_has_no_usage(
    claude: ClaudeFolder, changed: dict[str, Any]
) -> None:
    line = json.loads(make_progress_line(make_line()))
    line["data"] |= changed

    result = _scan_lines(claude, _encode(line))

    assert (result.relayed, result.records) == (None, {})
    assert (result.unread_lines, result.bad_lines) == (0, 0)


def test_relayed_lines_of_another_form_are_noticed(
    claude: ClaudeFolder,
) -> None:
    renamed = json.loads(make_progress_line(make_line()))
    usage = renamed["data"]["message"]["message"].pop("usage")
    renamed["data"]["message"]["message"]["tokenUsage"] = usage
    other_type = json.loads(make_progress_line(make_line()))
    other_type["data"]["message"]["timestamp"] = 5

    result = _scan_lines(claude, _encode(renamed), _encode(other_type))

    assert (result.relayed, result.unread_lines) == (None, 2)


def test_a_relayed_line_with_impossible_counts_is_bad(
    claude: ClaudeFolder,
) -> None:
    line = make_progress_line(make_line(usage={"input_tokens": -1}))

    result = _scan_lines(claude, line)

    assert result.relayed is not None
    assert (result.relayed.records, result.bad_lines) == ({}, 1)


USAGE = {"input_tokens": 3, "output_tokens": 5}


@pytest.mark.parametrize(
    "line",
    [
        {"timestamp": "2026-03-01T09:00:00Z", "message": {"usage": USAGE}},
        {"type": "reply", "message": {"usage": USAGE}},
        {"type": "reply", "data": {"message": {"message": {"usage": USAGE}}}},
        {"type": "result", "usage": {"inputTokens": 3}},
        {"data": {"x": []}, "type": "turn", "response": {"usage": USAGE}},
        {"type": "assistant", "usage": USAGE},
        {"type": "assistant", "message": {"model": "m", "tokenUsage": USAGE}},
        {"type": "assistant", "message": {"usage": USAGE}},
    ],
)
def test_usage_in_an_unknown_form_is_noticed(
    claude: ClaudeFolder, line: dict[str, Any]
) -> None:
    result = _scan_lines(claude, _encode(line), make_line())

    assert (len(result.records), result.unread_lines) == (1, 1)


@pytest.mark.parametrize(
    "line",
    [
        {"type": "user", "toolUseResult": {"usage": USAGE}},
        {"type": "reply", "toolUseResult": {"usage": USAGE}},
        {"type": "reply", "message": {"content": [{"usage": USAGE}]}},
        {"type": "reply", "usage": {"input_tokens": 0}},
        {"type": "reply", "usage": 5, "text": 'okens"'},
        {"type": "attachment", "usage": USAGE},
        {"attachment": {"usage": USAGE}, "type": "attachment"},
    ],
)
def test_usage_of_tools_and_known_lines_is_no_warning(
    claude: ClaudeFolder, line: dict[str, Any]
) -> None:
    result = _scan_lines(claude, _encode(line))

    assert (result.records, result.unread_lines, result.bad_lines) == (
        {},
        0,
        0,
    )


def test_counts_under_other_names_are_noticed(claude: ClaudeFolder) -> None:
    usage = {"usage": {"prompt_tokens": 5, "completion_tokens": 6}}

    result = _scan_lines(claude, make_line(inner=usage))

    assert result.unread_lines == 1


def test_a_line_that_is_no_json_carries_nothing() -> None:
    assert not carries_unread_usage(b'{"usage":{"input_tokens":5')
    assert not carries_unread_usage(b'[{"usage":{"input_tokens":5}}]')
