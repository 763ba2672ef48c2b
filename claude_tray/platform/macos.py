"""Implement the system for macOS."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Final

# For mypy: the base class does not exist on Windows.
assert sys.platform != "win32"

from claude_tray.platform.posix import PosixSystem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from claude_tray.core.desktop_style import DesktopStyle
    from claude_tray.platform.autostart.base import Autostart
    from claude_tray.platform.notifications.notifier import (
        NotificationSender,
        ShowBalloon,
    )

_LANGUAGE_CODE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*")


def join_languages(listed: str) -> str:
    """
    Join the codes of AppleLanguages by colons.

    Args:
        listed: As `defaults` prints it: ("fr-DE", "en-DE"), each on a line,
            in quotes where there is a hyphen.
    """
    return ":".join(_LANGUAGE_CODE.findall(listed))


class MacosSystem(PosixSystem):
    """macOS, read by its command-line tools."""

    tray_backend: Final = "macos"
    window_backends: Final = ("cocoa", "tk")
    has_notification_markup: Final = False
    is_autostart_status_slow: Final = True

    @property
    def style(self) -> DesktopStyle:
        # Late: only menus and windows need it.
        from claude_tray.core.desktop_style import MACOS_STYLE

        return MACOS_STYLE

    def get_app_folders(
        self, app_name: str, home: Path
    ) -> tuple[Path, Path, Path]:
        del home
        from claude_tray.platform.known_folders import get_app_folders

        return get_app_folders(app_name)

    def get_language(self) -> str:
        listed = _read_global_default("AppleLanguages")
        return join_languages(listed) or _read_global_default("AppleLocale")

    def has_24h_clock(self) -> bool | None:
        for name, value in (
            ("AppleICUForce24HourTime", True),
            ("AppleICUForce12HourTime", False),
        ):
            if _read_global_default(name) == "1":
                return value
        return None

    def is_desktop_dark(self) -> bool:
        return _read_global_default("AppleInterfaceStyle") == "Dark"

    def is_panel_dark(self, environ: Mapping[str, str]) -> bool | None:
        """Return None: the menu bar colors template icons itself."""
        del environ
        return None

    def get_process_starts(
        self, process_ids: Iterable[int]
    ) -> dict[int, str] | None:
        # Late: most commands do not need it.
        import subprocess

        ids = ",".join(map(str, process_ids))
        if not ids:
            return {}
        result = subprocess.run(  # noqa: S603 - only numbers are from outside
            ["/bin/ps", "-o", "pid=,lstart=", "-p", ids],
            env={"LC_ALL": "C", "TZ": "UTC"},
            capture_output=True,
            text=True,
            check=False,
        )
        rows = [line.split(None, 1) for line in result.stdout.splitlines()]
        return {
            int(row[0]): " ".join(row[1].split())
            for row in rows
            if len(row) > 1
        }

    def build_menu_entry(self, environ: Mapping[str, str], home: Path) -> None:
        """Return None: Spotlight finds the app."""
        del environ, home

    def build_autostart(
        self, environ: Mapping[str, str], home: Path
    ) -> Autostart:
        del environ
        # Late: most commands do not need it.
        from claude_tray.platform.autostart.macos import (
            LaunchAgent,
            Launchctl,
        )

        return LaunchAgent(home, Launchctl(os.getuid()))

    def list_notification_senders(
        self,
        on_action: Callable[[str], None],
        show_balloon: ShowBalloon,
    ) -> list[Callable[[], NotificationSender]]:
        del on_action, show_balloon
        from claude_tray.platform.notifications.macos import AppleScriptSender

        return [AppleScriptSender]


def _read_global_default(name: str) -> str:
    """Return a value of the global domain; empty if it is not set."""
    # Late: only what draws or prints times needs it.
    import subprocess

    result = subprocess.run(  # noqa: S603 - no part of it is from outside
        ["/usr/bin/defaults", "read", "-g", name],
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout.strip()
