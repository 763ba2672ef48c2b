"""Run the program with a real Python for Windows, under Wine."""

from __future__ import annotations

import contextlib
import fcntl
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.support.screen import BareScreen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image as Picture


_ROOT = Path(__file__).parents[2]
_MAKE_PYTHON = _ROOT / "tests" / "windows" / "make_python.sh"
# Exit status of the script if this machine lacks a program.
_CANNOT_MAKE = 77
# Wine shows the notification area in a window of its own.
_TRAY_TITLE = "Wine System Tray"
# The middle of the first icon.
_FIRST_ICON = (10, 10)
COMMAND_TIMEOUT = 120.0


def make_windows_python() -> tuple[Path | None, str]:
    """Return the Wine prefix with Python; or None and what is missing."""
    done = subprocess.run(
        [str(_MAKE_PYTHON)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if done.returncode == _CANNOT_MAKE:
        return None, done.stderr.strip()
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.split("\n")[-2]), ""


def to_windows_path(path: Path) -> str:
    """Return a path of this system as Windows programs write it."""
    return "Z:" + str(path).replace("/", "\\")


class WindowsComputer(BareScreen):
    """
    A screen with the notification area of Windows, and Python.

    Args:
        folder: For the files of the program and of the tests.
        prefix: The Wine prefix with Python.
    """

    size = "1280x1000x24"

    def __init__(self, folder: Path, prefix: Path) -> None:
        super().__init__(folder)
        self._own_folder = folder / "own"
        self.claude_folder = folder / "claude"
        self._prefix = prefix
        self.env |= {
            "PATH": f"{self.env['PATH']}:/usr/lib/wine",
            "WINEPREFIX": str(prefix),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
            "PYTHONPATH": to_windows_path(_ROOT),
            # Not into the folders of the sources.
            "PYTHONPYCACHEPREFIX": r"C:\pycache",
            "CLAUDE_TRAY_HOME": to_windows_path(self._own_folder),
            "CLAUDE_PATH": to_windows_path(self.claude_folder),
        }

    def __enter__(self) -> Self:
        self._stack.enter_context(_hold_lock(self._prefix))
        self._stack.callback(self._stop_wine)
        return super().__enter__()

    @property
    def store(self) -> Path:
        return self._own_folder / "data" / "usage.db"

    def read_log(self) -> str:
        path = self._own_folder / "state" / "claude-tray.log"
        return path.read_text("utf-8") if path.exists() else ""

    def start_tray(self) -> subprocess.Popen[bytes]:
        # Python gets no standard output from Wine that is a file.
        return self.start("sh", "-c", f"{_build_command()} 2>&1 | cat")

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the program to its end."""
        return subprocess.run(
            ["sh", "-c", f'{_build_command()} "$@"', "sh", *args],
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_TIMEOUT,
        )

    def list_transcripts(self) -> None:
        """
        List the transcripts, so that Wine tells of changes in their folders.

        Wine's ReadDirectoryChangesW does not see what happens in folders that
        no program has listed since; the one of Windows does.
        """
        folder = self.env["CLAUDE_PATH"]
        self.run_command("wine", "cmd", "/c", "dir", "/s", folder)

    def find_notification_area(self) -> str:
        """Return the window with the icons; empty if there is none."""
        return self._read_output(
            "xdotool", "search", "--onlyvisible", "--name", _TRAY_TITLE
        ).split("\n")[0]

    def capture_icons(self) -> Picture | None:
        """Return a picture of the notification area, if there is one."""
        window = self.find_notification_area()
        return self.capture(window) if window else None

    def click_icon(self) -> None:
        self.click(*_FIRST_ICON, window=self.find_notification_area())

    def find_popup(self) -> str:
        """Return the visible window of the popup; empty if there is none."""
        found = self._read_output(
            "xdotool", "search", "--onlyvisible", "--name", "Claude"
        ).split("\n")
        return next((w for w in found if w), "")

    def read_commit_time(self) -> int:
        """Return when the store was written last, in nanoseconds."""
        wal = self.store.with_name(f"{self.store.name}-wal")
        return wal.stat().st_mtime_ns if wal.exists() else 0

    def measure_commit(self, before: int, timeout: float) -> float | None:
        """Return after how many seconds the store is written again."""
        began = time.monotonic()
        while self.read_commit_time() == before:
            if time.monotonic() - began > timeout:
                return None
            time.sleep(0.002)
        return time.monotonic() - began

    def _stop_wine(self) -> None:
        """End all programs of this prefix."""
        subprocess.run(
            ["wineserver", "-k"], env=self.env, check=False, timeout=60
        )
        subprocess.run(
            ["wineserver", "-w"], env=self.env, check=False, timeout=60
        )


def _build_command() -> str:
    return r"wine 'C:\Python311\python.exe' -m claude_tray"


@contextlib.contextmanager
def _hold_lock(prefix: Path) -> Iterator[None]:
    """Let only one test process at a time use a prefix."""
    with (prefix.parent / f"{prefix.name}.lock").open("w") as file:
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
