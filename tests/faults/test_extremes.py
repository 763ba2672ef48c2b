"""Read very many files and very long lines, and interrupt a load."""

from __future__ import annotations

import random
import signal
import sys
import time
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
from tests.support.workload import is_long_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path


pytestmark = pytest.mark.skipif(
    sys.platform == "win32",
    reason="Windows does not tell what one process used",
)
_LONG_LINE_MB = 700 if is_long_run() else 100
_FILE_COUNT = 50_000 if is_long_run() else 5_000
_SESSION_COUNT = 10_000 if is_long_run() else 2_000


# A child inherits the peak memory of its parent, so start it from a small one.
_MEASURE_SCRIPT = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(peak // 1024, file=sys.stderr)
sys.exit(done.returncode)
"""


def _run_and_measure(sandbox: ProgramSandbox, *args: str) -> tuple[str, int]:
    """Run a command; return its output and peak memory in MiB."""
    done = sandbox.run(*args, wrapper=[sys.executable, "-c", _MEASURE_SCRIPT])
    assert done.returncode == 0, done.stderr
    return done.stdout, int(done.stderr)


def test_an_endless_line_is_skipped_in_little_memory(
    sandbox: ProgramSandbox,
) -> None:
    path = sandbox.claude.append(make_line(message="msg_1"))
    with path.open("ab") as file:
        file.write(b'{"type":"assistant","x":"')
        for _ in range(_LONG_LINE_MB):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n')
        file.write(make_line(message="msg_2"))

    result, peak = _run_and_measure(sandbox, "refresh", "--json")

    assert '"too_long": 1' in result
    assert '"messages_added": 2' in result
    assert peak <= 60
    path.unlink()


def test_a_huge_session_is_read_in_little_memory_and_can_be_interrupted(
    sandbox: ProgramSandbox,
    tmp_path: Path,
) -> None:
    lines = 300_000 if is_long_run() else 45_000
    one = make_line(message="msg_#", pad="x" * 900)
    with sandbox.claude.transcript_path().open("wb") as file:
        for number in range(lines):
            file.write(one.replace(b"msg_#", b"msg_%d" % number))
    other = ProgramSandbox(tmp_path / "other", sandbox.claude)

    follower = other.start("--no-tray")
    read_until(follower, "Reading")
    terminate(follower)
    result, peak = _run_and_measure(sandbox, "refresh", "--json")

    assert follower.returncode == 0
    assert '"files_read": 1' in result
    assert f'"messages_added": {lines}' in result
    assert peak <= 60
    other.refresh()
    assert other.dump_store() == sandbox.dump_store()


def test_very_many_files_and_sessions(sandbox: ProgramSandbox) -> None:
    for number in range(_SESSION_COUNT):
        sandbox.claude.append(
            make_line(message=f"msg_{number}", sessionId=f"s{number}"),
            name=f"s{number}.jsonl",
            project=f"-home-ada-p{number % 50}",
        )
    for number in range(_FILE_COUNT - _SESSION_COUNT):
        sandbox.claude.append(
            make_line(
                message=f"msg_sub_{number}",
                sessionId=f"s{number % _SESSION_COUNT}",
                isSidechain=True,
            ),
            name=f"s{number % _SESSION_COUNT}/subagents/agent-{number}.jsonl",
            project=f"-home-ada-p{number % _SESSION_COUNT % 50}",
        )

    _, peak = _run_and_measure(sandbox, "refresh", "--json")
    assert sandbox.refresh()["files_read"] == 0
    sessions = sandbox.run("sessions", "--json")

    assert is_consistent(sandbox.store)
    assert len(sandbox.dump_store()["message"]) == _FILE_COUNT
    assert len(sandbox.dump_store()["session"]) == _SESSION_COUNT
    assert sessions.returncode == 0
    assert peak <= (85 if is_long_run() else 60)


def test_a_first_load_can_be_interrupted(
    sandbox: ProgramSandbox,
    tmp_path: Path,
) -> None:
    write_sessions(sandbox.claude, sessions=60, replies=40, filler=40_000)
    rng = random.Random(4)
    for _ in range(8 if is_long_run() else 3):
        process = sandbox.start("--no-tray")
        read_until(process, " ")
        time.sleep(rng.uniform(0, 0.4))
        err = terminate(process)

        assert process.returncode == 0
        assert "Traceback" not in err
        assert is_consistent(sandbox.store)

    sandbox.refresh()
    other = ProgramSandbox(tmp_path / "other", sandbox.claude)
    other.refresh()
    assert sandbox.dump_store() == other.dump_store()


def test_many_files_that_grow_at_once_are_followed(
    sandbox: ProgramSandbox,
    minutes_ago: Callable[[int], datetime],
) -> None:
    timestamp = minutes_ago(5).isoformat()
    sandbox.claude.append(make_line(message="msg_0", timestamp=timestamp))
    process = sandbox.start("--no-tray")
    read_until(process, "15 tokens")
    for number in range(1, 200):
        sandbox.claude.append(
            make_line(message=f"msg_{number}", timestamp=timestamp),
            name=f"s{number % 9}.jsonl",
        )
    sandbox.claude.append(
        make_line("09:00", "end", 996_995, timestamp=timestamp)
    )
    read_until(process, "1.0M tokens")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)

    assert len(sandbox.dump_store()["message"]) == 201
