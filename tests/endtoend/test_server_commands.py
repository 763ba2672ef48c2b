"""Run the server's commands before its first start."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.skipif(
    find_spec("django") is None,
    reason="needs claude-tray[server]",
)


def _run_command(
    home: Path,
    *args: str,
    stdin: str = "",
    **env: str,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "claude_tray", "server", *args],
        input=stdin,
        env={"CLAUDE_TRAY_HOME": str(home), "HOME": str(home)} | env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_users_and_tokens_can_be_created_before_the_first_start(
    tmp_path: Path,
) -> None:
    password = "correct horse battery staple"
    user = ("create-user", "ada", "--email", "ada@example.org")

    made = _run_command(tmp_path, *user, "--password-stdin", stdin=password)
    token = _run_command(
        tmp_path, "create-token", "ada", "--machine", "laptop"
    )

    assert (made.returncode, made.stderr) == (0, "")
    assert (token.returncode, token.stderr) == (0, "")
    assert token.stdout.strip()


def test_an_unreachable_database_is_one_sentence(
    tmp_path: Path,
) -> None:
    address = "postgres://ada:secret@127.0.0.1:1/none"

    result = _run_command(
        tmp_path, "create-token", "ada", DATABASE_URL=address
    )

    assert result.returncode == 1
    assert "Cannot use the server's database." in result.stderr
    assert "Traceback" not in result.stderr
    assert "secret" not in result.stderr
