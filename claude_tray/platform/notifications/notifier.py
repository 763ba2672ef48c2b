"""Notifications of the desktop, by the first means that works."""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING, NamedTuple, Protocol

from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_log = logging.getLogger(__name__)


class DesktopNotification(NamedTuple):
    """
    What is shown; each takes the place of the one before it.

    Attributes:
        title: Plain text.
        body: Plain text.
        action_label: What a click does, in words.
        is_urgent: It may be heard, and stays until it is closed.
    """

    title: str
    body: str
    action_label: str = ""
    is_urgent: bool = False


class NotificationSender(Protocol):
    """One means of showing messages."""

    def send(self, notification: DesktopNotification) -> None:
        """
        Show a message.

        Raises:
            DesktopError: This means does not work here.
        """

    def close(self) -> None:
        """End what it has running."""


class Notifier:
    """
    Shows messages on a thread of its own: nobody waits for a desktop.

    Args:
        sender_factories: Make senders, or raise DesktopError; the best first.
    """

    def __init__(
        self, sender_factories: Sequence[Callable[[], NotificationSender]]
    ) -> None:
        self._sender_factories = list(sender_factories)
        self._sender: NotificationSender | None = None
        self._queue: queue.SimpleQueue[DesktopNotification | None] = (
            queue.SimpleQueue()
        )
        self._thread = threading.Thread(target=self._run, name="notify")
        self._is_started = False

    def send(self, notification: DesktopNotification) -> None:
        """Show a message soon; one that cannot be shown is logged."""
        if not self._is_started:
            self._is_started = True
            self._thread.start()
        self._queue.put(notification)

    def close(self) -> None:
        """Show what is waiting and end."""
        if self._is_started:
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        while (notification := self._queue.get()) is not None:
            if not self._try_send(notification):
                _log.warning("Could not show title=%s", notification.title)
        if self._sender is not None:
            self._sender.close()

    def _try_send(self, notification: DesktopNotification) -> bool:
        while self._sender is not None or self._sender_factories:
            try:
                if self._sender is None:
                    self._sender = self._sender_factories.pop(0)()
                self._sender.send(notification)
            except DesktopError as error:
                _log.info("Notifications go another way reason=%s", error)
                if self._sender is not None:
                    self._sender.close()
                self._sender = None
            else:
                return True
        return False
