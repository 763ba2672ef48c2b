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


class Message(NamedTuple):
    """
    What is shown; each takes the place of the one before it.

    Attributes:
        title: Plain text.
        body: Plain text.
        click: What a click does, in words.
        is_urgent: It may be heard, and stays until it is closed.
    """

    title: str
    body: str
    click: str = ""
    is_urgent: bool = False


class Sender(Protocol):
    """One means of showing messages."""

    def send(self, message: Message) -> None:
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
        makers: Make senders, or raise DesktopError; the best first.
    """

    def __init__(self, makers: Sequence[Callable[[], Sender]]) -> None:
        self._makers = list(makers)
        self._sender: Sender | None = None
        self._waiting: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="notify")
        self._is_started = False

    def send(self, message: Message) -> None:
        """Show a message soon; one that cannot be shown is logged."""
        if not self._is_started:
            self._is_started = True
            self._thread.start()
        self._waiting.put(message)

    def close(self) -> None:
        """Show what is waiting and end."""
        if self._is_started:
            self._waiting.put(None)
            self._thread.join()

    def _work(self) -> None:
        while (message := self._waiting.get()) is not None:
            if not self._is_shown(message):
                _log.warning("Could not show title=%s", message.title)
        if self._sender is not None:
            self._sender.close()

    def _is_shown(self, message: Message) -> bool:
        while self._sender is not None or self._makers:
            try:
                if self._sender is None:
                    self._sender = self._makers.pop(0)()
                self._sender.send(message)
            except DesktopError as error:
                _log.info("Notifications go another way reason=%s", error)
                if self._sender is not None:
                    self._sender.close()
                self._sender = None
            else:
                return True
        return False
