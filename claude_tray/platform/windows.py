"""Implement the system for Windows."""

from __future__ import annotations

import ctypes
import errno
import msvcrt
import sys
import winreg
from importlib import import_module
from typing import TYPE_CHECKING, Final

# For mypy: the modules below exist only on Windows.
assert sys.platform == "win32"

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


_LOOPBACK: Final = "127.0.0.1"
# Of _locking: a bad descriptor or argument.
_UNUSABLE_LOCK_ERRORS: Final = (errno.EBADF, errno.EINVAL)
# LOCALE_NAME_MAX_LENGTH
_MAX_LOCALE_NAME_LENGTH: Final = 85
# MUI_LANGUAGE_NAME: "de-DE" instead of numbers.
_MUI_LANGUAGE_NAME: Final = 8
# LOCALE_SSHORTTIME
_SHORT_TIME_FORMAT: Final = 0x79
# ASFW_ANY
_ANY_PROCESS: Final = -1
_THEME_KEY: Final = (
    r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
)


class WindowsSystem:
    """Windows 10 or newer."""

    tray_backend: Final = "windows"
    window_backends: Final = ("tk",)
    has_posix_modes: Final = False
    has_posix_shell: Final = False
    has_notification_markup: Final = False
    # It only waits on, until its timeout; closing the socket ends it.
    shutdown_wakes_readers: Final = False
    is_autostart_status_slow: Final = False

    @property
    def style(self) -> DesktopStyle:
        # Late: only menus and windows need it.
        from claude_tray.core.desktop_style import WINDOWS_STYLE

        return WINDOWS_STYLE

    def get_app_folders(
        self, app_name: str, home: Path
    ) -> tuple[Path, Path, Path]:
        del home
        from claude_tray.platform.known_folders import get_app_folders

        return get_app_folders(app_name)

    def get_language(self) -> str:
        # The formats may follow another region than the display language.
        count, size = ctypes.c_ulong(), ctypes.c_ulong()
        get_languages = ctypes.windll.kernel32.GetUserPreferredUILanguages
        arguments = (_MUI_LANGUAGE_NAME, ctypes.byref(count))
        if get_languages(*arguments, None, ctypes.byref(size)):
            names = ctypes.create_unicode_buffer(size.value)
            if get_languages(*arguments, names, ctypes.byref(size)):
                # Each name ends with a null character.
                listed = ctypes.wstring_at(names, size.value)
                return ":".join(filter(None, listed.split("\0")))
        name = ctypes.create_unicode_buffer(_MAX_LOCALE_NAME_LENGTH)
        ctypes.windll.kernel32.GetUserDefaultLocaleName(
            name, _MAX_LOCALE_NAME_LENGTH
        )
        return name.value

    def has_24h_clock(self) -> bool | None:
        from claude_tray.platform.clock_pattern import is_24h_pattern

        pattern = ctypes.create_unicode_buffer(_MAX_LOCALE_NAME_LENGTH)
        ctypes.windll.kernel32.GetLocaleInfoEx(
            None,
            _SHORT_TIME_FORMAT,
            pattern,
            _MAX_LOCALE_NAME_LENGTH,
        )
        return is_24h_pattern(pattern.value)

    def is_desktop_dark(self) -> bool:
        return _is_theme_dark("AppsUseLightTheme") or False

    def is_panel_dark(self, environ: Mapping[str, str]) -> bool | None:
        del environ
        # The taskbar has a theme of its own.
        return _is_theme_dark("SystemUsesLightTheme")

    def allow_foreground_windows(self) -> None:
        ctypes.windll.user32.AllowSetForegroundWindow(_ANY_PROCESS)

    def try_lock(self, descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            # A taken lock is EACCES or EDEADLOCK on Windows, 0 under Wine.
            if error.errno in _UNUSABLE_LOCK_ERRORS:
                raise
            return False
        return True

    def count_unread_bytes(self, descriptor: int) -> int:
        del descriptor
        return 0

    def bind_command_socket(self, folder: Path) -> tuple[socket.socket, str]:
        del folder
        import socket

        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.bind((_LOOPBACK, 0))
        except OSError:
            listener.close()
            raise
        return listener, str(listener.getsockname()[1])

    def connect_local_socket(
        self, endpoint: str, timeout: float
    ) -> socket.socket:
        """
        Refuse: endpoints are always port numbers.

        Raises:
            OSError: Always.
        """
        del timeout
        raise ConnectionRefusedError(endpoint)

    def kill_process_group(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()

    def get_process_starts(
        self, process_ids: Iterable[int]
    ) -> dict[int, str] | None:
        # The form in which Node.js programs write them here is not known.
        del process_ids
        return None

    def format_device_number(self, device: int) -> str:
        del device
        return ""

    def build_menu_entry(
        self, environ: Mapping[str, str], home: Path
    ) -> AppMenuEntry:
        # Late: only its command and the uninstallation need it.
        from claude_tray.platform.start_menu import StartMenu

        return StartMenu(environ, home)

    def build_autostart(
        self, environ: Mapping[str, str], home: Path
    ) -> Autostart:
        del environ, home
        # Late: most commands do not need it.
        from claude_tray.platform.autostart.windows import RunKey

        return RunKey(import_module("winreg"))

    def list_notification_senders(
        self,
        on_action: Callable[[str], None],
        show_balloon: ShowBalloon,
    ) -> list[Callable[[], NotificationSender]]:
        from claude_tray.platform.notifications.tray_balloon import (
            TrayBalloonSender,
        )

        return [lambda: TrayBalloonSender(show_balloon, on_action)]


def _is_theme_dark(value_name: str) -> bool | None:
    """Check whether a theme value is dark; None if it is not set."""
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _THEME_KEY) as key:
            value, _ = winreg.QueryValueEx(key, value_name)
    except OSError:
        return None
    return bool(value == 0)
