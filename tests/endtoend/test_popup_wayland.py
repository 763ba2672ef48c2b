"""The popup's window on Wayland, through Xwayland."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Self

import pytest

from claude_tray.popup.order import Ask, Show
from claude_tray.popup.process import PopupProcess
from tests.support.desktop import until
from tests.support.screen import Windows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEEDED = ("mutter", "Xwayland", "dbus-run-session", "xdotool", "import")
LACKING = [name for name in NEEDED if shutil.which(name) is None]

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a Linux desktop"),
    pytest.mark.skipif(bool(LACKING), reason=f"lacks {LACKING}"),
]


class Wayland(Windows):
    """Mutter without a screen, and Xwayland for those who speak X11."""

    def __enter__(self) -> Self:
        told = self.folder / "told"
        note = (
            f'echo "$DISPLAY $XAUTHORITY" > {told}.new; mv {told}.new {told}'
        )
        mutter = "mutter --headless --wayland --virtual-monitor 1280x900"
        display = f"--wayland-display claude-tray-{os.getpid()}"
        command = f"{mutter} {display} -- sh -c '{note}; exec sleep 600'"
        with (self.folder / "mutter.log").open("wb") as log:
            process = subprocess.Popen(
                ["dbus-run-session", "--", "sh", "-c", command],
                env=self.variables,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._stack.callback(_end, process)
        until(lambda: told.exists() or process.poll() is not None)
        if not told.exists():
            self._stack.close()
            pytest.skip("mutter does not start without a screen here")
        display, authority = told.read_text().split()
        self.variables |= {"DISPLAY": display, "XAUTHORITY": authority}
        return self


def _end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform != "win32":
        os.killpg(process.pid, signal.SIGTERM)
    process.wait()


@pytest.fixture
def wayland(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Wayland]:
    with Wayland(tmp_path) as wayland:
        for name, value in wayland.variables.items():
            monkeypatch.setenv(name, value)
        yield wayland


def test_it_stands_where_it_is_told_to_and_has_the_keys(
    wayland: Wayland,
    tmp_path: Path,
) -> None:
    asks: queue.Queue[Ask] = queue.Queue()
    process = PopupProcess(asks.put)
    show = Show(
        "popup",
        str(tmp_path / "usage.db"),
        str(tmp_path / "settings.toml"),
        str(tmp_path),
        (),
        (900, 4, 24, 24),
    )
    try:
        process.show(show)
        window = until(wayland.window)
        until(lambda: wayland.focused() == window)

        assert wayland.place(window)[:3] == (712, 36, 400)
        assert "No window is open" in wayland.title(window)
        until(lambda: len(wayland.shot(window).getcolors(1 << 20) or []) > 50)

        process.hide()
        assert asks.get(timeout=20) == Ask("hidden")
        until(lambda: not wayland.window())
    finally:
        process.stop()
