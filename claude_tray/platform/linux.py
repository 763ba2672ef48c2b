"""Implement the system for Linux and other Unix desktops."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

# For mypy: the base class does not exist on Windows.
assert sys.platform != "win32"

from claude_tray.platform.app_folders import locate_xdg_folders
from claude_tray.platform.posix import PosixSystem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from claude_tray.core.desktop_style import DesktopStyle
    from claude_tray.platform.autostart.base import Autostart
    from claude_tray.platform.menu_entry import AppMenuEntry
    from claude_tray.platform.notifications.notifier import (
        NotificationSender,
        ShowBalloon,
    )


# In /proc/PID/stat, counted from the field after the name.
_START_FIELD: Final = 19


class LinuxSystem(PosixSystem):
    """A freedesktop.org desktop."""

    tray_backend: Final = "linux"
    window_backends: Final = ("x11", "tk")
    has_notification_markup: Final = True
    is_autostart_status_slow: Final = False

    @property
    def style(self) -> DesktopStyle:
        # Late: only menus and windows need it.
        from claude_tray.core.desktop_style import LINUX_STYLE

        return LINUX_STYLE

    def get_app_folders(
        self, app_name: str, home: Path
    ) -> tuple[Path, Path, Path]:
        config, data, state = locate_xdg_folders(app_name, str(home))
        return Path(config), Path(data), Path(state)

    def get_language(self) -> str:
        return ""

    def has_24h_clock(self) -> bool | None:
        # Late: most commands print no times.
        import locale

        from claude_tray.platform.clock_pattern import is_24h_pattern

        previous = locale.setlocale(locale.LC_TIME)
        try:
            locale.setlocale(locale.LC_TIME, "")
            return is_24h_pattern(locale.nl_langinfo(locale.T_FMT))
        except locale.Error:
            return None
        finally:
            locale.setlocale(locale.LC_TIME, previous)

    def is_desktop_dark(self) -> bool:
        # Late: only windows need it.
        from claude_tray.platform.color_scheme import is_desktop_dark

        return is_desktop_dark()

    def is_panel_dark(self, environ: Mapping[str, str]) -> bool | None:
        # GNOME's top bar is dark in all of its themes.
        desktops = environ.get("XDG_CURRENT_DESKTOP", "").split(":")
        return True if "GNOME" in desktops else None

    def get_process_starts(
        self, process_ids: Iterable[int]
    ) -> dict[int, str] | None:
        starts = {}
        for process_id in process_ids:
            with suppress(OSError):
                stat = Path(f"/proc/{process_id}/stat").read_bytes()
                # The name before it may contain blanks and parentheses.
                fields = stat.rpartition(b")")[2].split()
                starts[process_id] = fields[_START_FIELD].decode()
        return starts

    def build_menu_entry(
        self, environ: Mapping[str, str], home: Path
    ) -> AppMenuEntry:
        # Late: only its command and the uninstallation need it.
        from claude_tray.platform.desktop_entry import FreedesktopEntry

        return FreedesktopEntry(environ, home)

    def build_autostart(
        self, environ: Mapping[str, str], home: Path
    ) -> Autostart:
        # Late: most commands do not need it.
        from claude_tray.platform.autostart.linux import build_xdg_autostart

        return build_xdg_autostart(environ, home)

    def list_notification_senders(
        self,
        on_action: Callable[[str], None],
        show_balloon: ShowBalloon,
    ) -> list[Callable[[], NotificationSender]]:
        del show_balloon
        # Late: it imports jeepney.
        from claude_tray.platform.notifications.dbus import (
            DBusNotificationSender,
        )

        return [lambda: DBusNotificationSender(on_action)]
