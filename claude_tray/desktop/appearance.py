"""Whether the person's desktop is dark."""

from __future__ import annotations

import sys
from typing import Final

# Of the portal: what is wanted.
_DARK: Final = 1
_LIGHT: Final = 2


def is_dark_scheme(answer: tuple[object, ...]) -> bool | None:
    """Tell what an answer of the portal means; None: no preference."""
    value: object = answer
    # A variant within a variant: a signature and a value each.
    while isinstance(value, tuple) and value:
        value = value[-1]
    return value == _DARK if value in (_DARK, _LIGHT) else None


def is_dark_setting(text: str) -> bool:
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

    _KEY: Final = (
        r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
    )

    def is_dark() -> bool:
        """Tell whether programs are to be dark."""
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _KEY) as key:
                light, _ = winreg.QueryValueEx(key, "AppsUseLightTheme")
        except OSError:
            return False
        return bool(light == 0)

elif sys.platform == "darwin":
    import subprocess

    def is_dark() -> bool:
        """Tell whether programs are to be dark."""
        said = subprocess.run(
            ["/usr/bin/defaults", "read", "-g", "AppleInterfaceStyle"],
            capture_output=True,
            text=True,
            check=False,
        )
        return said.stdout.strip() == "Dark"

else:
    import os
    from pathlib import Path
    from typing import Final

    _PORTAL: Final = "org.freedesktop.portal.Settings"
    _SECONDS: Final = 0.2

    def is_dark() -> bool:
        """Tell whether programs are to be dark: the portal, else GTK's."""
        told = _portal()
        return _of_gtk() if told is None else told

    def _portal() -> bool | None:
        """
        Return what the desktop's portal tells; None where there is none.

        1 is dark, 2 light, 0 no preference: flatpak.github.io/
        xdg-desktop-portal, interface org.freedesktop.portal.Settings.
        """
        # Late: it takes 20 ms, which those without a session need not wait.
        from claude_tray.desktop.bus import Call, asked  # noqa: PLC0415

        if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
            return None
        call = Call(
            "org.freedesktop.portal.Desktop",
            "/org/freedesktop/portal/desktop",
            "Read",
            "ss",
            ("org.freedesktop.appearance", "color-scheme"),
            _PORTAL,
        )
        answer = asked(call, _SECONDS)
        return None if answer is None else is_dark_scheme(answer)

    def _of_gtk() -> bool:
        theme = os.environ.get("GTK_THEME", "")
        if theme:
            return theme.lower().endswith(("dark", ":dark"))
        config = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
        return any(
            is_dark_setting(_text(Path(config) / name / "settings.ini"))
            for name in ("gtk-4.0", "gtk-3.0")
        )

    def _text(path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
