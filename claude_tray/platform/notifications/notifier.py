"""Show notifications with the first sender that works."""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from claude_tray.errors import DesktopError
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    # Shows a body and a title next to the tray icon, and calls back when they
    # are clicked; raises DesktopError without an icon.
    ShowBalloon = Callable[[str, str, Callable[[], None]], None]


_log = logging.getLogger(__name__)


class NotificationAction(NamedTuple):
    """
    A button of a notification.

    Attributes:
        key: What the sender reports when it is chosen.
        label: Translated text.
    """

    key: str
    label: str


class DesktopNotification(NamedTuple):
    """
    A notification; it replaces the previous one.

    Attributes:
        title: Plain text.
        body: Plain text.
        actions: Its buttons; a click on the notification is the first.
        is_urgent: Keep it open until the user closes it; play a sound if the
            sender supports it.
    """

    title: str
    body: str
    actions: tuple[NotificationAction, ...] = ()
    is_urgent: bool = False


class NotificationSender(Protocol):
    """One way to show notifications."""

    def send(self, notification: DesktopNotification) -> None:
        """
        Show a notification.

        Raises:
            DesktopError: The sender does not work on this desktop.
        """

    def withdraw(self) -> None:
        """
        Remove the notification that was shown last, if it is still there.

        Raises:
            DesktopError: The sender does not work on this desktop.
        """

    def close(self) -> None:
        """Stop threads and close connections."""


class Notifier:
    """
    Show notifications on a thread of its own, because desktops may be slow.

    Args:
        sender_factories: Build senders or raise DesktopError; best first.
    """

    def __init__(
        self, sender_factories: Sequence[Callable[[], NotificationSender]]
    ) -> None:
        self._sender_factories = list(sender_factories)
        self._sender: NotificationSender | None = None
        # "" withdraws the last notification, None ends the thread.
        self._queue: queue.SimpleQueue[
            DesktopNotification | Literal[""] | None
        ] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="notify")
        self._is_started = False

    def send(self, notification: DesktopNotification) -> None:
        """Queue a notification; log it if it cannot be shown."""
        if not self._is_started:
            self._is_started = True
            self._thread.start()
        self._queue.put(
            notification._replace(
                title=make_visible(notification.title),
                body=make_visible(notification.body, keep="\n"),
            )
        )

    def withdraw(self) -> None:
        """Remove the notification that was shown last."""
        if self._is_started:
            self._queue.put("")

    def close(self) -> None:
        """Show the queued notifications, remove the last one and stop."""
        if self._is_started:
            self.withdraw()
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        while (notification := self._queue.get()) is not None:
            if not notification:
                self._try_withdraw()
            elif not self._try_send(notification):
                _log.warning("Could not show title=%s", notification.title)
        if self._sender is not None:
            self._sender.close()

    def _try_withdraw(self) -> None:
        if self._sender is not None:
            try:
                self._sender.withdraw()
            except DesktopError as error:
                _log.info("Cannot withdraw a notification reason=%s", error)

    def _try_send(self, notification: DesktopNotification) -> bool:
        while self._sender is not None or self._sender_factories:
            try:
                if self._sender is None:
                    self._sender = self._sender_factories.pop(0)()
                self._sender.send(notification)
            except DesktopError as error:
                _log.info("Notification sender failed reason=%s", error)
                if self._sender is not None:
                    self._sender.close()
                self._sender = None
            else:
                return True
        return False
