"""Show the popup's window on Wayland through Xwayland."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Self

import pytest

from claude_tray.ui.toolkit.messages import ShowCommand
from claude_tray.ui.toolkit.process import PopupProcess
from tests.support.desktop import wait_until
from tests.support.screen import InteractiveDesktop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


REQUIRED_PROGRAMS = (
    "mutter",
    "Xwayland",
    "dbus-run-session",
    "xdotool",
    "import",
)
MISSING_PROGRAMS = [
    name for name in REQUIRED_PROGRAMS if shutil.which(name) is None
]

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a Linux desktop"),
    pytest.mark.skipif(
        bool(MISSING_PROGRAMS), reason=f"lacks {MISSING_PROGRAMS}"
    ),
]


class MutterDesktop(InteractiveDesktop):
    """A headless Mutter with Xwayland for X11 clients."""

    def __enter__(self) -> Self:
        output_file = self.folder / "told"
        note = f'echo "$DISPLAY $XAUTHORITY" > {output_file}.new; mv {output_file}.new {output_file}'
        mutter = "mutter --headless --wayland --virtual-monitor 1280x900"
        display = f"--wayland-display claude-tray-{os.getpid()}"
        command = f"{mutter} {display} -- sh -c '{note}; exec sleep 600'"
        with (self.folder / "mutter.log").open("wb") as log:
            process = subprocess.Popen(
                ["dbus-run-session", "--", "sh", "-c", command],
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._stack.callback(_terminate, process)
        wait_until(lambda: output_file.exists() or process.poll() is not None)
        if not output_file.exists():
            self._stack.close()
            pytest.skip("mutter does not start without a screen here")
        display, authority = output_file.read_text().split()
        self.env |= {"DISPLAY": display, "XAUTHORITY": authority}
        return self


def _terminate(process: subprocess.Popen[bytes]) -> None:
    if sys.platform != "win32":
        os.killpg(process.pid, signal.SIGTERM)
    process.wait()


@pytest.fixture
def wayland(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MutterDesktop]:
    with MutterDesktop(tmp_path) as wayland:
        for name, value in wayland.env.items():
            monkeypatch.setenv(name, value)
        yield wayland


def test_the_popup_opens_at_its_position_and_gets_the_focus(
    wayland: MutterDesktop,
    tmp_path: Path,
) -> None:
    hidden = threading.Event()
    process = PopupProcess(lambda _: None, hidden.set)
    show = ShowCommand(
        str(tmp_path / "usage.db"),
        str(tmp_path / "settings.toml"),
        str(tmp_path),
        (),
        (900, 4, 24, 24),
    )
    try:
        process.show(show)
        window = wait_until(wayland.find_window)
        wait_until(lambda: wayland.get_focused_window() == window)

        assert wayland.get_geometry(window)[:3] == (712, 36, 400)
        assert "Your next message starts" in wayland.get_title(window)
        wait_until(
            lambda: len(wayland.capture(window).getcolors(1 << 20) or []) > 50
        )

        process.hide()
        assert hidden.wait(20)
        wait_until(lambda: not wayland.find_window())
    finally:
        process.stop()
