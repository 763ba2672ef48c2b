from __future__ import annotations

import json
import logging
import os
import sys
import time
from typing import TYPE_CHECKING

import pytest

from claude_tray.app.notification_command import (
    NotificationCommand,
    load_command_failure,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the scripts are for a shell of Unix"
)


class Harness:
    """A runner of commands that are shell scripts."""

    def __init__(self, folder: Path, timeout: float) -> None:
        self.folder = folder
        self.state = folder / "state.json"
        self.command: tuple[str, ...] = ()
        self.runner = NotificationCommand(
            lambda: self.command, self.state, timeout
        )

    def use_script(self, text: str) -> None:
        path = self.folder / "script"
        path.write_text(f"#!/bin/sh\ncd {self.folder}\n{text}\n")
        path.chmod(0o700)
        self.command = (str(path), "--loud")

    def read(self, name: str) -> str:
        path = self.folder / name
        return path.read_text() if path.exists() else ""


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Harness]:
    harness = Harness(tmp_path, timeout=20)
    yield harness
    harness.runner.close()


def test_the_command_gets_data_and_arguments_but_no_token(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDE_USAGE_API_TOKEN", "secret")
    harness.use_script('{ cat; echo "$1"; env; } > part; mv part out')

    harness.runner.submit(b'{"kind": "ready"}\n')
    wait_until(lambda: harness.read("out"))

    assert harness.read("out").startswith('{"kind": "ready"}\n--loud\n')
    assert "secret" not in harness.read("out")


def test_commands_run_one_after_another(harness: Harness) -> None:
    harness.use_script(
        "[ -e busy ] && echo overlap >> out\n"
        "touch busy; sleep 0.05; cat >> out; rm busy"
    )

    for number in range(4):
        harness.runner.submit(f"{number}\n".encode())
    wait_until(lambda: harness.read("out").count("\n") == 4)

    assert harness.read("out") == "0\n1\n2\n3\n"


def test_a_command_that_reads_nothing_does_not_block(harness: Harness) -> None:
    harness.use_script("touch out")

    harness.runner.submit(b"x" * 1_000_000)

    wait_until((harness.folder / "out").exists)


def test_few_commands_wait_for_one_that_hangs(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    harness.use_script("touch started; sleep 60")
    harness.runner.submit(b"0")
    wait_until((harness.folder / "started").exists)

    with caplog.at_level(logging.WARNING):
        for _ in range(20):
            harness.runner.submit(b"1")

    assert "Too many notification commands are waiting" in caplog.text


def test_a_hanging_command_is_ended_with_its_children(tmp_path: Path) -> None:
    harness = Harness(tmp_path, timeout=0.5)
    harness.use_script("sleep 60 & echo $! > child; wait")

    harness.runner.submit(b"")
    wait_until(harness.state.exists)

    failure = load_command_failure(harness.state)
    assert failure is not None
    assert "was ended after" in failure.problem
    child = int(harness.read("child"))
    wait_until(lambda: not _is_running(child))


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    # A killed child that nobody has waited for yet.
    try:
        with open(f"/proc/{process_id}/stat") as file:  # noqa: PTH123
            return file.read().split()[2] != "Z"
    except OSError:
        return False


def test_a_failure_is_logged_once_and_kept_until_a_success(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    harness.use_script("echo >> runs; exit 3")
    with caplog.at_level(logging.WARNING):
        for number in (1, 2):
            harness.runner.submit(b"")
            wait_until(lambda: harness.read("runs").count("\n") == number)  # noqa: B023
            wait_until(harness.state.exists)
    failure = load_command_failure(harness.state)
    harness.use_script("exit 0")
    harness.runner.submit(b"")
    wait_until(lambda: not harness.state.exists())

    assert failure is not None
    assert failure.problem.startswith(
        "The notification command ended with status 3."
    )
    assert caplog.text.count("Notification command failed") == 1


def test_a_missing_program_is_a_failure(harness: Harness) -> None:
    harness.command = (str(harness.folder / "gone"),)

    harness.runner.submit(b"")
    wait_until(harness.state.exists)

    failure = load_command_failure(harness.state)
    assert failure is not None
    assert "There is no program" in failure.problem
    assert harness.state.stat().st_mode & 0o777 == 0o600


def test_closing_ends_a_command_that_runs(harness: Harness) -> None:
    harness.use_script("echo $$ > child; exec sleep 60")
    harness.runner.submit(b"")
    wait_until(lambda: harness.read("child"))

    harness.runner.close()
    harness.runner.submit(b"")

    wait_until(lambda: not _is_running(int(harness.read("child"))))
    assert load_command_failure(harness.state) is None


def test_nothing_is_started_without_a_command(harness: Harness) -> None:
    harness.runner.submit(b"")

    assert not harness.state.exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"problem": 1}', "\0"])
def test_a_broken_state_file_is_no_failure(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(text)

    assert load_command_failure(path) is None


def test_the_state_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text(json.dumps({"problem": "No.", "failed_at": 5}))

    assert load_command_failure(path) == ("No.", 5.0)
