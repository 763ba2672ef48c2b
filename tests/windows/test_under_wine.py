"""
Run the tray with Python for Windows, under Wine.

`make_python.sh` makes that Python; without Wine the tests are skipped.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import ClaudeFolder, make_line
from tests.support.desktop import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.wine import WindowsComputer


pytestmark = pytest.mark.timeout(300)

_START_SECONDS = 60.0
_numbers = itertools.count()


@pytest.fixture(scope="module")
def windows_python() -> Path:
    if sys.platform != "linux":
        pytest.skip("Wine is for Linux")
    from tests.support import wine  # noqa: PLC0415

    prefix, reason = wine.make_windows_python()
    if prefix is None:
        pytest.skip(reason)
    return prefix


@pytest.fixture
def windows(windows_python: Path, tmp_path: Path) -> Iterator[WindowsComputer]:
    from tests.support import wine  # noqa: PLC0415

    with wine.WindowsComputer(tmp_path, windows_python) as computer:
        yield computer


@pytest.fixture
def claude(windows: WindowsComputer) -> ClaudeFolder:
    folder = ClaudeFolder(windows.claude_folder)
    folder.append(_make_current_line())
    return folder


def _make_current_line() -> bytes:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return make_line(message=f"msg_{next(_numbers)}", timestamp=now)


def _start_tray(windows: WindowsComputer) -> None:
    windows.start_tray()
    wait_until(windows.find_notification_area, _START_SECONDS)


def test_a_second_refresh_reads_nothing(
    windows: WindowsComputer, claude: ClaudeFolder
) -> None:
    claude.append(_make_current_line(), name="session-b.jsonl")

    results = [windows.run("refresh", "--json") for _ in range(2)]

    assert [r.stderr for r in results] == ["", ""]
    assert [json.loads(r.stdout)["files_read"] for r in results] == [2, 0]


def test_the_icon_shows_the_window_from_the_start(
    windows: WindowsComputer,
) -> None:
    """The first picture takes longer than the first view of a full store."""
    claude = ClaudeFolder(windows.claude_folder)
    _start_tray(windows)
    wait_until(windows.store.exists)
    idle = windows.capture_icons()
    assert windows.run("--quit").stderr == ""
    wait_until(lambda: not windows.find_notification_area())
    claude.append(_make_current_line())
    assert windows.run("refresh").returncode == 0

    _start_tray(windows)

    wait_until(lambda: windows.capture_icons() not in (None, idle))


def test_lines_are_stored_at_once(
    windows: WindowsComputer, claude: ClaudeFolder
) -> None:
    _start_tray(windows)
    wait_until(windows.read_commit_time, _START_SECONDS)
    # The first load, and what follows it.
    time.sleep(2)
    windows.list_transcripts()
    seconds = []

    # The event of each line comes while more lines are written.
    for _ in range(10):
        before = windows.read_commit_time()
        claude.append(_make_current_line())
        seconds.append(windows.measure_commit(before, timeout=5))
        time.sleep(0.5)

    assert None not in seconds, seconds
    # Most, as the machine may be busy.
    assert sorted(filter(None, seconds))[6] < 0.2, seconds


@pytest.mark.usefixtures("claude")
def test_a_click_opens_the_popup_and_another_closes_it(
    windows: WindowsComputer,
) -> None:
    _start_tray(windows)

    windows.click_icon()
    popup = wait_until(windows.find_popup, _START_SECONDS)
    wait_until(lambda: windows.get_geometry(popup)[3] > 200)
    windows.click_icon()

    wait_until(lambda: not windows.find_popup())


@pytest.mark.usefixtures("claude")
def test_a_second_start_opens_the_popup_of_the_first(
    windows: WindowsComputer,
) -> None:
    _start_tray(windows)

    done = windows.run()

    assert done.stderr == ""
    assert "already running" in done.stdout
    assert wait_until(windows.find_popup, _START_SECONDS)
