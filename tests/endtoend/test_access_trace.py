"""Trace a whole session: the files it opens and the hosts it calls."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import ClaudeFolder, make_line
from tests.support.desktop import (
    VirtualDesktop,
    find_missing_programs,
    wait_until,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("claude-tray")
TIMEOUT_SECONDS = 60
# Prints every event of Python's audit hooks, from inside the process.
AUDIT_HOOK = """
import os, sys
log = os.open(os.environ["TRACE"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
told = ("open", "socket.connect", "socket.sendto", "socket.getaddrinfo")
def hear(event, arguments):
    if event in told:
        os.write(log, (event + " " + repr(arguments) + "\\n").encode())
sys.addaudithook(hear)
from claude_tray.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def _can_trace() -> bool:
    if shutil.which("strace") is None:
        return False
    done = subprocess.run(
        ["strace", "-o", os.devnull, "true"],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeFolder:
    """A Claude folder with credentials, which must not be opened."""
    claude = ClaudeFolder(tmp_path / "claude")
    for name, content in (
        (".credentials.json", {"claudeAiOauth": "made up"}),
        (".claude.json", {"oauthAccount": {"accountUuid": "a-1"}}),
        ("settings.json", {"cleanupPeriodDays": 30}),
    ):
        (claude.path / name).write_text(json.dumps(content))
    claude.append(_make_line_now("msg_1"))
    return claude


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[VirtualDesktop]:
    with VirtualDesktop(tmp_path) as desktop:
        yield desktop


def _make_line_now(message: str) -> bytes:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return make_line(message=message, timestamp=now)


def _run_statusline(
    command: list[str], claude: ClaudeFolder, env: dict[str, str]
) -> None:
    """Run the statusline with a payload, as Claude Code does."""
    limit = {"used_percentage": 38, "resets_at": int(time.time()) + 7200}
    payload = {
        "session_id": "s-1",
        "transcript_path": str(claude.projects / "p" / "s-1.jsonl"),
        "rate_limits": {"five_hour": limit},
    }
    subprocess.run(
        [*command, "statusline"],
        input=json.dumps(payload).encode(),
        env=env,
        check=True,
        capture_output=True,
        timeout=TIMEOUT_SECONDS,
    )


def _exercise_tray(
    command: list[str], claude: ClaudeFolder, env: dict[str, str]
) -> None:
    """Use a running tray as users do; quit it."""
    flag = ["--claude-path", str(claude.path)]

    def run_command(*args: str) -> str:
        return subprocess.run(
            [*command, *args, *flag],
            env=env,
            check=True,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
        ).stdout

    def read_used_percentage() -> object:
        (profile,) = json.loads(run_command("status", "--json"))["profiles"]
        return profile["window"] and profile["window"]["used_percentage"]

    claude.append(_make_line_now("msg_2"))
    _run_statusline(command, claude, env)
    wait_until(lambda: read_used_percentage() == 38, TIMEOUT_SECONDS)
    stats = json.loads(run_command("stats", "--json"))
    assert stats["total_messages"] == 2
    run_command("--quit")


def test_the_program_opens_no_credentials_and_no_connection(
    tmp_path: Path,
    claude: ClaudeFolder,
) -> None:
    trace = tmp_path / "trace"
    env = {
        **os.environ,
        "CLAUDE_TRAY_HOME": str(tmp_path / "own"),
        "PYTHONPATH": str(ROOT),
        "TRACE": str(trace),
    }
    command = [sys.executable, "-c", AUDIT_HOOK]
    process = subprocess.Popen(
        [*command, "--no-tray", "--claude-path", str(claude.path)],
        env=env,
        stdout=subprocess.DEVNULL,
    )
    socket_path = tmp_path / "own" / "state" / "instance.door"
    wait_until(socket_path.exists, TIMEOUT_SECONDS)

    _exercise_tray(command, claude, env)

    assert process.wait(TIMEOUT_SECONDS) == 0
    trace_lines = trace.read_text()
    assert "session-a.jsonl" in trace_lines
    assert ".claude.json" in trace_lines
    assert ".credentials.json" not in trace_lines
    assert "getaddrinfo" not in trace_lines
    # On Windows, the tray's own socket is a network socket.
    hosts = set(
        re.findall(r"^socket.*\('([^']+)', \d+", trace_lines, re.MULTILINE)
    )
    assert hosts <= ({"127.0.0.1"} if sys.platform == "win32" else set())


@pytest.mark.skipif(sys.platform != "linux", reason="strace is of Linux")
@pytest.mark.skipif(
    bool(find_missing_programs()), reason=f"lacks {find_missing_programs()}"
)
@pytest.mark.skipif(not PROGRAM.exists(), reason="not installed here")
@pytest.mark.skipif(not _can_trace(), reason="strace may not trace here")
def test_strace_agrees_for_a_tray_on_a_panel(
    tmp_path: Path,
    desktop: VirtualDesktop,
    claude: ClaudeFolder,
) -> None:
    trace = tmp_path / "trace"
    process = desktop.start(
        *("strace", "-f", "-qq", "-s", "4096", "-o", str(trace)),
        *("-e", "trace=%file,connect,sendto,sendmsg"),
        *(str(PROGRAM), "--claude-path", str(claude.path)),
    )
    wait_until(desktop.list_items, TIMEOUT_SECONDS)
    # A second start opens the popup of the first.
    desktop.run_command(str(PROGRAM), "--claude-path", str(claude.path))
    wait_until(lambda: b"ui.__main__" in trace.read_bytes(), TIMEOUT_SECONDS)

    _exercise_tray([str(PROGRAM)], claude, desktop.env)

    assert process.wait(TIMEOUT_SECONDS) == 0
    trace_text = trace.read_text(errors="replace")
    assert "session-a.jsonl" in trace_text
    assert ".claude.json" in trace_text
    assert "usage.db" in trace_text
    assert ".credentials.json" not in trace_text
    network = [
        line for line in trace_text.splitlines() if "sa_family=AF_INET" in line
    ]
    assert network == []
