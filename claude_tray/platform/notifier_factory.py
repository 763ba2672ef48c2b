"""Build the notifier of this system."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from claude_tray.platform.notifications.notifier import (
    NotificationSender,
    Notifier,
)
from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.platform.notifications.notifier import ShowBalloon


def build_notifier(
    on_action: Callable[[str], None],
    show_balloon: ShowBalloon,
) -> Notifier:
    """
    Build the notifier: desktop-notifier if installed, else the system's way.

    Args:
        on_action: Called on any thread with the key of a chosen action.
        show_balloon: Shows a message next to the tray icon.
    """
    sender_factories: list[Callable[[], NotificationSender]] = []
    if find_spec("desktop_notifier") is not None:
        sender_factories.append(lambda: _build_library_sender(on_action))
    sender_factories += current_system().list_notification_senders(
        on_action, show_balloon
    )
    return Notifier(sender_factories)


def _build_library_sender(
    on_action: Callable[[str], None],
) -> NotificationSender:
    # Late: asyncio takes 5 MiB, and most trays never show a notification.
    from claude_tray.platform.notifications.desktop_notifier import (
        DesktopNotifierSender,
    )

    return DesktopNotifierSender(
        on_action, escapes_markup=current_system().has_notification_markup
    )
