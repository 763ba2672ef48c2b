"""Lose file events: notice it, report it once and stay correct."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import make_line
from tests.support.sandbox import ProgramSandbox, read_until
from tests.support.workload import is_long_run

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from datetime import datetime


pytestmark = pytest.mark.skipif(
    sys.platform != "linux",
    reason="the limits of inotify are Linux's",
)

_EVENT_QUEUE_LIMIT = Path("/proc/sys/fs/inotify/max_queued_events")


@pytest.fixture
def make_recent_line(
    minutes_ago: Callable[[int], datetime],
) -> Callable[[int], bytes]:
    timestamp = minutes_ago(5).isoformat()
    return lambda n: make_line(message=f"msg_{n}", timestamp=timestamp)


@pytest.fixture(autouse=True)
def _short_rescan_interval(sandbox: ProgramSandbox) -> None:
    sandbox.write_settings("[general]\nlook_every_seconds = 5\n")


def _stop_follower(
    sandbox: ProgramSandbox, process: subprocess.Popen[str]
) -> str:
    """Stop the program; return its log."""
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 0
    return "".join(
        path.read_text() for path in (sandbox.app_home / "state").glob("*.log")
    )


@pytest.mark.usefixtures("namespaces")
@pytest.mark.parametrize("limit", ["max_inotify_watches", "instances"])
def test_without_inotify_watches_rescans_continue(
    sandbox: ProgramSandbox,
    make_recent_line: Callable[[int], bytes],
    limit: str,
) -> None:
    name = limit if limit.startswith("max") else "max_inotify_instances"
    script = f'echo 2 > /proc/sys/user/{name}; exec "$@"'
    if limit == "instances":
        script = script.replace("2 >", "0 >")
    for number in range(6):
        sandbox.claude.append(
            make_recent_line(number), project=f"-home-ada-p{number}"
        )
    process = sandbox.start(
        "--no-tray",
        wrapper=["unshare", "-r", "sh", "-c", script, "sh"],
    )
    read_until(process, "90 tokens")

    for number in range(6, 12):
        sandbox.claude.append(
            make_recent_line(number), project=f"-home-ada-p{number - 6}"
        )
    read_until(process, "180 tokens")
    if is_long_run():
        sandbox.claude.append(make_recent_line(12), project="-home-ada-new")
        read_until(process, "195 tokens")

    log = _stop_follower(sandbox, process)
    assert log.count("Some changes raise no event") == 1


@pytest.mark.usefixtures("namespaces")
def test_the_doctor_reports_exhausted_watches(
    sandbox: ProgramSandbox,
    make_recent_line: Callable[[int], bytes],
) -> None:
    for number in range(6):
        sandbox.claude.append(
            make_recent_line(number), project=f"-home-ada-p{number}"
        )
    script = 'echo 3 > /proc/sys/user/max_inotify_watches; exec "$@"'
    within = ["unshare", "-r", "sh", "-c", script, "sh"]
    process = sandbox.start("--no-tray", wrapper=within)
    read_until(process, "90 tokens")

    result = sandbox.run(
        "doctor", wrapper=["nsenter", "-U", "-t", str(process.pid)]
    )

    _stop_follower(sandbox, process)
    assert result.returncode == 1
    assert "only 3 are watched; all are rescanned every 5" in result.stdout
    assert "sudo sysctl fs.inotify.max_user_watches=524288" in result.stdout


def test_a_queue_overflow_causes_a_rescan(
    sandbox: ProgramSandbox,
    make_recent_line: Callable[[int], bytes],
) -> None:
    if sys.platform == "win32":
        pytest.skip("no pipes there")
    sandbox.write_settings("[general]\nlook_every_seconds = 600\n")
    names = ("session-b.jsonl", "session-c.jsonl")
    for name in names:
        sandbox.claude.append(make_recent_line(1), name=name)
    process = sandbox.start("--no-tray")
    read_until(process, "15 tokens")

    process.send_signal(signal.SIGSTOP)
    most = int(_EVENT_QUEUE_LIMIT.read_text())
    with (
        sandbox.claude.transcript_path(names[0]).open(
            "ab", buffering=0
        ) as one,
        sandbox.claude.transcript_path(names[1]).open(
            "ab", buffering=0
        ) as other,
    ):
        # Alternate, because equal consecutive events are merged.
        for _ in range(most):
            one.write(b"{}\n")
            other.write(b"{}\n")
    sandbox.claude.append(make_recent_line(2), name="session-d.jsonl")
    process.send_signal(signal.SIGCONT)

    read_until(process, "30 tokens")
    process.send_signal(signal.SIGTERM)
    assert "overflow" not in process.communicate(timeout=20)[1]


def test_a_change_without_an_event_is_found(
    sandbox: ProgramSandbox,
    make_recent_line: Callable[[int], bytes],
) -> None:
    path = sandbox.claude.append(make_recent_line(1))
    # Written through another name, as on a share by another machine.
    beside = sandbox.folder / "beside.jsonl"
    os.link(path, beside)
    process = sandbox.start("--no-tray")
    read_until(process, "15 tokens")

    for number in (2, 3, 4) if is_long_run() else (2,):
        with beside.open("ab") as file:
            file.write(make_recent_line(number))
        read_until(process, f"{15 * number} tokens")

    log = _stop_follower(sandbox, process)
    assert log.count("Rescan found changes without events") == 1


def test_a_root_that_appears_late_or_again_is_followed(
    sandbox: ProgramSandbox,
    make_recent_line: Callable[[int], bytes],
) -> None:
    shutil.rmtree(sandbox.claude.path)
    process = sandbox.start("--no-tray")
    read_until(process, "Waiting for your first Claude Code message")

    sandbox.claude.append(make_recent_line(1))
    read_until(process, "15 tokens")
    shutil.rmtree(sandbox.claude.projects)
    sandbox.claude.append(make_recent_line(2))
    read_until(process, "30 tokens")
    if is_long_run():
        away = sandbox.folder / "away"
        sandbox.claude.path.replace(away)
        read_until(process, "no transcripts yet")
        away.replace(sandbox.claude.path)
        sandbox.claude.append(make_recent_line(3))
        read_until(process, "45 tokens")

    assert "Traceback" not in _stop_follower(sandbox, process)
