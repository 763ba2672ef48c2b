"""Notifications as freedesktop's specification has them."""

from __future__ import annotations

from html import escape
from typing import Final

from claude_tray.desktop.bus import Call
from claude_tray.desktop.identity import APP_ID

NOTIFICATIONS: Final = "org.freedesktop.Notifications"
PATH: Final = "/org/freedesktop/Notifications"
# What a click on the notification itself is called.
CLICKED: Final = "default"
_SERVERS_CHOICE: Final = -1
_NORMAL, _CRITICAL = 1, 2


def close_call(number: int) -> Call:
    """Return the call that takes a notification away."""
    return Call(NOTIFICATIONS, PATH, "CloseNotification", "u", (number,))


def notify_call(  # noqa: PLR0913 - the specification's
    name: str,
    replaces: int,
    title: str,
    body: str,
    *,
    click: str = "",
    is_urgent: bool = False,
    has_sound: bool = False,
) -> Call:
    """
    Return the call that shows a notification; its answer is the number.

    Args:
        name: The program's.
        replaces: The number of the one it takes the place of; 0 for none.
        title: Plain text.
        body: Plain text too: what would be markup in it is escaped.
        click: What a click does, in words; empty if nothing.
        is_urgent: It stays until it is closed.
        has_sound: It may be heard.
    """
    hints: dict[str, tuple[str, object]] = {
        "desktop-entry": ("s", APP_ID),
        "urgency": ("y", _CRITICAL if is_urgent else _NORMAL),
    }
    if has_sound:
        hints["sound-name"] = ("s", "dialog-warning")
    else:
        hints["suppress-sound"] = ("b", True)
    values = (
        name,
        replaces,
        APP_ID,
        title,
        escape(body, quote=False),
        [CLICKED, click] if click else [],
        hints,
        _SERVERS_CHOICE,
    )
    return Call(NOTIFICATIONS, PATH, "Notify", "susssasa{sv}i", values)
