"""List running sessions with their usage."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.time import format_iso_ms
from tests.support.builders import make_line
from tests.support.stand_in_session import StandInSession

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

TITLE = "Secret plan of Ada"


@pytest.mark.skipif(sys.platform == "win32", reason="no start times")
def test_sessions_are_listed_with_their_state_and_usage(
    terminal: Terminal,
) -> None:
    now_ms = time.time_ns() // 10**6
    for session_id, age_ms in (("a-1", 5_000), ("gone", 60_000)):
        line = make_line(
            message=session_id,
            timestamp=format_iso_ms(now_ms - age_ms),
            sessionId=session_id,
            cwd="/home/ada/shop",
        )
        terminal.claude.append(line, name=f"{session_id}.jsonl")
    with StandInSession(
        terminal.claude.path, "a-1", "/home/ada/shop", TITLE
    ) as session:
        session.write("waiting", "permission prompt")
        listed = terminal.run("live", "--json").json
        text = terminal.run("live").out
        status = terminal.run("status", "--json").json
        report = terminal.run("status").out

    waiting, ended = listed["sessions"]
    assert (listed["running"], listed["waiting"]) == (1, 1)
    assert waiting["session_id"] == "a-1"
    assert waiting["state"] == "waiting"
    assert waiting["waiting_for"] == "permission prompt"
    assert waiting["title"] == TITLE
    assert waiting["project"] == "/home/ada/shop"
    assert waiting["last_message_at"] == format_iso_ms(now_ms - 5_000)
    assert (ended["session_id"], ended["state"]) == ("gone", "ended")
    assert ended["resume"] == "cd /home/ada/shop && claude --resume gone"
    assert "waits for you: asks for permission" in text
    assert text.splitlines()[-1] == ended["resume"]
    assert status["sessions"] == {"running": 1, "waiting": 1}
    assert "1 session running · 1 waits for you" in report.splitlines()
    own_files = [p for p in terminal.app_home.rglob("*") if p.is_file()]
    assert terminal.app_home / "data" / "usage.db" in own_files
    assert not [p for p in own_files if TITLE.encode() in p.read_bytes()]
