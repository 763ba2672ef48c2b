"""Revoke permissions: report it, and resume once they are restored."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import ClaudeFolder, make_line
from tests.support.sandbox import ProgramSandbox, read_until, write_sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime


pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="setpriv is Linux's"),
    pytest.mark.skipif(
        not hasattr(os, "geteuid") or os.geteuid() != 0,
        reason="only root may become another user",
    ),
]


@pytest.fixture
def sandbox() -> Iterator[ProgramSandbox]:
    """A sandbox that another user may enter, unlike pytest's folders."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        path.chmod(0o755)
        sandbox = ProgramSandbox(path, ClaudeFolder(path / "claude"))
        yield sandbox
        sandbox.kill_all()


@pytest.fixture
def nobody() -> list[str]:
    """Return the prefix that runs a command as an unprivileged user."""
    prefix = ["setpriv", "--reuid", "65534", "--regid", "65534"]
    prefix += ["--clear-groups"]
    tried = subprocess.run(
        [*prefix, sys.executable, "-c", "import msgspec"],
        capture_output=True,
        check=False,
    )
    if tried.returncode:
        pytest.skip("this Python is not another user's to run")
    return prefix


def _give_to_nobody(*paths: Path) -> None:
    for path in paths:
        subprocess.run(["chown", "-R", "65534:65534", path], check=True)


def test_a_revoked_and_restored_permission(
    sandbox: ProgramSandbox,
    nobody: list[str],
) -> None:
    write_sessions(sandbox.claude, sessions=2, replies=5)
    _give_to_nobody(sandbox.folder, sandbox.claude.path)
    secret = sandbox.claude.transcript_path("session-1.jsonl", "-home-ada-p1")

    secret.chmod(0)
    lost = sandbox.run("refresh", "--json", wrapper=nobody)
    secret.chmod(0o600)
    back = sandbox.run("refresh", "--json", wrapper=nobody)
    sandbox.claude.projects.chmod(0)
    blocked = sandbox.run("refresh", "--json", wrapper=nobody)
    sandbox.claude.projects.chmod(0o700)

    assert '"messages_added": 5' in lost.stdout
    assert "session-1.jsonl: permission denied." in lost.stderr
    assert '"messages_added": 5' in back.stdout
    assert back.stderr == ""
    assert "cannot be read" in blocked.stderr
    assert "Traceback" not in lost.stderr + blocked.stderr
    assert len(sandbox.dump_store()["message"]) == 10


def test_a_folder_without_execute_permission_is_reported(
    sandbox: ProgramSandbox,
    nobody: list[str],
) -> None:
    write_sessions(sandbox.claude, sessions=2, replies=5)
    _give_to_nobody(sandbox.folder, sandbox.claude.path)
    sandbox.run("refresh", wrapper=nobody)
    folder = sandbox.claude.projects / "-home-ada-p1"
    sandbox.claude.append(
        make_line(), name="session-1.jsonl", project=folder.name
    )

    folder.chmod(0o444)
    blocked = sandbox.run("refresh", "--json", wrapper=nobody)
    folder.chmod(0o700)
    back = sandbox.run("refresh", "--json", wrapper=nobody)

    assert f"{folder}/session-1.jsonl: cannot be read." in blocked.stderr
    # The read position survived.
    assert f'"bytes_read": {len(make_line())},' in back.stdout


def test_a_damaged_store_in_a_read_only_folder_is_reported(
    sandbox: ProgramSandbox,
    nobody: list[str],
    minutes_ago: Callable[[int], datetime],
) -> None:
    sandbox.claude.append(make_line(timestamp=minutes_ago(5).isoformat()))
    sandbox.refresh()
    sandbox.store.write_bytes(b"harmed" * 5_000)
    _give_to_nobody(sandbox.folder, sandbox.claude.path)

    sandbox.store.parent.chmod(0o500)
    result = sandbox.run("status", wrapper=nobody)
    follower = sandbox.start("--no-tray", wrapper=nobody)
    read_until(follower, "is damaged and cannot be moved away")
    sandbox.store.parent.chmod(0o700)
    read_until(follower, "15 tokens")
    follower.send_signal(signal.SIGTERM)
    _, err = follower.communicate(timeout=20)

    assert result.returncode == 1
    assert f"you can write to {sandbox.store.parent}." in result.stderr
    assert "Traceback" not in result.stderr + err
    assert len(list(sandbox.store.parent.glob("usage.db.corrupt-*"))) == 1


def test_a_read_only_store_is_reported(
    sandbox: ProgramSandbox,
    nobody: list[str],
) -> None:
    sandbox.claude.append(make_line())
    sandbox.refresh()
    _give_to_nobody(sandbox.folder, sandbox.claude.path)

    sandbox.store.chmod(0o400)
    sandbox.claude.append(make_line(message="msg_2"))
    result = sandbox.run("refresh", wrapper=nobody)

    assert result.returncode == 1
    assert "readonly" in result.stderr
    assert "Check that you can write to it and its folder." in result.stderr
