from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from claude_tray.providers.base import Cursor
from claude_tray.providers.claude_code.discovery import find_transcript
from claude_tray.providers.claude_code.malformed import recover_json_objects
from claude_tray.providers.claude_code.reader import Scanner
from tests.support.builders import ClaudeFolder, make_line

if TYPE_CHECKING:
    from pathlib import Path


def _recover_objects(line: bytes) -> tuple[list[str], bool]:
    lines, lost = recover_json_objects(line)
    return [json.loads(line)["message"]["id"] for line in lines], lost


def test_two_records_without_a_newline_between_them() -> None:
    line = (
        make_line(message="msg_1").strip() + make_line(message="msg_2").strip()
    )

    assert _recover_objects(line) == (["msg_1", "msg_2"], False)


def test_a_truncated_record_followed_by_the_next() -> None:
    line = (
        make_line(message="msg_1")[:150] + make_line(message="msg_2").strip()
    )

    assert _recover_objects(line) == (["msg_2"], True)


def test_runs_of_nul_and_a_byte_order_mark_are_left_out() -> None:
    line = b"\xef\xbb\xbf\0\0\0" + make_line(message="msg_1").strip() + b"\0\0"

    assert _recover_objects(line) == (["msg_1"], False)


def test_invalid_utf8_is_replaced() -> None:
    line = make_line(message="msg_1").replace(b"made up", b"made \xff up")

    assert _recover_objects(line) == (["msg_1"], False)


@pytest.mark.parametrize(
    "line",
    [
        make_line(inner={"content": [{"type": "text", "text": "\ud83d"}]}),
        make_line(toolUse={"input": "cut \udf89 off"}),
        make_line(cwd="/home/\ud800"),
    ],
)
def test_a_lone_surrogate_loses_no_record(tmp_path: Path, line: bytes) -> None:
    claude = ClaudeFolder(tmp_path / "claude")
    path = claude.append(line)
    transcript = find_transcript(str(path), claude.path)
    assert transcript is not None

    result = Scanner().scan(transcript, Cursor())

    assert len(result.records) == 1
    assert result.bad_lines == 0


def test_nested_objects_are_not_records() -> None:
    line = make_line(message="msg_1")[: -len(b'"}}\n') - 30]

    assert _recover_objects(line) == ([], True)


@pytest.mark.parametrize("line", [b"{" * 5000, b'{"a":[' * 5000, b"[1]"])
def test_garbage_is_skipped_in_bounded_time(line: bytes) -> None:
    assert _recover_objects(line) == ([], True)
