from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from claude_tray.providers.base import Cursor
from claude_tray.providers.claude_code.discovery import find_transcript
from claude_tray.providers.claude_code.reader import Scanner
from tests.support.builders import ClaudeFolder, make_limit_line, make_line

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.providers.base import ScanResult


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeFolder:
    return ClaudeFolder(tmp_path / "claude")


def _scan_file(
    claude: ClaudeFolder,
    path: Path,
    cursor: Cursor | None = None,
) -> ScanResult:
    transcript = find_transcript(str(path), claude.path)
    assert transcript is not None
    return Scanner().scan(transcript, cursor or Cursor())


def _list_outputs(result: ScanResult) -> list[int]:
    found = result.records.values()
    return sorted(record.tokens.output for record in found)


def test_a_transcript_is_read_to_its_last_complete_line(
    claude: ClaudeFolder,
) -> None:
    path = claude.append(make_line(message="msg_1"), b'{"type":"assis')

    result = _scan_file(claude, path)

    assert _list_outputs(result) == [5]
    assert result.cursor.offset == result.bytes_read < path.stat().st_size
    assert result.cursor.project == "/home/ada/notes"


def test_only_what_was_added_is_read_again(claude: ClaudeFolder) -> None:
    path = claude.append(make_line(message="msg_1"))
    first = _scan_file(claude, path)
    claude.append(make_line(message="msg_2", output=7))

    second = _scan_file(claude, path, first.cursor)

    assert _list_outputs(second) == [7]
    assert second.project == "/home/ada/notes"


@pytest.mark.parametrize(
    "line",
    [
        b'{"type":"user","message":{"content":"the \\"assistant\\" said"}}\n',
        b'{"type":"user","toolUseResult":{"usage":{"output_tokens":9}}}\n',
        b'{"type":"progress","data":{"message":{"type":"assistant"}}}\n',
        b'{"type":"an unknown type","x":[]}\n',
        b'{"data":{"type":"assistant"},"type":"progress"}\n',
        b'{"data":{"type":"assistant"},"timestamp":5}\n',
        b'{"message":{"usage":{"output_tokens":9}},"type":"assistant"}\n',
        b"\n",
        b'{"type":"summary"}\r\n',
        b'\xef\xbb\xbf{"type":"summary"}\n',
    ],
)
def test_lines_without_usage_are_neither_counted_nor_bad(
    claude: ClaudeFolder,
    line: bytes,
) -> None:
    result = _scan_file(claude, claude.append(line, make_line()))

    assert (_list_outputs(result), result.bad_lines) == ([5], 0)


def test_any_order_and_spacing_of_keys_is_read(claude: ClaudeFolder) -> None:
    spaced = (
        b'{ "message" : {"id": "msg_7", "model" : "claude-fictive-1",'
        b' "usage" : { "output_tokens" : 7 } }, "timestamp" :'
        b' "2026-03-01T09:00:00Z", "type" : "assistant" }\r\n'
    )

    assert _list_outputs(_scan_file(claude, claude.append(spaced))) == [7]


def test_damaged_lines_are_counted_and_the_rest_is_read(
    claude: ClaudeFolder,
) -> None:
    path = claude.append(
        b"not json at all\n",
        b'{"type":"user","cut off\n',
        b"\0\0\0\0\n",
        make_line(message="msg_1")[:200] + b"\n",
        make_line(message="msg_2").strip() + make_line(message="msg_3"),
        b"\0\0" + make_line(message="msg_4"),
        make_line(message="msg_5", timestamp=None),
        make_line(message="msg_6", timestamp=None, requestId="}").strip()
        + make_line(message="msg_7"),
        make_line(message="msg_8"),
    )

    result = _scan_file(claude, path)

    assert len(result.records) == 5
    assert result.bad_lines == 6


@pytest.mark.parametrize(
    ("old", "new", "read"),
    [
        (b"made up", b"made \xff up", 1),
        (b"/home/ada/notes", b"/home/ada/\xff\xfe", 1),
        (b"session-a", b"session-\xff", 1),
        (b'"made up"', b"[" * 100_000, 0),
        (b'"input_tokens":10', b'"input_tokens":NaN', 0),
    ],
)
def test_pipes_and_devices_are_ignored(
    claude: ClaudeFolder,
    old: bytes,
    new: bytes,
    read: int,
) -> None:
    path = claude.append(
        make_line(message="msg_1").replace(old, new),
        make_limit_line("odd").replace(b"odd", b"limit \xff"),
        make_line(message="msg_2"),
    )

    result = _scan_file(claude, path)

    assert len(result.records) == 1 + read
    assert result.bad_lines == 1 - read


def test_a_reached_limit_is_returned(claude: ClaudeFolder) -> None:
    text = "You've hit your session limit · resets 1pm (UTC)"
    path = claude.append(make_limit_line(text), make_limit_line("Overloaded"))

    result = _scan_file(claude, path)

    assert len(result.limit_hits) == 1
    assert result.records == {}


def test_an_error_line_without_a_limit_is_ignored(
    claude: ClaudeFolder,
) -> None:
    path = claude.append(make_limit_line("Overloaded", error="server_error"))

    result = _scan_file(claude, path)

    assert (result.records, result.limit_hits, result.bad_lines) == ({}, (), 0)


def test_a_response_concatenated_to_a_user_line_is_found(
    claude: ClaudeFolder,
) -> None:
    user_line = b'{"type":"user","message":{"content":"hello"}}'
    # In the order of Claude Code: what follows the type has one length.
    reply = json.dumps(
        {
            "sessionId": "session-a",
            "message": json.loads(make_line())["message"],
            "type": "assistant",
            "uuid": "6969e3e5-e489-4a3d-bd13-036327894f4c",
            "timestamp": "2026-03-01T09:00:00.000Z",
        },
        separators=(",", ":"),
    )

    path = claude.append(user_line + reply.encode() + b"\n")

    assert _list_outputs(_scan_file(claude, path)) == [5]


def test_an_oversized_line_is_counted(claude: ClaudeFolder) -> None:
    path = claude.transcript_path()
    with path.open("wb") as file:
        file.write(make_line(message="msg_1"))
        file.write(b'{"type":"assistant","x":"')
        file.seek(50_000_000, os.SEEK_CUR)
        file.write(b'"}\n')
        file.write(make_line(message="msg_2"))

    result = _scan_file(claude, path)

    assert len(result.records) == 2
    assert result.oversized_lines == 1
    assert result.cursor.offset == path.stat().st_size


def test_a_long_user_line_hides_nothing(claude: ClaudeFolder) -> None:
    user_text = b"x" * 400_000
    user_line = b'{"type":"user","message":{"content":"' + user_text + b'"}}\n'
    broken_line = b'{"type":"user","message":{"content":"' + user_text + b"\n"
    first = b'{"type":"user","cwd":"/home/ada/first","message":"' + user_text

    path = claude.append(
        first + b'"}\n',
        make_line(message="msg_1", output=3),
        user_line,
        broken_line,
        make_line(message="msg_2", output=7),
    )
    result = _scan_file(claude, path)

    assert _list_outputs(result) == [3, 7]
    assert result.bad_lines == 1
    assert result.cursor.project == "/home/ada/first"
    assert result.cursor.offset == path.stat().st_size


def test_a_cwd_far_into_the_file_is_found_later(claude: ClaudeFolder) -> None:
    path = claude.append(make_line(cwd=None))
    first = _scan_file(claude, path)
    claude.append(make_line(message="msg_2"))

    second = _scan_file(claude, path, first.cursor)

    assert first.is_project_guess
    assert first.project == "-home-ada-notes"
    assert second.project == "/home/ada/notes"


def test_a_deleted_file_raises_an_os_error(
    claude: ClaudeFolder,
) -> None:
    path = claude.append(make_line())
    transcript = find_transcript(str(path), claude.path)
    assert transcript is not None
    path.unlink()

    with pytest.raises(FileNotFoundError):
        Scanner().scan(transcript, Cursor())
