"""Provide one object per operating system for everything that differs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import socket
    import subprocess
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from claude_tray.core.desktop_style import DesktopStyle
    from claude_tray.platform.autostart.base import Autostart
    from claude_tray.platform.menu_entry import AppMenuEntry
    from claude_tray.platform.notifications.notifier import (
        NotificationSender,
        ShowBalloon,
    )


class System(Protocol):
    """
    Operations and conventions of one operating system.

    To add a platform, implement this protocol in a module of this package
    and return it from `current_system`.
    """

    @property
    def style(self) -> DesktopStyle:
        """UI conventions."""

    @property
    def tray_backend(self) -> str:
        """Key of the tray backend in `ui.tray.factory`."""

    @property
    def window_backends(self) -> tuple[str, ...]:
        """Keys of the window backends in `ui.toolkit.factory`, best first."""

    @property
    def has_posix_modes(self) -> bool:
        """File modes restrict who can read a file."""

    @property
    def has_posix_shell(self) -> bool:
        """Commands run in /bin/sh."""

    @property
    def has_notification_markup(self) -> bool:
        """Notification bodies are markup and must be escaped."""

    @property
    def shutdown_wakes_readers(self) -> bool:
        """Shutting a socket down ends a read that another thread waits in."""

    @property
    def is_autostart_status_slow(self) -> bool:
        """Reading the autostart status starts a process."""

    def get_app_folders(
        self, app_name: str, home: Path
    ) -> tuple[Path, Path, Path]:
        """Return the folders of an app for its config, data and state."""

    def get_language(self) -> str:
        """Return the user's locale code; empty: see the environment."""

    def has_24h_clock(self) -> bool | None:
        """Check for a 24-hour clock; None if unknown."""

    def is_desktop_dark(self) -> bool:
        """Check whether apps should be dark."""

    def is_panel_dark(self, environ: Mapping[str, str]) -> bool | None:
        """Check whether the panel or taskbar is dark; None if unknown."""

    def allow_foreground_windows(self) -> None:
        """Allow another process to raise its window, as Windows requires."""

    def try_lock(self, descriptor: int) -> bool:
        """
        Lock a file without waiting; False if another process holds it.

        Raises:
            OSError: The file cannot be locked.
        """

    def bind_command_socket(self, folder: Path) -> tuple[socket.socket, str]:
        """
        Bind the socket of the running tray; return it and its endpoint.

        Args:
            folder: Private to the user; the caller holds its lock.

        Raises:
            OSError: The socket cannot be bound.
        """

    def connect_local_socket(
        self, endpoint: str, timeout: float
    ) -> socket.socket:
        """
        Connect to an endpoint that is not a port number.

        Raises:
            OSError: Nothing listens there.
        """

    def count_unread_bytes(self, descriptor: int) -> int:
        """Return how much of a pipe is unread; 0 where that is unknown."""

    def kill_process_group(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a session leader with its children."""

    def get_process_starts(
        self, process_ids: Iterable[int]
    ) -> dict[int, str] | None:
        """
        Return when processes started, without those that do not run.

        The times are texts in the form in which Node.js programs of this
        system compare them: clock ticks since the start of Linux, else a date
        in UTC. None if the system does not tell.
        """

    def format_device_number(self, device: int) -> str:
        """Return a `st_dev` as `major:minor`; empty if there is none."""

    def build_menu_entry(
        self, environ: Mapping[str, str], home: Path
    ) -> AppMenuEntry | None:
        """Return the system's list of applications; None if it needs none."""

    def build_autostart(
        self, environ: Mapping[str, str], home: Path
    ) -> Autostart:
        """Return the system's way to start programs at login."""

    def list_notification_senders(
        self,
        on_action: Callable[[str], None],
        show_balloon: ShowBalloon,
    ) -> list[Callable[[], NotificationSender]]:
        """
        Return factories of the system's notification senders, best first.

        Args:
            on_action: Called on any thread with the key of a chosen action.
            show_balloon: Shows a message next to the tray icon.
        """


def current_system() -> System:
    """Return the system this process runs on."""
    # Late: each module imports what only its own system has.
    if sys.platform == "win32":
        from claude_tray.platform.windows import WindowsSystem

        return WindowsSystem()
    elif sys.platform == "darwin":  # noqa: RET505 - for mypy
        from claude_tray.platform.macos import MacosSystem

        return MacosSystem()
    else:
        from claude_tray.platform.linux import LinuxSystem

        return LinuxSystem()


def skip_processor_query() -> None:
    """
    Keep `platform.uname()` from starting a program.

    python-xlib asks for the system's name by index, for which the standard
    library runs `uname -p` (python-xlib 0.33, CPython 3.11).
    """
    # Late: only windows and icons on X11 need it.
    import platform

    vars(platform.uname()).setdefault("processor", "")
