"""A disk without room: told, nothing lost, gone on by itself."""

from __future__ import annotations

import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import a_line
from tests.support.home import Home, until, write_sessions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("namespaces")

# The program's own files lie on a disk of that size; a line on the standard
# input makes it larger, the end of the program copies what is on it.
_SMALL = """
own=$1 copy=$2; shift 2
mkdir -p "$own" && mount -t tmpfs -o size=300k none "$own" || exit 99
"$@" &
program=$!
read -r _
mount -o remount,size=64m none "$own"
trap 'kill $program' TERM
wait $program; status=$?
[ $# -gt 4 ] && { "$@"; status=$?; }
cp -r "$own/data" "$copy"
exit $status
"""

_FULL_STATE = """
own=$1; shift
mkdir -p "$own/state" && mount -t tmpfs -o size=8k none "$own/state" || exit 99
dd if=/dev/zero of="$own/state/all" bs=4k count=9 2>/dev/null
exec "$@"
"""
_FULL_LATER = """
own=$1; shift
mkdir -p "$own" && mount -t tmpfs -o size=600k none "$own" || exit 99
$1 -m claude_tray refresh >"$own/told"
dd if=/dev/zero of="$own/all" bs=1k count=600 2>/dev/null
exec "$@"
"""


@pytest.fixture
def copy(home: Home) -> Home:
    """What lay on the small disk."""
    return Home(home.folder / "copy", home.claude)


def _small(home: Home, copy: Home) -> list[str]:
    copy.own.mkdir(parents=True)
    script = ["unshare", "-rm", "sh", "-c", _SMALL, "sh"]
    return [*script, str(home.own), str(copy.own)]


def _as_it_should_be(home: Home, tmp_path: Path) -> object:
    other = Home(tmp_path / "other", home.claude)
    other.refresh()
    return other.contents()


def test_a_load_says_so_and_is_finished_once_there_is_room(
    home: Home,
    copy: Home,
    tmp_path: Path,
) -> None:
    write_sessions(home.claude, sessions=30, replies=100)

    with home.start(
        "refresh",
        "--json",
        within=_small(home, copy),
    ) as process:
        assert process.stderr is not None
        told = process.stderr.readline()
        out, err = process.communicate("more room\n", timeout=60)

    assert "no room left" in told
    assert "Traceback" not in told + err
    assert process.returncode == 0, err
    assert '"messages_added": 3000' in out
    assert copy.contents() == _as_it_should_be(home, tmp_path)


def test_what_is_stored_is_shown_where_nothing_more_can_be_written(
    home: Home,
    recently: Callable[[int], datetime],
) -> None:
    home.claude.append(a_line(timestamp=recently(5).isoformat()))
    within = ["unshare", "-rm", "sh", "-c", _FULL_LATER, "sh", str(home.own)]

    shown = home.run("status", within=within)
    follower = home.start("--no-tray", within=within)
    line = until(follower, "no room left")
    follower.send_signal(signal.SIGTERM)
    follower.communicate(timeout=20)

    assert shown.returncode == 0
    assert "What is shown may be old." in shown.stderr
    assert "15 tokens" in shown.stdout
    assert "15 tokens" in line


def test_without_room_for_the_state_it_follows_and_ends(
    home: Home,
    recently: Callable[[int], datetime],
) -> None:
    """The store lies on another disk, which has room."""
    home.claude.append(a_line(timestamp=recently(5).isoformat()))
    process = home.start(
        "--no-tray",
        within=[
            "unshare",
            "-rm",
            "sh",
            "-c",
            _FULL_STATE,
            "sh",
            str(home.own),
        ],
    )
    until(process, "15 tokens")
    home.claude.append(
        a_line(message="msg_2", timestamp=recently(4).isoformat()),
    )
    until(process, "30 tokens")

    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=20)

    assert process.returncode == 0
    assert err == ""


def test_a_follower_goes_on_by_itself(
    home: Home,
    copy: Home,
    tmp_path: Path,
    recently: Callable[[int], datetime],
) -> None:
    home.claude.append(a_line(timestamp=recently(5).isoformat()))
    process = home.start("--no-tray", within=_small(home, copy))
    until(process, "15 tokens")

    home.claude.append(
        *(
            a_line(
                message=f"msg_{n}",
                timestamp=recently(4).isoformat(),
                requestId="r" * 400,
            )
            for n in range(2, 1_002)
        ),
    )
    until(process, "no room left")
    assert process.stdin is not None
    process.stdin.write("more room\n")
    process.stdin.flush()
    line = until(process, "15.0K tokens")

    assert "no room" not in line
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert copy.contents() == _as_it_should_be(home, tmp_path)
    shutil.rmtree(copy.folder)
