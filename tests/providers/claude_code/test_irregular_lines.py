from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.providers.base import Cursor
from claude_tray.providers.claude_code.discovery import find_transcript
from claude_tray.providers.claude_code.reader import Scanner
from tests.support.builders import ClaudeFolder, make_limit_line, make_line

if TYPE_CHECKING:
    from pathlib import Path


def test_a_line_of_the_client_itself_is_neither_usage_nor_a_limit(
    tmp_path: Path,
) -> None:
    claude = ClaudeFolder(tmp_path / "claude")
    path = claude.append(
        make_line("08:00", "msg_1"),
        make_limit_line(
            "No response requested.",
            "08:01",
            error=None,
            isApiErrorMessage=False,
        ),
    )
    transcript = find_transcript(str(path), claude.path)
    assert transcript is not None

    result = Scanner().scan(transcript, Cursor())

    assert [r.message_id for r in result.records.values()] == ["msg_1"]
    assert result.limit_hits == ()
    assert (result.bad_lines, result.unread_lines) == (0, 0)
