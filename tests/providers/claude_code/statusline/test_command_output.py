from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from claude_tray.providers.claude_code.statusline.backup import (
    StatuslineBackup,
    format_backups,
)

if sys.platform == "win32":
    pytest.skip("a POSIX shell's commands", allow_module_level=True)

import fcntl

from claude_tray.providers.claude_code.statusline import command_output

ROOT = Path(__file__).parents[4]
WAIT_SECONDS = 30.0


def is_locked(path: Path) -> bool:
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def wait_until_ended(state: Path) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while any(map(is_locked, (state / "statusline-cache").glob("*.run"))):
        assert time.monotonic() < end
        time.sleep(0.01)


def show(
    state: Path, command: str, stdin: bytes = b"", session: object = "s-1"
) -> bytes | None:
    return command_output.show_command_output(
        command, stdin, str(state), session
    )


def test_the_command_gets_the_same_input(tmp_path: Path) -> None:
    assert show(tmp_path, "cat", b'{"a": 1}') == b'{"a": 1}'


def test_output_of_a_failing_command_is_shown(tmp_path: Path) -> None:
    command = "echo hi; echo no >&2; exit 3"

    assert show(tmp_path, command) == b"hi\n"


def test_a_command_that_ignores_its_input_succeeds(tmp_path: Path) -> None:
    assert show(tmp_path, "echo hi", b"x" * 1_000_000) == b"hi\n"


def test_a_fast_command_shows_its_newest_output(tmp_path: Path) -> None:
    assert show(tmp_path, "cat", b"one") == b"one"
    wait_until_ended(tmp_path)

    assert show(tmp_path, "cat", b"two") == b"two"


def test_a_command_that_cannot_run_prints_nothing(tmp_path: Path) -> None:
    assert show(tmp_path, "not-a-command-of-this-world") == b""
    assert show(tmp_path, "a\0b") is None


def test_a_background_process_is_not_waited_for(tmp_path: Path) -> None:
    began = time.monotonic()

    assert show(tmp_path, "echo hi; sleep 5 &") == b"hi\n"
    assert time.monotonic() - began < 4


def test_a_slow_command_shows_its_last_output_at_once(tmp_path: Path) -> None:
    command = "cat; sleep 1"
    assert show(tmp_path, command, b"one") == b"one"
    wait_until_ended(tmp_path)

    began = time.monotonic()
    shown = show(tmp_path, command, b"two")
    seconds = time.monotonic() - began
    wait_until_ended(tmp_path)

    assert shown == b"one"
    assert seconds < 0.9
    (output,) = (tmp_path / "statusline-cache").glob("*.out")
    assert output.read_bytes() == b"two"


def test_the_newest_input_follows_the_command_that_runs(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    command = f"cat | tee -a {log}; sleep 0.5; echo started >> {log}"
    show(tmp_path, command, b"0 ")
    wait_until_ended(tmp_path)

    for number in range(1, 5):
        show(tmp_path, command, b"%d " % number)
    wait_until_ended(tmp_path)

    # One at a time, the last input last, and none of those between twice.
    runs = log.read_text().split("started\n")
    assert [runs[0], runs[1]] == ["0 ", "1 "]
    assert runs[-2] == "4 "
    assert len(runs) <= 6


def test_sessions_and_commands_have_their_own_output(tmp_path: Path) -> None:
    assert show(tmp_path, "cat", b"one", "s-1") == b"one"
    assert show(tmp_path, "cat", b"two", "s-2") == b"two"
    assert show(tmp_path, "cat; echo", b"three", "s-1") == b"three\n"
    assert show(tmp_path, "cat", b"four", "../../x") == b"four"
    assert {path.parent.name for path in tmp_path.rglob("*.out")} == {
        "statusline-cache"
    }


def test_the_number_of_commands_is_limited(tmp_path: Path) -> None:
    folder = tmp_path / "statusline-cache"
    folder.mkdir()
    with ExitStack() as locks:
        for number in range(16):
            file = (folder / f"other-{number}.run").open("w")
            locks.enter_context(file)
            fcntl.flock(file, fcntl.LOCK_EX)

        assert show(tmp_path, "echo hi") is None

    assert show(tmp_path, "echo hi") == b"hi\n"


@pytest.mark.parametrize("content", ["", "junk", "0", "1", "999999999"])
def test_a_file_of_an_ended_command_does_not_stop_the_next(
    tmp_path: Path, content: str
) -> None:
    assert show(tmp_path, "cat", b"one") == b"one"
    wait_until_ended(tmp_path)
    (mark,) = (tmp_path / "statusline-cache").glob("*.run")
    mark.write_text(content)
    os.utime(mark, (1, 1))

    assert show(tmp_path, "cat", b"two") == b"two"


@pytest.mark.parametrize("content", ["", "junk", "0", "1", "999999999"])
def test_only_a_command_of_ours_is_ended(tmp_path: Path, content: str) -> None:
    assert show(tmp_path, "cat", b"one") == b"one"
    wait_until_ended(tmp_path)
    (mark,) = (tmp_path / "statusline-cache").glob("*.run")
    mark.write_text(content)
    with mark.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.utime(mark, (1, 1))

        assert show(tmp_path, "cat", b"two") == b"one"


def test_a_command_that_hangs_is_replaced(tmp_path: Path) -> None:
    command = "cat; [ -e hang ] && exec sleep 600"
    show(tmp_path, f"cd {tmp_path}; {command}", b"one")
    wait_until_ended(tmp_path)
    (tmp_path / "hang").touch()
    show(tmp_path, f"cd {tmp_path}; {command}", b"two")
    (mark,) = (tmp_path / "statusline-cache").glob("*.run")
    hanging = int(mark.read_text())
    (tmp_path / "hang").unlink()
    os.utime(mark, (1, 1))

    shown = show(tmp_path, f"cd {tmp_path}; {command}", b"three")

    assert shown == b"three"
    # Its parent is this process, which a statusline's would not outlive.
    _, status = os.waitpid(hanging, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def test_a_folder_that_cannot_be_written_has_no_output(
    tmp_path: Path,
) -> None:
    (tmp_path / "statusline-cache").write_text("in the way")

    assert show(tmp_path, "echo hi") is None


def test_files_of_the_command_are_private(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        show(tmp_path, "umask; cat; sleep 1", b"secret")
    finally:
        os.umask(mask)

    folder = tmp_path / "statusline-cache"
    modes = set()
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            modes.add(path.stat().st_mode & 0o777)
    assert modes == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    wait_until_ended(tmp_path)
    (output,) = folder.glob("*.out")
    # The command itself has the mask of Claude Code.
    assert output.read_bytes() == b"0000\nsecret"


def save_command(home: Path, command: str) -> None:
    config = home / "config"
    config.mkdir()
    backup = StatuslineBackup("ours", "", command)
    (config / "statusline.json").write_bytes(
        format_backups({"/ana/.claude": backup})
    )


def run_statusline(home: Path) -> bytes:
    payload = {
        "session_id": "s-1",
        "transcript_path": "/ana/.claude/projects/-shop/s-1.jsonl",
    }
    done = subprocess.run(
        [sys.executable, "-m", "claude_tray", "statusline"],
        input=json.dumps(payload).encode(),
        capture_output=True,
        env={**os.environ, "CLAUDE_TRAY_HOME": str(home)},
        cwd=ROOT,
        check=True,
    )
    return done.stdout


def test_a_statusline_slower_than_a_second_is_shown(tmp_path: Path) -> None:
    """As `npx -y ccstatusline@latest`, which takes 2.2 seconds."""
    save_command(tmp_path, "sleep 1.4; echo MY-OWN-LINE")
    seconds = []

    for _ in range(3):
        began = time.monotonic()
        assert run_statusline(tmp_path) == b"MY-OWN-LINE\n"
        seconds.append(time.monotonic() - began)

    assert min(seconds[1:]) < 1.2
    wait_until_ended(tmp_path / "state")


def test_runs_of_one_session_at_the_same_time_show_its_output(
    tmp_path: Path,
) -> None:
    save_command(tmp_path, "sleep 0.2; echo mine")

    with ThreadPoolExecutor(6) as pool:
        shown = list(pool.map(run_statusline, [tmp_path] * 12))

    assert shown == [b"mine\n"] * 12
    wait_until_ended(tmp_path / "state")
