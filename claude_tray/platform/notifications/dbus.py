"""Show notifications over D-Bus."""

from __future__ import annotations

import threading
from html import escape
from typing import TYPE_CHECKING, Any, Final

from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.platform import app_id, desktop_entry
from claude_tray.platform.dbus import (
    DBUS,
    IncomingCall,
    MethodCall,
    MethodReply,
    SessionBus,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from claude_tray.platform.notifications.notifier import (
        DesktopNotification,
        NotificationAction,
    )


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
    actions: Sequence[NotificationAction] = (),
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
        actions: Buttons; a click on the notification is the first.
        is_urgent: Keep it open until the user closes it.
        has_sound: Play a sound.
    """
    hints: dict[str, tuple[str, object]] = {
        "desktop-entry": ("s", app_id.APP_ID),
        "urgency": ("y", _CRITICAL if is_urgent else _NORMAL),
    }
    if has_sound:
        hints["sound-name"] = ("s", "dialog-warning")
    else:
        hints["suppress-sound"] = ("b", True)
    values = (
        app_name,
        replaces_id,
        _find_icon_address(),
        title,
        escape(body, quote=False),
        _list_actions(actions),
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


def _find_icon_address() -> str:
    """
    Return the address of the icon's file.

    Only a menu entry installs the icon in a theme; a name that is in none is
    shown as a broken picture. Distribution packages install it there instead
    of beside the program.
    """
    path = desktop_entry.find_icon_file()
    return path.as_uri() if path else app_id.APP_ID


def _list_actions(actions: Sequence[NotificationAction]) -> list[str]:
    # Desktops show no button for the default action.
    clicks = [DEFAULT_ACTION, actions[0].label] if actions else []
    return clicks + [text for action in actions for text in action]


_APP_NAME: Final = "Claude Tray"
_REPLY_SECONDS: Final = 10.0
# Quitting waits for this.
_CLOSE_SECONDS: Final = 1.0
_ACTION_SIGNAL: Final = "ActionInvoked"


class DBusNotificationSender:
    """
    Show notifications by org.freedesktop.Notifications.

    Args:
        on_action: Called on a thread of its own with the key of the chosen
            action.

    Raises:
        DesktopError: There is no session bus.
    """

    def __init__(self, on_action: Callable[[str], None]) -> None:
        self._on_action = on_action
        self._notification_id = 0
        # Keys by what the desktop may report.
        self._action_keys: dict[str, str] = {}
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
            actions=notification.actions,
            is_urgent=notification.is_urgent,
        )
        keys = [action.key for action in notification.actions]
        self._action_keys = dict(zip(keys, keys, strict=True))
        if keys:
            self._action_keys[DEFAULT_ACTION] = keys[0]
        self._call(call, _REPLY_SECONDS)

    def withdraw(self) -> None:
        if self._notification_id:
            call = build_close_call(self._notification_id)
            self._notification_id = 0
            self._call(call, _CLOSE_SECONDS)

    def close(self) -> None:
        self._bus.close()
        self._thread.join()

    def _call(self, call: MethodCall, seconds: float) -> None:
        """Call the service; keep the id of the notification that it shows."""
        done = threading.Event()
        errors: list[str] = []

        def on_reply(error: str, values: tuple[Any, ...]) -> None:
            # Here and not after the wait: a click may follow at once.
            if error:
                errors.append(error)
            elif values:
                self._notification_id = values[0]
            done.set()

        self._bus.call(call, on_reply)
        if not done.wait(seconds):
            raise DesktopError(
                gettext_noop("The notification service did not respond.")
            )
        if errors:
            raise DesktopError(
                gettext_noop("The notification service failed: {reason}."),
                reason=errors[0],
            )

    def _on_signal(self, member: str, values: tuple[Any, ...]) -> None:
        if member != _ACTION_SIGNAL or values[0] != self._notification_id:
            return
        key = self._action_keys.get(values[1])
        if key is not None:
            self._on_action(key)


def _reject_call(call: IncomingCall) -> MethodReply:
    text = f"no {call.interface}.{call.member}"
    raise LookupError(text)
