"""Run a Wayland desktop in a window of Xvfb: sway, and waybar with a tray."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.support.desktop import VirtualDesktop, wait_until

if TYPE_CHECKING:
    import subprocess


REQUIRED_PROGRAMS = ("sway", "waybar", "setpriv")
# Also for windows of X11 programs; xhost, as sway runs as another user.
X11_PROGRAMS = ("Xwayland", "xhost")
_SWAY_CONFIG = """output X11-1 resolution 800x600 bg #000000 solid_color
xwayland force
exec sh -c 'xhost +local: && echo "$DISPLAY" > display.new; mv display.new display'
"""
_WAYBAR_CONFIG = (
    '{"layer": "top", "position": "top", "height": 32,'
    ' "modules-left": ["tray"], "tray": {"icon-size": 22}}'
)
_WAYBAR_STYLE = (
    "* { font-family: DejaVu Sans; font-size: 13px; }"
    " window#waybar { background: #404040; }"
)


def find_missing_wayland_programs(
    programs: tuple[str, ...] = REQUIRED_PROGRAMS,
) -> list[str]:
    return [name for name in programs if shutil.which(name) is None]


class SwayDesktop(VirtualDesktop):
    """Xvfb, a session bus, sway in a window, and waybar."""

    def __enter__(self) -> Self:
        self._start_display()
        self._start_bus()
        self._start_sway()
        self.start_panel()
        return self

    def start_panel(self) -> subprocess.Popen[bytes]:
        bar, style = self.folder / "bar.json", self.folder / "bar.css"
        bar.write_text(_WAYBAR_CONFIG)
        style.write_text(_WAYBAR_STYLE)
        display = ("env", "-u", "DISPLAY", "WAYLAND_DISPLAY=wayland-1")
        args = ("waybar", "-c", str(bar), "-s", str(style))
        self.panel = self.start(*display, *args)
        wait_until(lambda: self.list_items() is not None)
        return self.panel

    @property
    def window_env(self) -> dict[str, str]:
        """Environment of an X11 program whose windows sway shows."""
        run = Path(self.env["XDG_RUNTIME_DIR"])
        display = wait_until(lambda: _read_text(run / "display"))
        sockets = list(run.glob("sway-ipc.*.sock"))
        return self.env | {"DISPLAY": display, "SWAYSOCK": str(sockets[0])}

    def _start_sway(self) -> None:
        path = self.folder / "sway.conf"
        path.write_text(_SWAY_CONFIG)
        run = Path(self.env["XDG_RUNTIME_DIR"])
        user_prefix: tuple[str, ...] = ()
        if sys.platform != "win32" and os.geteuid() == 0:
            # sway refuses to run as root, so it runs as another user.
            user_prefix = ("setpriv", "--reuid=nobody", "--regid=nogroup")
            user_prefix = (*user_prefix, "--clear-groups")
            shutil.chown(run, "nobody", "nogroup")
            temporary = Path(tempfile.gettempdir())
            for folder in (self.folder, *self.folder.parents):
                # pytest's folders are not accessible to other users.
                if temporary in folder.parents:
                    folder.chmod(0o755)
        backend = ("env", "WLR_BACKENDS=x11", "WLR_RENDERER=pixman")
        # It runs its programs in its own folder.
        sway = ("env", "-C", str(run), *user_prefix, *backend, "sway")
        self.start(*sway, "-c", str(path))
        wait_until((run / "wayland-1").exists)


def _read_text(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""
