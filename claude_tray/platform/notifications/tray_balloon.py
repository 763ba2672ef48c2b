"""Show notifications as balloons of the tray icon."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.platform.notifications.notifier import (
        DesktopNotification,
        ShowBalloon,
    )


class TrayBalloonSender:
    """
    Show notifications by the tray icon.

    A balloon has no buttons; a click on it is its first action.

    Args:
        show: Shows a balloon.
        on_action: Called on any thread with the key of a chosen action.
    """

    def __init__(
        self, show: ShowBalloon, on_action: Callable[[str], None]
    ) -> None:
        self._show = show
        self._on_action = on_action

    def send(self, notification: DesktopNotification) -> None:
        def on_click() -> None:
            if notification.actions:
                self._on_action(notification.actions[0].key)

        self._show(notification.body, notification.title, on_click)

    def withdraw(self) -> None:
        """Do nothing: the system removes it after some seconds."""

    def close(self) -> None:
        """Do nothing: the tray owns the icon."""
