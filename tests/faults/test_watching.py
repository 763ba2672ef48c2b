"""Events that never come: noticed, told once, and still right."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import a_line
from tests.support.doses import is_long
from tests.support.home import Home, until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from datetime import datetime

pytestmark = pytest.mark.skipif(
    sys.platform != "linux",
    reason="the limits of inotify are Linux's",
)

_QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")


@pytest.fixture
def line(recently: Callable[[int], datetime]) -> Callable[[int], bytes]:
    moment = recently(5).isoformat()
    return lambda n: a_line(message=f"msg_{n}", timestamp=moment)


@pytest.fixture(autouse=True)
def _looks_soon(home: Home) -> None:
    home.settings("[general]\nlook_every_seconds = 5\n")


def _end(home: Home, process: subprocess.Popen[str]) -> str:
    """End a follower and return what it logged."""
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 0
    return "".join(
        path.read_text() for path in (home.own / "state").glob("*.log")
    )


@pytest.mark.usefixtures("namespaces")
@pytest.mark.parametrize("limit", ["max_inotify_watches", "instances"])
def test_without_watches_left_the_looks_go_on(
    home: Home,
    line: Callable[[int], bytes],
    limit: str,
) -> None:
    name = limit if limit.startswith("max") else "max_inotify_instances"
    shell = f'echo 2 > /proc/sys/user/{name}; exec "$@"'
    if limit == "instances":
        shell = shell.replace("2 >", "0 >")
    for number in range(6):
        home.claude.append(line(number), project=f"-home-ada-p{number}")
    process = home.start(
        "--no-tray",
        within=["unshare", "-r", "sh", "-c", shell, "sh"],
    )
    until(process, "90 tokens")

    for number in range(6, 12):
        home.claude.append(line(number), project=f"-home-ada-p{number - 6}")
    until(process, "180 tokens")
    if is_long():
        home.claude.append(line(12), project="-home-ada-new")
        until(process, "195 tokens")

    log = _end(home, process)
    assert log.count("Not every change will be told") == 1


@pytest.mark.usefixtures("namespaces")
def test_the_doctor_tells_of_exhausted_watches(
    home: Home,
    line: Callable[[int], bytes],
) -> None:
    for number in range(6):
        home.claude.append(line(number), project=f"-home-ada-p{number}")
    shell = 'echo 3 > /proc/sys/user/max_inotify_watches; exec "$@"'
    within = ["unshare", "-r", "sh", "-c", shell, "sh"]
    process = home.start("--no-tray", within=within)
    until(process, "90 tokens")

    told = home.run("doctor", within=["nsenter", "-U", "-t", str(process.pid)])

    _end(home, process)
    assert told.returncode == 1
    assert "only 3 are watched; all are looked at every 5" in told.stdout
    assert "sudo sysctl fs.inotify.max_user_watches=524288" in told.stdout


def test_an_overflow_of_events_is_followed_by_a_look_at_all(
    home: Home,
    line: Callable[[int], bytes],
) -> None:
    if sys.platform == "win32":
        pytest.skip("no pipes there")
    home.settings("[general]\nlook_every_seconds = 600\n")
    names = ("session-b.jsonl", "session-c.jsonl")
    for name in names:
        home.claude.append(line(1), name=name)
    process = home.start("--no-tray")
    until(process, "15 tokens")

    process.send_signal(signal.SIGSTOP)
    most = int(_QUEUE.read_text())
    with (
        home.claude.file(names[0]).open("ab", buffering=0) as one,
        home.claude.file(names[1]).open("ab", buffering=0) as other,
    ):
        # By turns, as the same event twice is one.
        for _ in range(most):
            one.write(b"{}\n")
            other.write(b"{}\n")
    home.claude.append(line(2), name="session-d.jsonl")
    process.send_signal(signal.SIGCONT)

    until(process, "30 tokens")
    process.send_signal(signal.SIGTERM)
    assert "overflow" not in process.communicate(timeout=20)[1]


def test_a_change_that_no_event_tells_of_is_found(
    home: Home,
    line: Callable[[int], bytes],
) -> None:
    path = home.claude.append(line(1))
    # Written by its other name, as on a share by another machine.
    beside = home.folder / "beside.jsonl"
    os.link(path, beside)
    process = home.start("--no-tray")
    until(process, "15 tokens")

    for number in (2, 3, 4) if is_long() else (2,):
        with beside.open("ab") as file:
            file.write(line(number))
        until(process, f"{15 * number} tokens")

    log = _end(home, process)
    assert log.count("Changes were not told") == 1


def test_a_root_that_comes_late_goes_and_comes_back_is_followed(
    home: Home,
    line: Callable[[int], bytes],
) -> None:
    shutil.rmtree(home.claude.path)
    process = home.start("--no-tray")
    until(process, "no transcripts yet")

    home.claude.append(line(1))
    until(process, "15 tokens")
    shutil.rmtree(home.claude.projects)
    home.claude.append(line(2))
    until(process, "30 tokens")
    if is_long():
        away = home.folder / "away"
        home.claude.path.replace(away)
        until(process, "no transcripts yet")
        away.replace(home.claude.path)
        home.claude.append(line(3))
        until(process, "45 tokens")

    assert "Traceback" not in _end(home, process)
