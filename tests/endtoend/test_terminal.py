"""Run the installed program without a desktop."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claude_tray.config.writer import save_settings
from tests.support.builders import MODEL, ClaudeFolder, make_line

if TYPE_CHECKING:
    from collections.abc import Iterator


pytestmark = pytest.mark.skipif(
    sys.platform == "win32",
    reason="ends by SIGTERM",
)


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeFolder:
    return ClaudeFolder(tmp_path / "claude")


@pytest.fixture
def program(
    tmp_path: Path,
    claude: ClaudeFolder,
) -> Iterator[subprocess.Popen[str]]:
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "CLAUDE_TRAY_HOME": str(tmp_path / "own"),
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere",
    }
    claude.append(_make_line_now("msg_1"))
    process = subprocess.Popen(
        [sys.executable, "-m", "claude_tray"],
        cwd=Path(__file__).parents[2],
        env={**variables, "CLAUDE_PATH": str(claude.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def _make_line_now(message: str) -> bytes:
    timestamp = datetime.now(UTC) - timedelta(minutes=5)
    return make_line(message=message, timestamp=timestamp.isoformat())


def test_without_a_desktop_the_terminal_shows_lines(
    program: subprocess.Popen[str],
    claude: ClaudeFolder,
) -> None:
    assert program.stderr is not None
    assert program.stdout is not None

    sentence = program.stderr.readline()
    while "15 tokens" not in (line := program.stdout.readline()):
        pass
    claude.append(_make_line_now("msg_2"))
    while "30 tokens" not in (line := program.stdout.readline()):
        pass

    assert "Showing usage here instead" in sentence
    # 5 minutes after the window's start, or later on a busy machine.
    found = re.search(r"Claude Code: 4h (\d+)m left", line)
    assert found is not None
    assert int(found[1]) <= 55
    program.send_signal(signal.SIGTERM)
    assert program.wait(60) == 0
    assert program.stderr.read() == ""


def test_a_changed_price_applies_immediately(
    program: subprocess.Popen[str],
    tmp_path: Path,
) -> None:
    assert program.stdout is not None
    while "15 tokens" not in program.stdout.readline():
        pass

    save_settings(
        tmp_path / "own" / "config" / "settings.toml",
        {"prices": {MODEL: {"input": 1_000_000, "output": 0}}},
    )

    while "$10.00" not in program.stdout.readline():
        pass
    program.send_signal(signal.SIGTERM)
    assert program.wait(60) == 0
