"""Count sessions that start, work, wait and end, as their files say."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.live_sessions import SessionCount
from claude_tray.core.time import format_iso_ms
from tests.support.builders import make_line
from tests.support.stand_in_session import StandInSession

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.running_tray import RunningTray

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="no start times"
)

TITLE = "Secret plan of Ada"
# The bar is a second; a loaded machine gets two.
SECONDS = 2.0


@pytest.fixture
def session(tray: RunningTray) -> Iterator[StandInSession]:
    (tray.claude.path / "sessions").mkdir()
    with StandInSession(
        tray.claude.path, "a-1", "/home/ada/shop", TITLE
    ) as session:
        yield session


def _wait_for(tray: RunningTray, count: SessionCount) -> float:
    """Return how long it took until a snapshot had a count."""
    start, version = time.monotonic(), 0
    while time.monotonic() - start < SECONDS:
        update = tray.services.channel.wait_for_newer(version, 0.1)
        if update is None:
            continue
        version, snapshot = update
        if snapshot.sessions == count:
            return time.monotonic() - start
    pytest.fail(f"no snapshot with {count}")


def _read_files(folder: Path) -> bytes:
    files = (path for path in folder.rglob("*") if path.is_file())
    return b"".join(path.read_bytes() for path in files)


def test_the_tray_counts_sessions_as_they_change(
    tray: RunningTray, session: StandInSession
) -> None:
    session.write("busy")
    _wait_for(tray, SessionCount(1, 0))
    session.write("waiting", "permission prompt")
    _wait_for(tray, SessionCount(1, 1))
    with StandInSession(tray.claude.path, "b-2", "/", "") as second:
        second.write("idle")
        _wait_for(tray, SessionCount(2, 1))
        second.leave()
        _wait_for(tray, SessionCount(1, 1))

    # A killed process leaves its file: the next rescan notices.
    session.kill()
    tray.services.refresh()
    _wait_for(tray, SessionCount())
    assert TITLE.encode() not in _read_files(tray.folder.parent / "state")
    assert TITLE.encode() not in (tray.folder.parent / "usage.db").read_bytes()


def test_caches_of_sessions_that_rest_are_in_the_snapshot(
    tray: RunningTray, session: StandInSession
) -> None:
    """Not of one that works, has no response yet or has ended."""
    now_ms = time.time_ns() // 10**6
    line = make_line(
        message="cached",
        timestamp=format_iso_ms(now_ms - 60_000),
        sessionId="a-1",
        cwd="/home/ada/shop",
        usage={
            "cache_read_input_tokens": 90_000,
            "cache_creation_input_tokens": 3_000,
            "cache_creation": {"ephemeral_1h_input_tokens": 3_000},
        },
    )

    def wait_for(expected: list[tuple[str, int | None]]) -> None:
        end, version = time.monotonic() + SECONDS, 0
        found = None
        while time.monotonic() < end:
            update = tray.services.channel.wait_for_newer(version, 0.1)
            if update is None:
                continue
            version, snapshot = update
            found = [
                (item.uuid, item.cache and item.cache.expires_ms)
                for item in snapshot.resting
            ]
            if found == expected:
                return
        pytest.fail(f"{found} is not {expected}")

    session.write("idle")
    wait_for([("a-1", None)])
    tray.claude.append(line, name="a-1.jsonl")
    wait_for([("a-1", now_ms - 60_000 + 3_600_000)])
    session.write("busy")
    wait_for([])
    session.write("waiting", "permission prompt")
    wait_for([("a-1", now_ms - 60_000 + 3_600_000)])
    session.leave()
    wait_for([])
