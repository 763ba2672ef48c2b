"""What may not be read or written: told, and gone on with once it may."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import ClaudeFolder, a_line
from tests.support.home import Home, until, write_sessions

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
def home() -> Iterator[Home]:
    """Where another user comes in; pytest keeps its own folders shut."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        path.chmod(0o755)
        home = Home(path, ClaudeFolder(path / "claude"))
        yield home
        home.end()


@pytest.fixture
def nobody() -> list[str]:
    """What runs a command as a user whom permissions hold."""
    words = ["setpriv", "--reuid", "65534", "--regid", "65534"]
    words += ["--clear-groups"]
    tried = subprocess.run(
        [*words, sys.executable, "-c", "import msgspec"],
        capture_output=True,
        check=False,
    )
    if tried.returncode:
        pytest.skip("this Python is not another user's to run")
    return words


def _give(*paths: Path) -> None:
    for path in paths:
        subprocess.run(["chown", "-R", "65534:65534", path], check=True)


def test_a_permission_that_is_lost_and_given_back(
    home: Home,
    nobody: list[str],
) -> None:
    write_sessions(home.claude, sessions=2, replies=5)
    _give(home.folder, home.claude.path)
    secret = home.claude.file("session-1.jsonl", "-home-ada-p1")

    secret.chmod(0)
    lost = home.run("refresh", "--json", within=nobody)
    secret.chmod(0o600)
    back = home.run("refresh", "--json", within=nobody)
    home.claude.projects.chmod(0)
    shut = home.run("refresh", "--json", within=nobody)
    home.claude.projects.chmod(0o700)

    assert '"messages_added": 5' in lost.stdout
    assert "session-1.jsonl: permission denied." in lost.stderr
    assert '"messages_added": 5' in back.stdout
    assert back.stderr == ""
    assert "cannot be read" in shut.stderr
    assert "Traceback" not in lost.stderr + shut.stderr
    assert len(home.contents()["message"]) == 10


def test_a_folder_that_lists_its_files_and_shows_none_is_told(
    home: Home,
    nobody: list[str],
) -> None:
    write_sessions(home.claude, sessions=2, replies=5)
    _give(home.folder, home.claude.path)
    home.run("refresh", within=nobody)
    folder = home.claude.projects / "-home-ada-p1"
    home.claude.append(a_line(), name="session-1.jsonl", project=folder.name)

    folder.chmod(0o444)
    shut = home.run("refresh", "--json", within=nobody)
    folder.chmod(0o700)
    back = home.run("refresh", "--json", within=nobody)

    assert f"{folder}/session-1.jsonl: cannot be read." in shut.stderr
    # It was not forgotten how far the file had been read.
    assert f'"bytes_read": {len(a_line())},' in back.stdout


def test_a_damaged_store_in_a_folder_that_lets_nothing_go_is_told(
    home: Home,
    nobody: list[str],
    recently: Callable[[int], datetime],
) -> None:
    home.claude.append(a_line(timestamp=recently(5).isoformat()))
    home.refresh()
    home.store.write_bytes(b"harmed" * 5_000)
    _give(home.folder, home.claude.path)

    home.store.parent.chmod(0o500)
    told = home.run("status", within=nobody)
    follower = home.start("--no-tray", within=nobody)
    until(follower, "is damaged and cannot be set aside")
    home.store.parent.chmod(0o700)
    until(follower, "15 tokens")
    follower.send_signal(signal.SIGTERM)
    _, err = follower.communicate(timeout=20)

    assert told.returncode == 1
    assert f"you may write {home.store.parent}." in told.stderr
    assert "Traceback" not in told.stderr + err
    assert len(list(home.store.parent.glob("usage.db.corrupt-*"))) == 1


def test_a_store_that_may_not_be_written_says_so(
    home: Home,
    nobody: list[str],
) -> None:
    home.claude.append(a_line())
    home.refresh()
    _give(home.folder, home.claude.path)

    home.store.chmod(0o400)
    home.claude.append(a_line(message="msg_2"))
    told = home.run("refresh", within=nobody)

    assert told.returncode == 1
    assert "readonly" in told.stderr
    assert "Look whether you may write it and its folder." in told.stderr
