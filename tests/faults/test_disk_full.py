"""Fill the disk: report it, lose nothing and resume without a restart."""

from __future__ import annotations

import json
import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import make_line
from tests.support.sandbox import ProgramSandbox, read_until, write_sessions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path


pytestmark = pytest.mark.usefixtures("namespaces")

# The program's files are on a disk of that size. A line on standard input makes
# the disk larger; at the end of the program, its content is copied.
_SMALL_DISK = """
own=$1 copy=$2 size=$3; shift 3
mkdir -p "$own" && mount -t tmpfs -o size="$size" none "$own" || exit 99
"$@" &
program=$!
read -r _
mount -o remount,size=64m none "$own"
trap 'kill $program' TERM
wait $program; status=$?
# The trapped signal interrupts the first wait. A copy made before the program
# has closed the store would be torn.
while kill -0 $program 2>/dev/null; do wait $program; status=$?; done
[ $# -gt 4 ] && { "$@"; status=$?; }
cp -r "$own/data" "$copy"
exit $status
"""

_FULL_STATE_DISK = """
own=$1; shift
mkdir -p "$own/state" && mount -t tmpfs -o size=8k none "$own/state" || exit 99
dd if=/dev/zero of="$own/state/all" bs=4k count=9 2>/dev/null
exec "$@"
"""
_FILLING_DISK = """
own=$1; shift
mkdir -p "$own" && mount -t tmpfs -o size=600k none "$own" || exit 99
$1 -m claude_tray refresh >"$own/told"
dd if=/dev/zero of="$own/all" bs=1k count=600 2>/dev/null
exec "$@"
"""


@pytest.fixture
def disk_copy(sandbox: ProgramSandbox) -> ProgramSandbox:
    """The content of the small disk."""
    return ProgramSandbox(sandbox.folder / "copy", sandbox.claude)


def _run_on_small_disk(
    sandbox: ProgramSandbox, disk_copy: ProgramSandbox, size: str
) -> list[str]:
    disk_copy.app_home.mkdir(parents=True)
    script = ["unshare", "-rm", "sh", "-c", _SMALL_DISK, "sh"]
    return [*script, str(sandbox.app_home), str(disk_copy.app_home), size]


def _load_expected(sandbox: ProgramSandbox, tmp_path: Path) -> object:
    clean_sandbox = ProgramSandbox(tmp_path / "other", sandbox.claude)
    clean_sandbox.refresh()
    return clean_sandbox.dump_store()


def test_a_load_reports_a_full_disk_and_completes_later(
    sandbox: ProgramSandbox,
    disk_copy: ProgramSandbox,
    tmp_path: Path,
) -> None:
    write_sessions(sandbox.claude, sessions=30, replies=100)

    with sandbox.start(
        "refresh",
        "--json",
        wrapper=_run_on_small_disk(sandbox, disk_copy, "300k"),
    ) as process:
        assert process.stderr is not None
        stderr_line = process.stderr.readline()
        out, err = process.communicate("more room\n", timeout=60)

    assert "disk is full" in stderr_line
    assert "Traceback" not in stderr_line + err
    assert process.returncode == 0, err
    assert '"messages_added": 3000' in out
    assert disk_copy.dump_store() == _load_expected(sandbox, tmp_path)


def test_stored_usage_is_shown_on_a_full_disk(
    sandbox: ProgramSandbox,
    minutes_ago: Callable[[int], datetime],
) -> None:
    sandbox.claude.append(make_line(timestamp=minutes_ago(5).isoformat()))
    within = [
        "unshare",
        "-rm",
        "sh",
        "-c",
        _FILLING_DISK,
        "sh",
        str(sandbox.app_home),
    ]

    shown = sandbox.run("status", wrapper=within)
    follower = sandbox.start("--no-tray", wrapper=within)
    line = read_until(follower, "disk is full")
    follower.send_signal(signal.SIGTERM)
    follower.communicate(timeout=20)

    assert shown.returncode == 0
    assert "The output may be out of date." in shown.stderr
    assert "15 tokens" in shown.stdout
    assert "15 tokens" in line


def test_a_full_state_folder_does_not_stop_the_program(
    sandbox: ProgramSandbox,
    minutes_ago: Callable[[int], datetime],
) -> None:
    """The store is on another disk, which is not full."""
    sandbox.claude.append(make_line(timestamp=minutes_ago(5).isoformat()))
    process = sandbox.start(
        "--no-tray",
        wrapper=[
            "unshare",
            "-rm",
            "sh",
            "-c",
            _FULL_STATE_DISK,
            "sh",
            str(sandbox.app_home),
        ],
    )
    read_until(process, "15 tokens")
    sandbox.claude.append(
        make_line(message="msg_2", timestamp=minutes_ago(4).isoformat()),
    )
    read_until(process, "30 tokens")

    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=20)

    assert process.returncode == 0
    assert err == ""


def test_a_running_program_resumes_when_space_is_free(
    sandbox: ProgramSandbox,
    disk_copy: ProgramSandbox,
    tmp_path: Path,
    minutes_ago: Callable[[int], datetime],
) -> None:
    sandbox.claude.append(make_line(timestamp=minutes_ago(5).isoformat()))
    process = sandbox.start(
        "--no-tray", wrapper=_run_on_small_disk(sandbox, disk_copy, "600k")
    )
    read_until(process, "15 tokens")

    sandbox.claude.append(
        *(
            make_line(
                message=f"msg_{n}",
                timestamp=minutes_ago(4).isoformat(),
                requestId="r" * 400,
            )
            for n in range(2, 1_002)
        ),
    )
    read_until(process, "disk is full")
    assert process.stdin is not None
    process.stdin.write("more room\n")
    process.stdin.flush()
    line = read_until(process, "15.0K tokens")

    assert "disk is full" not in line
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert disk_copy.dump_store() == _load_expected(sandbox, tmp_path)
    shutil.rmtree(disk_copy.folder)


_FULL_FROM_THE_START = """
own=$1; shift
mkdir -p "$own" && mount -t tmpfs -o size=300k none "$own" || exit 99
"$@"; echo "$?" >&2
for command in "stats --json" "doctor --json"; do
    $1 -m claude_tray $command; echo "$?" >&2
done
"""


def test_a_full_disk_is_a_failure_that_scripts_see(
    sandbox: ProgramSandbox,
) -> None:
    write_sessions(sandbox.claude, sessions=30, replies=100)
    wrapper = ["unshare", "-rm", "sh", "-c", _FULL_FROM_THE_START, "sh"]

    done = sandbox.run(
        "refresh", "--json", wrapper=[*wrapper, str(sandbox.app_home)]
    )

    statuses = [int(s) for s in done.stderr.splitlines() if s.isdecimal()]
    decoder, outputs, rest = json.JSONDecoder(), [], done.stdout
    while rest := rest.lstrip():
        value, end = decoder.raw_decode(rest)
        outputs.append(value)
        rest = rest[end:]
    refresh, stats, doctor = outputs
    assert statuses == [1, 1, 1]
    assert refresh["complete"] is False
    assert stats["complete"] is False
    assert doctor["writable"] is False
    assert "Traceback" not in done.stderr
