"""Whether the person's desktop is dark."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


# Of the portal: what is wanted.
_DARK: Final = 1
_LIGHT: Final = 2


def parse_portal_scheme(reply: tuple[object, ...]) -> bool | None:
    """Tell what an answer of the portal means; None: no preference."""
    value: object = reply
    # A variant within a variant: a signature and a value each.
    while isinstance(value, tuple) and value:
        value = value[-1]
    return value == _DARK if value in (_DARK, _LIGHT) else None


def is_dark_gtk_setting(text: str) -> bool:
    """Tell whether a settings file of GTK asks for the dark."""
    for line in text.splitlines():
        key, _, value = line.partition("=")
        value = value.strip().lower()
        if key.strip() == "gtk-application-prefer-dark-theme":
            if value in ("1", "true"):
                return True
        elif key.strip() == "gtk-theme-name" and "dark" in value:
            return True
    return False


if sys.platform == "win32":
    import winreg

    _APPS_THEME_KEY: Final = (
        r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
    )

    def is_desktop_dark() -> bool:
        """Tell whether programs are to be dark."""
        try:
            with winreg.OpenKey(
                winreg.HKEY_CURRENT_USER, _APPS_THEME_KEY
            ) as key:
                light, _ = winreg.QueryValueEx(key, "AppsUseLightTheme")
        except OSError:
            return False
        return bool(light == 0)

elif sys.platform == "darwin":
    import subprocess

    def is_desktop_dark() -> bool:
        """Tell whether programs are to be dark."""
        result = subprocess.run(
            ["/usr/bin/defaults", "read", "-g", "AppleInterfaceStyle"],
            capture_output=True,
            text=True,
            check=False,
        )
        return result.stdout.strip() == "Dark"

else:
    import os
    from pathlib import Path
    from typing import Final

    _PORTAL: Final = "org.freedesktop.portal.Settings"
    _PORTAL_SECONDS: Final = 0.2

    def is_desktop_dark() -> bool:
        """Tell whether programs are to be dark: the portal, else GTK's."""
        scheme = _query_portal()
        return _is_gtk_dark() if scheme is None else scheme

    def _query_portal() -> bool | None:
        """
        Return what the desktop's portal tells; None where there is none.

        1 is dark, 2 light, 0 no preference: flatpak.github.io/
        xdg-desktop-portal, interface org.freedesktop.portal.Settings.
        """
        # Late: it takes 20 ms, which those without a session need not wait.
        from claude_tray.platform.dbus import MethodCall, call_blocking

        if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
            return None
        call = MethodCall(
            "org.freedesktop.portal.Desktop",
            "/org/freedesktop/portal/desktop",
            "Read",
            "ss",
            ("org.freedesktop.appearance", "color-scheme"),
            _PORTAL,
        )
        reply = call_blocking(call, _PORTAL_SECONDS)
        return None if reply is None else parse_portal_scheme(reply)

    def _is_gtk_dark() -> bool:
        theme = os.environ.get("GTK_THEME", "")
        if theme:
            return theme.lower().endswith(("dark", ":dark"))
        config = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
        return any(
            is_dark_gtk_setting(
                _read_text(Path(config) / name / "settings.ini")
            )
            for name in ("gtk-4.0", "gtk-3.0")
        )

    def _read_text(path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""


_TASKBAR_THEME_KEY: Final = (
    r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
)
# Windows has a theme for its own parts beside that of programs.
_TASKBAR_THEME_VALUE: Final = "SystemUsesLightTheme"


def is_panel_dark(environ: Mapping[str, str]) -> bool | None:
    """Tell whether panels are dark; None where that is not known."""
    if sys.platform == "win32":
        return _is_taskbar_dark()
    # GNOME's top bar is dark in every theme of its own.
    desktops = environ.get("XDG_CURRENT_DESKTOP", "").split(":")
    return True if "GNOME" in desktops else None


if sys.platform == "win32":
    import winreg

    def _is_taskbar_dark() -> bool | None:
        try:
            with winreg.OpenKey(
                winreg.HKEY_CURRENT_USER, _TASKBAR_THEME_KEY
            ) as key:
                return not winreg.QueryValueEx(key, _TASKBAR_THEME_VALUE)[0]
        except OSError:
            return None
