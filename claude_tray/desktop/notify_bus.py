"""Notifications of Linux desktops, over D-Bus."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from claude_tray.desktop.bus import DBUS, Bus, Call, Reply
from claude_tray.desktop.freedesktop import (
    CLICKED,
    NOTIFICATIONS,
    notify_call,
)
from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.desktop.notify import Message

_NAME: Final = "Claude Tray"
_SECONDS: Final = 10.0
_CLICK: Final = "ActionInvoked"


class BusSender:
    """
    Shows messages by org.freedesktop.Notifications.

    Args:
        on_click: Called on a thread of its own when one is clicked.

    Raises:
        DesktopError: There is no session bus.
    """

    def __init__(self, on_click: Callable[[], None]) -> None:
        self._on_click = on_click
        self._shown = 0
        self._bus = Bus(_refuse, self._on_signal)
        self._thread = threading.Thread(
            target=self._bus.run, name="notify-bus"
        )
        self._thread.start()
        rule = f"type='signal',interface='{NOTIFICATIONS}',member='{_CLICK}'"
        path = "/org/freedesktop/DBus"
        self._bus.call(Call(DBUS, path, "AddMatch", "s", (rule,)))

    def send(self, message: Message) -> None:
        call = notify_call(
            _NAME,
            self._shown,
            message.title,
            message.body,
            click=message.click,
            is_urgent=message.is_urgent,
        )
        done = threading.Event()
        answers: list[tuple[str, tuple[Any, ...]]] = []

        def answered(error: str, values: tuple[Any, ...]) -> None:
            answers.append((error, values))
            done.set()

        self._bus.call(call, answered)
        if not done.wait(_SECONDS):
            summary = "The desktop's notifications do not answer."
            raise DesktopError(summary)
        error, values = answers[0]
        if error:
            summary = f"The desktop shows no notifications: {error}."
            raise DesktopError(summary)
        self._shown = values[0]

    def close(self) -> None:
        self._bus.close()
        self._thread.join()

    def _on_signal(self, member: str, values: tuple[Any, ...]) -> None:
        if member == _CLICK and values == (self._shown, CLICKED):
            self._on_click()


def _refuse(interface: str, member: str, _: tuple[Any, ...]) -> Reply:
    text = f"no {interface}.{member}"
    raise LookupError(text)
