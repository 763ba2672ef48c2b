from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from claude_tray.platform.file_lock import FileLock

if TYPE_CHECKING:
    from pathlib import Path


_HOLDER = """
import sys
from pathlib import Path
from claude_tray.platform.file_lock import FileLock
assert FileLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")

    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_a_waiting_holder_gets_the_released_lock(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.acquire()
    timer = threading.Timer(0.2, first.release)
    timer.start()

    assert second.acquire(timeout=30)
    second.release()
    timer.join()


def test_the_lock_is_released_when_its_holder_is_killed(
    tmp_path: Path,
) -> None:
    lock = FileLock(tmp_path / "lock")
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(tmp_path / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        assert not lock.acquire()
        holder.kill()

    assert lock.acquire(timeout=30)
    lock.release()


def test_an_unusable_file_raises(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="lock"):
        FileLock(tmp_path / "none" / "lock").acquire()
