"""A screen with a window manager and no panel."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Self

from PIL import Image

from tests.support.desktop import Desktop, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image as Picture

NEEDED = ("Xvfb", "dbus-daemon", "openbox", "xdotool", "import")


def lacking() -> list[str]:
    return [name for name in NEEDED if shutil.which(name) is None]


class Windows(Desktop):
    """A desktop whose windows are looked at and pressed."""

    size = "1920x1400x24"

    def window(self, name: str = "claude-tray") -> str:
        """The visible window of a class; empty without one."""
        found = self._read(
            "xdotool", "search", "--onlyvisible", "--class", name
        )
        return found.split("\n")[0]

    def title(self, window: str) -> str:
        return self._read("xdotool", "getwindowname", window)

    def focused(self) -> str:
        return self._read("xdotool", "getwindowfocus")

    def place(self, window: str) -> tuple[int, int, int, int]:
        """x, y, width and height of a window."""
        told = self._read("xdotool", "getwindowgeometry", "--shell", window)
        values = dict(line.split("=") for line in told.splitlines())
        x, y, wide, high = (
            int(values[key]) for key in ("X", "Y", "WIDTH", "HEIGHT")
        )
        return x, y, wide, high

    def shot(self, window: str) -> Picture:
        """What a window shows."""
        path = self.folder / "shot.png"
        self.do("import", "-silent", "-window", window, str(path))
        with Image.open(path) as picture:
            return picture.convert("RGB")

    def changed(self, window: str, act: Callable[[], None]) -> Picture:
        """Do something and wait for the window to look otherwise."""
        before = self.shot(window).tobytes()
        act()
        other: Picture = until(lambda: self._other(window, before))
        return other

    def keys(self, *names: str) -> None:
        self.do("xdotool", "key", "--clearmodifiers", *names)

    def point(self, x: int, y: int) -> None:
        self.do("xdotool", "mousemove", str(x), str(y))

    def click(self, x: int, y: int, window: str = "") -> None:
        """Click on the screen, or at a place of a window."""
        of = ["--window", window] if window else []
        self.do("xdotool", "mousemove", *of, str(x), str(y))
        self.do("xdotool", "click", "1")

    def _other(self, window: str, before: bytes) -> Picture | None:
        picture = self.shot(window)
        return None if picture.tobytes() == before else picture

    def _read(self, *command: str) -> str:
        done = subprocess.run(
            command,
            env=self.variables,
            check=False,
            timeout=30,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()


class Screen(Windows):
    """Xvfb and openbox, without a panel."""

    def __enter__(self) -> Self:
        self._start_display()
        self.start("openbox")
        until(lambda: self._read("xdotool", "get_num_desktops"))
        return self
