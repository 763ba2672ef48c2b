"""Read the color scheme of Linux desktops: the portal, then GTK."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from claude_tray.platform.small_file import read_small_file

_PORTAL: Final = "org.freedesktop.portal.Settings"
_PORTAL_SECONDS: Final = 0.2
# Values of the portal's "color-scheme"; 0 is no preference: flatpak.github.io/
# xdg-desktop-portal, interface org.freedesktop.portal.Settings.
_DARK: Final = 1
_LIGHT: Final = 2


def is_desktop_dark() -> bool:
    """Check whether apps should be dark."""
    is_dark = _query_portal()
    return _is_gtk_dark() if is_dark is None else is_dark


def parse_portal_scheme(reply: tuple[object, ...]) -> bool | None:
    """Check whether a portal's reply is dark; None: no preference."""
    value: object = reply
    # A variant within a variant: a signature and a value each.
    while isinstance(value, tuple) and value:
        value = value[-1]
    return value == _DARK if value in (_DARK, _LIGHT) else None


def is_dark_gtk_setting(text: str) -> bool:
    """Check whether a GTK settings file selects a dark theme."""
    for line in text.splitlines():
        key, _, value = line.partition("=")
        value = value.strip().lower()
        if key.strip() == "gtk-application-prefer-dark-theme":
            if value in ("1", "true"):
                return True
        elif key.strip() == "gtk-theme-name" and "dark" in value:
            return True
    return False


def _query_portal() -> bool | None:
    """Query the desktop portal; None without a portal or a preference."""
    if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        return None
    # Late: it takes 20 ms, which is wasted without a session.
    from claude_tray.platform.dbus import MethodCall, call_blocking

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
        is_dark_gtk_setting(_read_text(Path(config) / name / "settings.ini"))
        for name in ("gtk-4.0", "gtk-3.0")
    )


def _read_text(path: Path) -> str:
    try:
        return read_small_file(path).decode(errors="replace")
    except OSError:
        return ""
