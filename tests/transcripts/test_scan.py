from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from claude_tray.transcripts.cursor import Cursor
from claude_tray.transcripts.locate import transcript_at
from claude_tray.transcripts.scan import Scanner
from tests.support.builders import ClaudeFolder, a_limit_line, a_line

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.transcripts.news import News


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeFolder:
    return ClaudeFolder(tmp_path / "claude")


def _scan(
    claude: ClaudeFolder,
    path: Path,
    cursor: Cursor | None = None,
) -> News:
    transcript = transcript_at(str(path), claude.path)
    assert transcript is not None
    return Scanner().scan(transcript, cursor or Cursor())


def _outputs(news: News) -> list[int]:
    found = news.replies.records.values()
    return sorted(record.tokens.output for record in found)


def test_a_transcript_is_read_to_its_last_whole_line(
    claude: ClaudeFolder,
) -> None:
    path = claude.append(a_line(message="msg_1"), b'{"type":"assis')

    news = _scan(claude, path)

    assert _outputs(news) == [5]
    assert news.cursor.done == news.bytes_read < path.stat().st_size
    assert news.cursor.project == "/home/ada/notes"


def test_only_what_was_added_is_read_again(claude: ClaudeFolder) -> None:
    path = claude.append(a_line(message="msg_1"))
    first = _scan(claude, path)
    claude.append(a_line(message="msg_2", output=7))

    second = _scan(claude, path, first.cursor)

    assert _outputs(second) == [7]
    assert second.replies.place.project == "/home/ada/notes"


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
    news = _scan(claude, claude.append(line, a_line()))

    assert (_outputs(news), news.bad_lines) == ([5], 0)


def test_any_order_and_spacing_of_keys_is_read(claude: ClaudeFolder) -> None:
    spaced = (
        b'{ "message" : {"id": "msg_7", "model" : "claude-fictive-1",'
        b' "usage" : { "output_tokens" : 7 } }, "timestamp" :'
        b' "2026-03-01T09:00:00Z", "type" : "assistant" }\r\n'
    )

    assert _outputs(_scan(claude, claude.append(spaced))) == [7]


def test_damaged_lines_are_counted_and_the_rest_is_read(
    claude: ClaudeFolder,
) -> None:
    path = claude.append(
        b"not json at all\n",
        b'{"type":"user","cut off\n',
        b"\0\0\0\0\n",
        a_line(message="msg_1")[:200] + b"\n",
        a_line(message="msg_2").strip() + a_line(message="msg_3"),
        b"\0\0" + a_line(message="msg_4"),
        a_line(message="msg_5", timestamp=None),
        a_line(message="msg_6", timestamp=None, requestId="}").strip()
        + a_line(message="msg_7"),
        a_line(message="msg_8"),
    )

    news = _scan(claude, path)

    assert len(news.replies.records) == 5
    assert news.bad_lines == 6


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
def test_what_is_no_text_or_has_no_end_stops_nothing(
    claude: ClaudeFolder,
    old: bytes,
    new: bytes,
    read: int,
) -> None:
    path = claude.append(
        a_line(message="msg_1").replace(old, new),
        a_limit_line("odd").replace(b"odd", b"limit \xff"),
        a_line(message="msg_2"),
    )

    news = _scan(claude, path)

    assert len(news.replies.records) == 1 + read
    assert news.bad_lines == 1 - read


def test_a_limit_that_was_hit_is_news(claude: ClaudeFolder) -> None:
    text = "You've hit your session limit · resets 1pm (UTC)"
    path = claude.append(a_limit_line(text), a_limit_line("Overloaded"))

    news = _scan(claude, path)

    assert len(news.hits) == 1
    assert news.replies.records == {}


def test_a_reply_that_was_spliced_to_a_persons_line_is_found(
    claude: ClaudeFolder,
) -> None:
    said = b'{"type":"user","message":{"content":"hello"}}'
    # In the order of Claude Code: what follows the type has one length.
    reply = json.dumps(
        {
            "sessionId": "session-a",
            "message": json.loads(a_line())["message"],
            "type": "assistant",
            "uuid": "6969e3e5-e489-4a3d-bd13-036327894f4c",
            "timestamp": "2026-03-01T09:00:00.000Z",
        },
        separators=(",", ":"),
    )

    path = claude.append(said + reply.encode() + b"\n")

    assert _outputs(_scan(claude, path)) == [5]


def test_a_line_that_is_too_long_is_counted(claude: ClaudeFolder) -> None:
    path = claude.file()
    with path.open("wb") as file:
        file.write(a_line(message="msg_1"))
        file.write(b'{"type":"assistant","x":"')
        file.seek(50_000_000, os.SEEK_CUR)
        file.write(b'"}\n')
        file.write(a_line(message="msg_2"))

    news = _scan(claude, path)

    assert len(news.replies.records) == 2
    assert news.too_long == 1
    assert news.cursor.done == path.stat().st_size


def test_a_long_line_of_a_person_hides_nothing(claude: ClaudeFolder) -> None:
    said = b"x" * 400_000
    whole = b'{"type":"user","message":{"content":"' + said + b'"}}\n'
    torn = b'{"type":"user","message":{"content":"' + said + b"\n"
    first = b'{"type":"user","cwd":"/home/ada/first","message":"' + said

    path = claude.append(
        first + b'"}\n',
        a_line(message="msg_1", output=3),
        whole,
        torn,
        a_line(message="msg_2", output=7),
    )
    news = _scan(claude, path)

    assert _outputs(news) == [3, 7]
    assert news.bad_lines == 1
    assert news.cursor.project == "/home/ada/first"
    assert news.cursor.done == path.stat().st_size


def test_a_cwd_far_into_the_file_is_found_later(claude: ClaudeFolder) -> None:
    path = claude.append(a_line(cwd=None))
    first = _scan(claude, path)
    claude.append(a_line(message="msg_2"))

    second = _scan(claude, path, first.cursor)

    assert first.replies.place.is_guess
    assert first.replies.place.project == "-home-ada-notes"
    assert second.replies.place.project == "/home/ada/notes"


def test_a_file_that_is_gone_is_an_error_of_the_system(
    claude: ClaudeFolder,
) -> None:
    path = claude.append(a_line())
    transcript = transcript_at(str(path), claude.path)
    assert transcript is not None
    path.unlink()

    with pytest.raises(FileNotFoundError):
        Scanner().scan(transcript, Cursor())
