"""Read files of running sessions, next to those of killed ones."""
# ruff: noqa: E402 - imports follow the check of the system.

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if sys.platform == "win32":
    pytest.skip("uses /proc", allow_module_level=True)
# For type checkers, which follow imports behind a skip.
assert sys.platform != "win32"

from claude_tray.core.live_sessions import RunningSession, SessionState
from claude_tray.platform.linux import LinuxSystem
from claude_tray.platform.macos import MacosSystem
from claude_tray.providers.claude_code import session_files
from claude_tray.providers.registry import CLAUDE_CODE

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="uses /proc")

PROCESS_ID = os.getpid()


def _read_own_start() -> str:
    """Return field 22 of /proc/PID/stat, as `man 5 proc` counts them."""
    text = Path(f"/proc/{PROCESS_ID}/stat").read_text("ascii")
    return text[text.rindex(")") + 2 :].split(" ")[22 - 3]


def _make_content(**changes: Any) -> dict[str, Any]:
    return {
        "pid": PROCESS_ID,
        "sessionId": "a-1",
        "cwd": "/home/ada/shop/",
        "startedAt": 1_790_000_000_000,
        "procStart": _read_own_start(),
        "kind": "interactive",
        "name": "Fix it",
        "status": "waiting",
        "waitingFor": "permission prompt",
        "statusUpdatedAt": 1_790_000_060_000,
        **changes,
    }


def _write(folder: Path, content: object, name: object = PROCESS_ID) -> None:
    sessions = folder / "sessions"
    sessions.mkdir(exist_ok=True)
    (sessions / f"{name}.json").write_text(json.dumps(content))


def test_a_session_is_read_as_its_file_says(tmp_path: Path) -> None:
    before = CLAUDE_CODE.read_running_sessions(tmp_path)
    _write(tmp_path, _make_content())

    running = CLAUDE_CODE.read_running_sessions(tmp_path)

    assert before is None
    assert running == (
        RunningSession(
            "a-1",
            "/home/ada/shop",
            SessionState.WAITING,
            1_790_000_060_000,
            "Fix it",
            "permission prompt",
            PROCESS_ID,
        ),
    )


def test_files_of_other_processes_are_left_out(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    _write(tmp_path, _make_content(), ended.pid)
    # The number was given to another process since.
    _write(tmp_path, _make_content(procStart="1"))
    for name in ("0", "key", f"0{PROCESS_ID}", f"{PROCESS_ID}.x"):
        _write(tmp_path, _make_content(), name)

    assert CLAUDE_CODE.read_running_sessions(tmp_path) == ()


@pytest.mark.parametrize(
    "content",
    [
        [],
        "text",
        {},
        _make_content(sessionId=7),
        _make_content(procStart=int(_read_own_start())),
    ],
)
def test_invalid_files_are_left_out(tmp_path: Path, content: object) -> None:
    _write(tmp_path, content)

    assert CLAUDE_CODE.read_running_sessions(tmp_path) == ()


def test_odd_values_are_bounded(tmp_path: Path) -> None:
    odd = {"status": ["busy"], "statusUpdatedAt": True, "updatedAt": 1e300}
    _write(tmp_path, _make_content(name="x" * 50_000, cwd=None, **odd))

    running = CLAUDE_CODE.read_running_sessions(tmp_path)

    assert running is not None
    assert running[0].state is None
    assert running[0].since_ms == 1_790_000_000_000
    assert running[0].path == ""
    assert len(running[0].title) == 1_024


def test_large_files_and_links_to_credentials_are_not_read(
    tmp_path: Path,
) -> None:
    _write(tmp_path, _make_content(name="x" * 70_000))
    assert CLAUDE_CODE.read_running_sessions(tmp_path) == ()

    secret = tmp_path / ".credentials.json"
    secret.write_text(json.dumps(_make_content()))
    path = tmp_path / "sessions" / f"{PROCESS_ID}.json"
    path.unlink()
    path.symlink_to(secret)
    assert CLAUDE_CODE.read_running_sessions(tmp_path) == ()


class _SilentSystem(LinuxSystem):
    """A system that does not tell when processes started, as Windows."""

    def get_process_starts(self, process_ids: Iterable[int]) -> None:
        del process_ids


def test_files_do_not_count_where_processes_cannot_be_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, _make_content())
    monkeypatch.setattr(session_files, "current_system", _SilentSystem)

    assert CLAUDE_CODE.read_running_sessions(tmp_path) is None


@pytest.mark.skipif(shutil.which("ps") is None, reason="lacks ps")
def test_systems_tell_the_same_start_of_a_process() -> None:
    ids = [PROCESS_ID, 1 << 30]
    ticks = LinuxSystem().get_process_starts(ids)
    dates = MacosSystem().get_process_starts(ids)
    command = ["ps", "-o", "lstart=", "-p", str(PROCESS_ID)]
    told = subprocess.run(
        command,
        env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert ticks == {PROCESS_ID: _read_own_start()}
    assert dates == {PROCESS_ID: " ".join(told.split())}
    assert MacosSystem().get_process_starts([]) == {}
