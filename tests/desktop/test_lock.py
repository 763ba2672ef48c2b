from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from claude_tray.desktop.lock import Lock

if TYPE_CHECKING:
    from pathlib import Path

_HOLDER = """
import sys
from pathlib import Path
from claude_tray.desktop.lock import Lock
assert Lock(Path(sys.argv[1])).take()
print("held", flush=True)
sys.stdin.read()
"""


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")

    assert first.take()
    assert not second.take()
    first.free()
    assert second.take()
    second.free()


def test_who_waits_has_it_when_it_is_free(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    assert first.take()
    timer = threading.Timer(0.2, first.free)
    timer.start()

    assert second.take(patience=30)
    second.free()
    timer.join()


def test_it_is_free_when_its_holder_is_killed(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "lock")
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(tmp_path / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        assert not lock.take()
        holder.kill()

    assert lock.take(patience=30)
    lock.free()


def test_a_file_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="lock"):
        Lock(tmp_path / "none" / "lock").take()
