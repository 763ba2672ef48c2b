"""Use one store from several instances and other programs."""

from __future__ import annotations

import signal
import sqlite3
import sys
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import make_line
from tests.support.sandbox import (
    ProgramSandbox,
    is_consistent,
    read_until,
    terminate,
    write_sessions,
)
from tests.support.workload import is_long_run, scale_count

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path


pytestmark = pytest.mark.skipif(
    sys.platform == "win32",
    reason="SIGTERM is of POSIX",
)


def test_only_one_of_many_started_at_once_keeps_running(
    sandbox: ProgramSandbox,
    minutes_ago: Callable[[int], datetime],
) -> None:
    sandbox.claude.append(make_line(timestamp=minutes_ago(5).isoformat()))
    for _ in range(scale_count(1)):
        together = [sandbox.start("--no-tray") for _ in range(4)]
        while len(left := [p for p in together if p.poll() is None]) > 1:
            time.sleep(0.01)
        read_until(left[0], "15 tokens")
        left[0].send_signal(signal.SIGTERM)

        errors = [process.communicate(timeout=20)[1] for process in together]
        assert errors == [""] * 4
        assert [process.returncode for process in together] == [0] * 4


def test_commands_that_create_the_store_at_once_agree(
    sandbox: ProgramSandbox,
) -> None:
    write_sessions(sandbox.claude, sessions=5, replies=20)
    for _ in range(scale_count(1)):
        together = [
            sandbox.start(name)
            for name in ("refresh", "stats", "daily", "sessions", "projects")
        ]

        errors = [process.communicate(timeout=60)[1] for process in together]

        assert errors == [""] * 5
        assert is_consistent(sandbox.store)
        assert len(sandbox.dump_store()["message"]) == 100
        for path in sandbox.store.parent.iterdir():
            path.unlink()


def test_a_locked_store_is_reported_and_awaited(
    sandbox: ProgramSandbox,
    minutes_ago: Callable[[int], datetime],
) -> None:
    sandbox.claude.append(make_line(timestamp=minutes_ago(5).isoformat()))
    sandbox.refresh()
    sandbox.claude.append(
        make_line(message="msg_2", timestamp=minutes_ago(4).isoformat()),
    )
    with closing(
        sqlite3.connect(sandbox.store, isolation_level=None)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        last_process = sandbox.start("--no-tray")
        read_until(last_process, "Another program is using the database")
        terminate(last_process)
        follower = sandbox.start("--no-tray")
        line = read_until(follower, "Another program is using the database")
        if is_long_run():
            # A command waits 20 seconds for a writer.
            shown = sandbox.run("status")
            assert "The output may be out of date." in shown.stderr
            assert "15 tokens" in shown.stdout

    read_until(follower, "30 tokens")
    follower.send_signal(signal.SIGTERM)
    follower.communicate(timeout=20)
    assert "15 tokens" in line


def test_two_running_programs_and_commands_agree(
    sandbox: ProgramSandbox,
    minutes_ago: Callable[[int], datetime],
    tmp_path: Path,
) -> None:
    """A second instance of one home exits; another home's keeps running."""
    timestamp = minutes_ago(5).isoformat()
    other = ProgramSandbox(tmp_path / "second", sandbox.claude)
    sandbox.claude.append(make_line(timestamp=timestamp))
    first = sandbox.start("--no-tray")
    read_until(first, "15 tokens")
    beside = other.start("--no-tray")
    read_until(beside, "15 tokens")

    second = sandbox.run("--no-tray")
    lines = [
        make_line(message=f"msg_{n}", timestamp=timestamp)
        for n in range(2, 102)
    ]
    lines.append(
        make_line(message="msg_last", output=998_475, timestamp=timestamp)
    )
    writing = threading.Thread(target=_write_slowly, args=(sandbox, lines))
    writing.start()
    while writing.is_alive():
        assert sandbox.run("refresh", "--json").returncode == 0
    writing.join()

    read_until(first, "1.0M tokens")
    read_until(beside, "1.0M tokens")
    for process in (first, beside):
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert second.returncode == 0
    assert is_consistent(sandbox.store)
    assert sandbox.dump_store() == other.dump_store()
    other.kill_all()


def _write_slowly(sandbox: ProgramSandbox, lines: list[bytes]) -> None:
    for line in lines:
        sandbox.claude.append(line)
        time.sleep(0.01)
