"""Show notifications over D-Bus."""

from __future__ import annotations

import threading
from html import escape
from typing import TYPE_CHECKING, Any, Final

from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.platform.app_id import APP_ID
from claude_tray.platform.dbus import DBUS, MethodCall, MethodReply, SessionBus

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.platform.notifications.notifier import DesktopNotification


NOTIFICATION_SERVICE: Final = "org.freedesktop.Notifications"
NOTIFICATION_PATH: Final = "/org/freedesktop/Notifications"
# Action of a click on the notification itself.
DEFAULT_ACTION: Final = "default"
_SERVER_DEFAULT_TIMEOUT: Final = -1
_NORMAL, _CRITICAL = 1, 2


def build_close_call(notification_id: int) -> MethodCall:
    """Build the call that closes a notification."""
    return MethodCall(
        NOTIFICATION_SERVICE,
        NOTIFICATION_PATH,
        "CloseNotification",
        "u",
        (notification_id,),
    )


def build_notify_call(  # noqa: PLR0913 - the specification's
    app_name: str,
    replaces_id: int,
    title: str,
    body: str,
    *,
    action_label: str = "",
    is_urgent: bool = False,
    has_sound: bool = False,
) -> MethodCall:
    """
    Build the call that shows a notification; its reply is the id.

    Args:
        app_name: Name of the program.
        replaces_id: Id of the notification to replace; 0 for none.
        title: Plain text.
        body: Plain text; markup is escaped.
        action_label: Label of the click action; empty for none.
        is_urgent: Keep it open until the user closes it.
        has_sound: Play a sound.
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
        app_name,
        replaces_id,
        APP_ID,
        title,
        escape(body, quote=False),
        [DEFAULT_ACTION, action_label] if action_label else [],
        hints,
        _SERVER_DEFAULT_TIMEOUT,
    )
    return MethodCall(
        NOTIFICATION_SERVICE,
        NOTIFICATION_PATH,
        "Notify",
        "susssasa{sv}i",
        values,
    )


_APP_NAME: Final = "Claude Tray"
_REPLY_SECONDS: Final = 10.0
_ACTION_SIGNAL: Final = "ActionInvoked"


class DBusNotificationSender:
    """
    Show notifications by org.freedesktop.Notifications.

    Args:
        on_click: Called on a thread of its own when one is clicked.

    Raises:
        DesktopError: There is no session bus.
    """

    def __init__(self, on_click: Callable[[], None]) -> None:
        self._on_click = on_click
        self._notification_id = 0
        self._bus = SessionBus(_reject_call, self._on_signal)
        self._thread = threading.Thread(
            target=self._bus.run, name="notify-bus"
        )
        self._thread.start()
        rule = f"type='signal',interface='{NOTIFICATION_SERVICE}',member='{_ACTION_SIGNAL}'"
        path = "/org/freedesktop/DBus"
        self._bus.call(MethodCall(DBUS, path, "AddMatch", "s", (rule,)))

    def send(self, notification: DesktopNotification) -> None:
        call = build_notify_call(
            _APP_NAME,
            self._notification_id,
            notification.title,
            notification.body,
            action_label=notification.action_label,
            is_urgent=notification.is_urgent,
        )
        done = threading.Event()
        replies: list[tuple[str, tuple[Any, ...]]] = []

        def on_reply(error: str, values: tuple[Any, ...]) -> None:
            replies.append((error, values))
            done.set()

        self._bus.call(call, on_reply)
        if not done.wait(_REPLY_SECONDS):
            raise DesktopError(
                gettext_noop("The notification service did not respond.")
            )
        error, values = replies[0]
        if error:
            raise DesktopError(
                gettext_noop("The notification service failed: {reason}."),
                reason=error,
            )
        self._notification_id = values[0]

    def close(self) -> None:
        self._bus.close()
        self._thread.join()

    def _on_signal(self, member: str, values: tuple[Any, ...]) -> None:
        if member == _ACTION_SIGNAL and values == (
            self._notification_id,
            DEFAULT_ACTION,
        ):
            self._on_click()


def _reject_call(
    interface: str, member: str, _: tuple[Any, ...]
) -> MethodReply:
    text = f"no {interface}.{member}"
    raise LookupError(text)
