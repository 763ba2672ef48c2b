from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from claude_tray.transcripts.cursor import Cursor
from claude_tray.transcripts.locate import transcript_at
from claude_tray.transcripts.salvage import salvage
from claude_tray.transcripts.scan import Scanner
from tests.support.builders import ClaudeFolder, a_line

if TYPE_CHECKING:
    from pathlib import Path


def _found(line: bytes) -> tuple[list[str], bool]:
    lines, lost = salvage(line)
    return [json.loads(line)["message"]["id"] for line in lines], lost


def test_two_records_without_a_newline_between_them() -> None:
    line = a_line(message="msg_1").strip() + a_line(message="msg_2").strip()

    assert _found(line) == (["msg_1", "msg_2"], False)


def test_a_record_cut_off_with_the_next_spliced_in() -> None:
    line = a_line(message="msg_1")[:150] + a_line(message="msg_2").strip()

    assert _found(line) == (["msg_2"], True)


def test_runs_of_nul_and_a_byte_order_mark_are_left_out() -> None:
    line = b"\xef\xbb\xbf\0\0\0" + a_line(message="msg_1").strip() + b"\0\0"

    assert _found(line) == (["msg_1"], False)


def test_bytes_that_are_no_text_are_replaced() -> None:
    line = a_line(message="msg_1").replace(b"made up", b"made \xff up")

    assert _found(line) == (["msg_1"], False)


@pytest.mark.parametrize(
    "line",
    [
        a_line(inner={"content": [{"type": "text", "text": "\ud83d"}]}),
        a_line(toolUse={"input": "cut \udf89 off"}),
        a_line(cwd="/home/\ud800"),
    ],
)
def test_half_an_emoji_costs_no_reply(tmp_path: Path, line: bytes) -> None:
    claude = ClaudeFolder(tmp_path / "claude")
    path = claude.append(line)
    transcript = transcript_at(str(path), claude.path)
    assert transcript is not None

    news = Scanner().scan(transcript, Cursor())

    assert len(news.replies.records) == 1
    assert news.bad_lines == 0


def test_objects_within_a_record_are_no_records() -> None:
    line = a_line(message="msg_1")[: -len(b'"}}\n') - 30]

    assert _found(line) == ([], True)


@pytest.mark.parametrize("line", [b"{" * 5000, b'{"a":[' * 5000, b"[1]"])
def test_nonsense_is_lost_in_bounded_time(line: bytes) -> None:
    assert _found(line) == ([], True)
