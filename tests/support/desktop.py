"""Run a private desktop: display, session bus and panel."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.support.panels import XFCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.panels import PanelProgram


REQUIRED_PROGRAMS = (
    "Xvfb",
    "dbus-daemon",
    "openbox",
    "xfce4-panel",
    "xdotool",
    "import",
)
WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
WAIT_SECONDS = 20.0


def find_missing_programs() -> list[str]:
    """List the programs that a desktop needs and this machine lacks."""
    return [name for name in REQUIRED_PROGRAMS if shutil.which(name) is None]


def wait_until(
    condition: Callable[[], Any], timeout: float = WAIT_SECONDS
) -> Any:
    """Wait until a condition is true; return its value."""
    end = time.monotonic() + timeout
    while True:
        result = condition()
        if result:
            return result
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


class VirtualDesktop:
    """Xvfb, a session bus, openbox and a panel with a tray."""

    size = "800x600x24"

    def __init__(self, folder: Path, panel: PanelProgram = XFCE) -> None:
        self.folder = folder
        self._panel = panel
        self._stack = ExitStack()
        self._number = 0
        home, run = folder / "home", folder / "run"
        home.mkdir()
        run.mkdir(mode=0o700)
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(run),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_CURRENT_DESKTOP": panel.desktop,
            "CLAUDE_TRAY_HOME": str(folder / "own"),
            "GSETTINGS_BACKEND": "keyfile",
            "NO_AT_BRIDGE": "1",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }

    def __enter__(self) -> Self:
        self._start_display()
        self._start_bus()
        self.start("openbox")
        self.start_panel()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a program that ends with the desktop."""
        log = self.folder / f"{self._number}-{Path(command[0]).name}.log"
        self._number += 1
        with log.open("wb") as out:
            process = subprocess.Popen(
                command,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        self._stack.callback(_terminate, process)
        return process

    def start_panel(self) -> subprocess.Popen[bytes]:
        """Start the panel and wait until it accepts icons."""
        self._panel.write_settings(Path(self.env["XDG_CONFIG_HOME"]))
        self.panel = self.start(self._panel.command)
        if self._panel.has_items:
            wait_until(lambda: self.list_items() is not None)
        return self.panel

    def restart_panel(self) -> None:
        """Kill the panel, as in a crash, and start it again."""
        self.panel.kill()
        self.panel.wait()
        self.start_panel()

    def list_items(self) -> list[str] | None:
        """List the registered icons; None while there is no panel."""
        value = self._get_property(
            f"{WATCHER}/StatusNotifierWatcher",
            WATCHER,
            "RegisteredStatusNotifierItems",
        )
        return None if value is None else list(value)

    def get_item_property(self, item: str, name: str) -> Any:
        """Return a property of an icon, as the panel requests it."""
        return self._get_property(item, ITEM, name)

    def activate(self, item: str) -> None:
        """Click an icon, as the panel does it."""
        self.call(item, ITEM, "Activate", "ii", (0, 0))

    def call(
        self,
        item: str,
        interface: str,
        method: str,
        signature: str = "",
        values: tuple[Any, ...] = (),
    ) -> Any:
        """
        Call a method over D-Bus; return the values, or None after an error.

        Args:
            item: The service and the path, as panels list icons.

        """
        # Late: other systems import this module too, for `wait_until`.
        from jeepney import DBusAddress, MessageType, new_method_call  # noqa: PLC0415
        from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415

        service, _, path = item.partition("/")
        address = DBusAddress(f"/{path}", service, interface)
        message = new_method_call(address, method, signature or None, values)
        bus = self.env["DBUS_SESSION_BUS_ADDRESS"]
        with open_dbus_connection(bus) as connection:
            reply = connection.send_and_get_reply(
                message, timeout=WAIT_SECONDS
            )
        if reply.header.message_type is MessageType.error:
            return None
        return reply.body

    def _get_property(self, item: str, interface: str, name: str) -> Any:
        reply = self.call(
            item,
            "org.freedesktop.DBus.Properties",
            "Get",
            "ss",
            (interface, name),
        )
        return None if reply is None else reply[0][1]

    def run_command(self, *command: str) -> None:
        """Run a program to its end."""
        subprocess.run(command, env=self.env, check=True, timeout=30)

    def list_window_titles(self, title: str) -> list[str]:
        """List the titles of visible windows that contain a text."""
        search_args = ("search", "--onlyvisible", "--name", ".*")
        result = subprocess.run(
            ["xdotool", *search_args, "getwindowname", "%@"],
            env=self.env,
            check=False,
            capture_output=True,
            text=True,
            timeout=30,
        )
        return [line for line in result.stdout.splitlines() if title in line]

    def take_screenshot(self, path: Path) -> Path:
        """Take a picture of the whole screen; return its path."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.run_command("import", "-silent", "-window", "root", str(path))
        return path

    def _start_display(self) -> None:
        read, write = os.pipe()
        screen = ["-displayfd", str(write), "-screen", "0", self.size]
        process = subprocess.Popen(
            ["Xvfb", *screen, "-nolisten", "tcp", "-noreset"],
            env=self.env,
            pass_fds=[write],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._stack.callback(_terminate, process)
        os.close(write)
        with os.fdopen(read) as stream:
            self.env["DISPLAY"] = f":{stream.readline().strip()}"

    def _start_bus(self) -> None:
        process = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._stack.callback(_terminate, process)
        assert process.stdout is not None
        with process.stdout as stdout:
            address = stdout.readline().decode().strip()
        self.env["DBUS_SESSION_BUS_ADDRESS"] = address


def _terminate(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
