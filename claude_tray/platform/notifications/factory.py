"""Which means of showing messages this system has."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from claude_tray.platform.notifications.notifier import Notifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.platform.notifications.notifier import (
        DesktopNotification,
        NotificationSender,
    )


class TrayBalloonSender:
    """
    Shows messages by the tray's icon.

    Args:
        show: Takes a body and a title; raises DesktopError without an icon.
    """

    def __init__(self, show: Callable[[str, str], None]) -> None:
        self._show = show

    def send(self, notification: DesktopNotification) -> None:
        self._show(notification.body, notification.title)

    def close(self) -> None:
        """The icon is another's."""


def build_notifier(
    on_click: Callable[[], None],
    show_balloon: Callable[[str, str], None],
) -> Notifier:
    """
    Return what shows messages here.

    Args:
        on_click: Called on some thread when a message is clicked.
        show_balloon: Shows a body and a title beside the tray's icon; raises
            DesktopError where there is none.
    """
    sender_factories: list[Callable[[], NotificationSender]] = []
    if find_spec("desktop_notifier") is not None:
        sender_factories.append(lambda: _build_library_sender(on_click))
    if sys.platform == "win32":
        sender_factories.append(lambda: TrayBalloonSender(show_balloon))
    elif sys.platform == "darwin":
        from claude_tray.platform.notifications.macos import AppleScriptSender

        sender_factories.append(AppleScriptSender)
    else:
        # Late: other systems have no D-Bus.
        from claude_tray.platform.notifications.dbus import (
            DBusNotificationSender,
        )

        sender_factories.append(lambda: DBusNotificationSender(on_click))
    return Notifier(sender_factories)


def _build_library_sender(on_click: Callable[[], None]) -> NotificationSender:
    # Late: it needs asyncio, 5 MiB, and most trays never show a message.
    from claude_tray.platform.notifications.desktop_notifier import (
        DesktopNotifierSender,
    )

    return DesktopNotifierSender(on_click)
