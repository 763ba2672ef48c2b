"""Run a screen with a window manager but no panel."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Self

from PIL import Image

from tests.support.desktop import VirtualDesktop, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image as Picture


REQUIRED_PROGRAMS = ("Xvfb", "dbus-daemon", "openbox", "xdotool", "import")


def find_missing_screen_programs() -> list[str]:
    return [name for name in REQUIRED_PROGRAMS if shutil.which(name) is None]


class InteractiveDesktop(VirtualDesktop):
    """A desktop whose windows tests capture and click."""

    size = "1920x1400x24"

    def find_window(self, name: str = "claude-tray") -> str:
        """Return the visible window of a class; empty if there is none."""
        output = self._read_output(
            "xdotool", "search", "--onlyvisible", "--class", name
        )
        return output.split("\n")[0]

    def get_title(self, window: str) -> str:
        return self._read_output("xdotool", "getwindowname", window)

    def get_focused_window(self) -> str:
        return self._read_output("xdotool", "getwindowfocus")

    def get_geometry(self, window: str) -> tuple[int, int, int, int]:
        """Return x, y, width and height of a window, in pixels."""
        output = self._read_output(
            "xdotool", "getwindowgeometry", "--shell", window
        )
        values = dict(line.split("=") for line in output.splitlines())
        x, y, width, height = (
            int(values[key]) for key in ("X", "Y", "WIDTH", "HEIGHT")
        )
        return x, y, width, height

    def capture(self, window: str) -> Picture:
        """Capture the content of a window."""
        path = self.folder / "shot.png"
        self.run_command("import", "-silent", "-window", window, str(path))
        with Image.open(path) as picture:
            return picture.convert("RGB")

    def capture_change(self, window: str, act: Callable[[], None]) -> Picture:
        """Run an action and wait until the window's content changes."""
        before = self.capture(window).tobytes()
        act()
        picture: Picture = wait_until(
            lambda: self._capture_if_changed(window, before)
        )
        return picture

    def press_keys(self, *names: str) -> None:
        self.run_command("xdotool", "key", "--clearmodifiers", *names)

    def move_pointer(self, x: int, y: int) -> None:
        self.run_command("xdotool", "mousemove", str(x), str(y))

    def click(self, x: int, y: int, window: str = "") -> None:
        """Click at a position of the screen or of a window."""
        window_args = ["--window", window] if window else []
        self.run_command("xdotool", "mousemove", *window_args, str(x), str(y))
        self.run_command("xdotool", "click", "1")

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press at a position of the screen and release at another."""
        steps = (
            ("mousemove", *map(str, start)),
            ("mousedown", "1"),
            ("mousemove", *map(str, end)),
            ("mouseup", "1"),
        )
        for step in steps:
            self.run_command("xdotool", *step)

    def _capture_if_changed(
        self, window: str, before: bytes
    ) -> Picture | None:
        picture = self.capture(window)
        return None if picture.tobytes() == before else picture

    def _read_output(self, *command: str) -> str:
        done = subprocess.run(
            command,
            env=self.env,
            check=False,
            timeout=30,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()


class BareScreen(InteractiveDesktop):
    """Xvfb and openbox, without a panel."""

    def __enter__(self) -> Self:
        self._start_display()
        self.start("openbox")
        wait_until(lambda: self._read_output("xdotool", "get_num_desktops"))
        return self
