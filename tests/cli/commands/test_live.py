"""List running sessions with their usage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.time import format_iso_ms
from tests.support.builders import make_limit_line, make_line
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


def test_sessions_that_a_limit_cut_off_are_listed_until_they_go_on(
    terminal: Terminal,
) -> None:
    now_ms = time.time_ns() // 10**6
    reset = now_ms // 1000 + 3600

    def append(session_id: str, age_ms: int, *, is_hit: bool = False) -> None:
        timestamp = format_iso_ms(now_ms - age_ms)
        text = f"Claude AI usage limit reached|{reset}"
        line = (
            make_limit_line(
                text,
                timestamp=timestamp,
                sessionId=session_id,
                cwd="/home/ada/shop",
            )
            if is_hit
            else make_line(
                message=f"{session_id}{age_ms}",
                timestamp=timestamp,
                sessionId=session_id,
                cwd="/home/ada/shop",
            )
        )
        terminal.claude.append(line, name=f"{session_id}.jsonl")

    for session_id in ("stopped-1", "resumed-1"):
        append(session_id, 3_600_000)
        append(session_id, 3_000_000, is_hit=True)
    append("resumed-1", 2_000_000)

    listed = terminal.run("live", "--json").json
    text = terminal.run("live").out

    (session,) = listed["cut_off"]
    assert session["session_id"] == "stopped-1"
    assert session["at"] == format_iso_ms(now_ms - 3_000_000)
    assert session["resets_at"] == format_iso_ms(reset * 1000)
    assert not session["is_open"]
    assert (
        session["resume"] == "cd /home/ada/shop && claude --resume stopped-1"
    )
    assert text.splitlines()[0] == "Cut off by a limit"
    assert text.splitlines()[-1] == session["resume"]

    append("stopped-1", 1_000)
    assert terminal.run("live", "--json").json["cut_off"] == []


def test_without_sessions_a_sentence_says_so(terminal: Terminal) -> None:
    terminal.claude.append(make_line())

    assert terminal.run("live").out == "No session is running.\n"


def read_until(screen: int, word: bytes, seen: bytes = b"") -> bytes:
    """Read from a terminal until it has shown a word."""
    while word not in seen:
        seen += os.read(screen, 65_536)
    return seen


@pytest.mark.timeout(60)
def test_the_full_screen_follows_a_session(terminal: Terminal) -> None:
    if sys.platform == "win32":
        pytest.skip("has a terminal of Unix")
    line = make_line(sessionId="a-1", cwd="/home/ada/shop")
    terminal.claude.append(line)
    folder = terminal.claude.path
    command = [sys.executable, "-m", "claude_tray", "live", "--watch"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    screen, client = os.openpty()
    with StandInSession(folder, "a-1", "/home/ada/shop", TITLE) as session:
        session.write("busy")
        process = subprocess.Popen(
            [*command, "--claude-path", str(folder)],
            stdin=client,
            stdout=client,
            stderr=client,
            env=environment,
        )
        os.close(client)
        try:
            read_until(screen, b"working")
            session.write("waiting", "permission prompt")
            seen = read_until(screen, b"asks for permission")
            session.leave()
            read_until(screen, b"No session is running.", seen)
            os.write(screen, b"q")
            seen = read_until(screen, b"\x1b[?1049l")
            assert process.wait() == 0
        finally:
            process.kill()
            process.wait()
            os.close(screen)
    assert TITLE.encode() not in b"".join(
        path.read_bytes()
        for path in terminal.app_home.rglob("*")
        if path.is_file()
    )


@pytest.mark.skipif(sys.platform == "win32", reason="no start times")
def test_the_prompt_cache_of_a_running_session_is_reported(
    terminal: Terminal,
) -> None:
    """The status line's own JSON, and a session without a report."""
    now_ms = time.time_ns() // 10**6
    for session_id in ("a-1", "b-1"):
        line = make_line(
            message=session_id,
            timestamp=format_iso_ms(now_ms - 60_000),
            sessionId=session_id,
            cwd="/home/ada/shop",
            usage={
                "cache_read_input_tokens": 50_000,
                "cache_creation_input_tokens": 3_000,
                "cache_creation": {"ephemeral_1h_input_tokens": 3_000},
            },
        )
        terminal.claude.append(line, name=f"{session_id}.jsonl")
    expires = now_ms // 1000 + 240
    payload = {
        "session_id": "a-1",
        "transcript_path": f"{terminal.claude.path}/projects/x/a-1.jsonl",
        "prompt_cache": {
            "warm": True,
            "ttl": "5m",
            "expires_at": expires,
            "recache_tokens_if_cold": 217_000,
        },
    }
    subprocess.run(
        [sys.executable, "-m", "claude_tray", "statusline"],
        input=json.dumps(payload).encode(),
        check=True,
        capture_output=True,
    )
    with (
        StandInSession(
            terminal.claude.path, "a-1", "/home/ada/shop", "one"
        ) as a,
        StandInSession(
            terminal.claude.path, "b-1", "/home/ada/shop", "two"
        ) as b,
    ):
        a.write("idle")
        b.write("idle")
        listed = terminal.run("live", "--json").json
        text = terminal.run("live").out
        status = terminal.run("status").out

    caches = {s["session_id"]: s["prompt_cache"] for s in listed["sessions"]}
    assert caches["a-1"] == {
        "is_warm": True,
        "expires_at": format_iso_ms(expires * 1000),
        "is_reported": True,
        "wake_tokens": 217_000,
        "wake_points": None,
        "wake_points_error": None,
    }
    assert not caches["b-1"]["is_reported"]
    assert caches["b-1"]["wake_tokens"] == 53_010
    assert caches["b-1"]["expires_at"] == format_iso_ms(
        now_ms - 60_000 + 3_600_000
    )
    flat = " ".join(text.split())
    assert (
        "one: Prompt cache goes cold in 4m: waking it takes 217K tokens"
    ) in flat
    assert "two: Prompt cache probably goes cold in 59m" in flat
    # The one that goes cold next.
    assert status.count("Prompt cache") == 1
    assert "one: Prompt cache goes cold in 4m: waking it takes 217K" in status
