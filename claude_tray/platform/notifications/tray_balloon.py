"""Show notifications as balloons of the tray icon."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.platform.notifications.notifier import DesktopNotification


class TrayBalloonSender:
    """
    Show notifications by the tray icon.

    Args:
        show: Shows a body and a title; raises DesktopError without an icon.
    """

    def __init__(self, show: Callable[[str, str], None]) -> None:
        self._show = show

    def send(self, notification: DesktopNotification) -> None:
        self._show(notification.body, notification.title)

    def withdraw(self) -> None:
        """Do nothing: the system removes it after some seconds."""

    def close(self) -> None:
        """Do nothing: the tray owns the icon."""
