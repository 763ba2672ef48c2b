"""Several of the program, and other programs, at one store."""

from __future__ import annotations

import signal
import sqlite3
import sys
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import a_line
from tests.support.doses import dose, is_long
from tests.support.home import Home, ended, is_sound, until, write_sessions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    sys.platform == "win32",
    reason="SIGTERM is of POSIX",
)


def test_of_many_that_start_at_once_one_follows(
    home: Home,
    recently: Callable[[int], datetime],
) -> None:
    home.claude.append(a_line(timestamp=recently(5).isoformat()))
    for _ in range(dose(1)):
        together = [home.start("--no-tray") for _ in range(4)]
        while len(left := [p for p in together if p.poll() is None]) > 1:
            time.sleep(0.01)
        until(left[0], "15 tokens")
        left[0].send_signal(signal.SIGTERM)

        errors = [process.communicate(timeout=20)[1] for process in together]
        assert errors == [""] * 4
        assert [process.returncode for process in together] == [0] * 4


def test_commands_that_make_the_store_at_once_agree(home: Home) -> None:
    write_sessions(home.claude, sessions=5, replies=20)
    for _ in range(dose(1)):
        together = [
            home.start(name)
            for name in ("refresh", "stats", "daily", "sessions", "projects")
        ]

        errors = [process.communicate(timeout=60)[1] for process in together]

        assert errors == [""] * 5
        assert is_sound(home.store)
        assert len(home.contents()["message"]) == 100
        for path in home.store.parent.iterdir():
            path.unlink()


def test_a_store_that_another_program_holds_is_told_and_waited_for(
    home: Home,
    recently: Callable[[int], datetime],
) -> None:
    home.claude.append(a_line(timestamp=recently(5).isoformat()))
    home.refresh()
    home.claude.append(
        a_line(message="msg_2", timestamp=recently(4).isoformat()),
    )
    with closing(sqlite3.connect(home.store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ending = home.start("--no-tray")
        until(ending, "Another program holds the store")
        took, _ = ended(ending)
        follower = home.start("--no-tray")
        line = until(follower, "Another program holds the store")
        if is_long():
            # A command waits 20 seconds for whoever writes.
            shown = home.run("status")
            assert "What is shown may be old." in shown.stderr
            assert "15 tokens" in shown.stdout

    until(follower, "30 tokens")
    follower.send_signal(signal.SIGTERM)
    follower.communicate(timeout=20)
    assert took < 2
    assert "15 tokens" in line


def test_two_followers_and_commands_between_them_agree(
    home: Home,
    recently: Callable[[int], datetime],
    tmp_path: Path,
) -> None:
    """The second of a home gives way; one of another home reads too."""
    moment = recently(5).isoformat()
    other = Home(tmp_path / "second", home.claude)
    home.claude.append(a_line(timestamp=moment))
    first = home.start("--no-tray")
    until(first, "15 tokens")
    beside = other.start("--no-tray")
    until(beside, "15 tokens")

    second = home.run("--no-tray")
    lines = [
        a_line(message=f"msg_{n}", timestamp=moment) for n in range(2, 102)
    ]
    lines.append(a_line(message="msg_last", output=998_475, timestamp=moment))
    writing = threading.Thread(target=_write_slowly, args=(home, lines))
    writing.start()
    while writing.is_alive():
        assert home.run("refresh", "--json").returncode == 0
    writing.join()

    until(first, "1.0M tokens")
    until(beside, "1.0M tokens")
    for process in (first, beside):
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert second.returncode == 0
    assert is_sound(home.store)
    assert home.contents() == other.contents()
    other.end()


def _write_slowly(home: Home, lines: list[bytes]) -> None:
    for line in lines:
        home.claude.append(line)
        time.sleep(0.01)
