"""Very many files, very long lines, and the end in the midst of it all."""

from __future__ import annotations

import random
import signal
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import a_line
from tests.support.doses import is_long
from tests.support.home import Home, ended, is_sound, until, write_sessions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    sys.platform == "win32",
    reason="Windows does not tell what one process used",
)
_LINE_MB = 700 if is_long() else 100
_FILES = 50_000 if is_long() else 5_000
_SESSIONS = 10_000 if is_long() else 2_000


# A child counts the memory of who started it as its own; this one has little.
_MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(peak // 1024, file=sys.stderr)
sys.exit(done.returncode)
"""


def _measured(home: Home, *words: str) -> tuple[str, int]:
    """Run a command; return its output and the MiB it held at most."""
    done = home.run(*words, within=[sys.executable, "-c", _MEASURE])
    assert done.returncode == 0, done.stderr
    return done.stdout, int(done.stderr)


def test_a_line_without_end_is_passed_over_in_little_memory(
    home: Home,
) -> None:
    path = home.claude.append(a_line(message="msg_1"))
    with path.open("ab") as file:
        file.write(b'{"type":"assistant","x":"')
        for _ in range(_LINE_MB):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n')
        file.write(a_line(message="msg_2"))

    answer, peak = _measured(home, "refresh", "--json")

    assert '"too_long": 1' in answer
    assert '"messages_added": 2' in answer
    assert peak <= 60
    path.unlink()


def test_one_session_without_end_is_read_in_little_memory_and_left_soon(
    home: Home,
    tmp_path: Path,
) -> None:
    lines = 300_000 if is_long() else 45_000
    one = a_line(message="msg_#", pad="x" * 900)
    with home.claude.file().open("wb") as file:
        for number in range(lines):
            file.write(one.replace(b"msg_#", b"msg_%d" % number))
    other = Home(tmp_path / "other", home.claude)

    follower = other.start("--no-tray")
    until(follower, "reading")
    took, _ = ended(follower)
    answer, peak = _measured(home, "refresh", "--json")

    assert follower.returncode == 0
    assert took < 2
    assert '"files_read": 1' in answer
    assert f'"messages_added": {lines}' in answer
    assert peak <= 60
    other.refresh()
    assert other.contents() == home.contents()


def test_very_many_files_and_sessions(home: Home) -> None:
    for number in range(_SESSIONS):
        home.claude.append(
            a_line(message=f"msg_{number}", sessionId=f"s{number}"),
            name=f"s{number}.jsonl",
            project=f"-home-ada-p{number % 50}",
        )
    for number in range(_FILES - _SESSIONS):
        home.claude.append(
            a_line(
                message=f"msg_sub_{number}",
                sessionId=f"s{number % _SESSIONS}",
                isSidechain=True,
            ),
            name=f"s{number % _SESSIONS}/subagents/agent-{number}.jsonl",
            project=f"-home-ada-p{number % _SESSIONS % 50}",
        )

    _, peak = _measured(home, "refresh", "--json")
    assert home.refresh()["files_read"] == 0
    sessions = home.run("sessions", "--json")

    assert is_sound(home.store)
    assert len(home.contents()["message"]) == _FILES
    assert len(home.contents()["session"]) == _SESSIONS
    assert sessions.returncode == 0
    assert peak <= (85 if is_long() else 60)


def test_the_end_in_the_midst_of_a_first_load_takes_no_second(
    home: Home,
    tmp_path: Path,
) -> None:
    write_sessions(home.claude, sessions=60, replies=40, filler=40_000)
    chance = random.Random(4)
    took = []
    for _ in range(8 if is_long() else 3):
        process = home.start("--no-tray")
        until(process, " ")
        time.sleep(chance.uniform(0, 0.4))
        seconds, err = ended(process)
        took.append(seconds)

        assert process.returncode == 0
        assert "Traceback" not in err
        assert is_sound(home.store)

    # Others use the machine too: they may be in the way, but not each time.
    assert median(took) <= 1
    assert max(took) < 3

    home.refresh()
    other = Home(tmp_path / "other", home.claude)
    other.refresh()
    assert home.contents() == other.contents()


def test_many_files_that_grow_at_once_are_followed_to_the_last(
    home: Home,
    recently: Callable[[int], datetime],
) -> None:
    moment = recently(5).isoformat()
    home.claude.append(a_line(message="msg_0", timestamp=moment))
    process = home.start("--no-tray")
    until(process, "15 tokens")
    for number in range(1, 200):
        home.claude.append(
            a_line(message=f"msg_{number}", timestamp=moment),
            name=f"s{number % 9}.jsonl",
        )
    home.claude.append(a_line("09:00", "end", 996_995, timestamp=moment))
    until(process, "1.0M tokens")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)

    assert len(home.contents()["message"]) == 201
