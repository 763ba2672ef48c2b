"""Notifications by desktop-notifier, where that is installed."""

from __future__ import annotations

import asyncio
import sys
import threading
from contextlib import suppress
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from claude_tray.desktop.identity import APP_ID
from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from claude_tray.desktop.notify import Message

_NAME: Final = "Claude Tray"
_SECONDS: Final = 10.0


class LibrarySender:
    """
    Shows messages by desktop-notifier.

    Args:
        on_click: Called on a thread of the library's when one is clicked.

    Raises:
        DesktopError: It is not installed, or may show nothing here.
    """

    def __init__(self, on_click: Callable[[], None]) -> None:
        try:
            # Late and by name: it is an extra, and takes 11 MiB.
            self._library: Any = import_module("desktop_notifier")
        except ImportError as error:
            summary = "desktop-notifier is not installed."
            raise DesktopError(summary) from error
        self._on_click = on_click
        self._shown = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever,
            name="notify-loop",
        )
        self._thread.start()
        try:
            may_show = self._wait_for(self._made())
        except DesktopError:
            self.close()
            raise
        if not may_show:
            self.close()
            summary = "The system lets this program show nothing."
            raise DesktopError(summary)

    def send(self, message: Message) -> None:
        self._wait_for(self._sent(message))

    def close(self) -> None:
        with suppress(DesktopError):
            self._wait_for(self._ended())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.close()

    async def _made(self) -> bool:
        icon = self._library.Icon(name=APP_ID)
        # In the loop: it keeps the one that is running.
        self._notifier = self._library.DesktopNotifier(_NAME, icon)
        return bool(await self._notifier.has_authorisation())

    async def _ended(self) -> None:
        """End the connection, for which the library has no call."""
        backend = getattr(getattr(self, "_notifier", None), "_backend", None)
        bus = getattr(backend, "bus", None)
        if bus is not None:
            bus.disconnect()
            await bus.wait_for_disconnect()

    async def _sent(self, message: Message) -> None:
        urgency = self._library.Urgency
        sound = self._library.DEFAULT_SOUND
        # It passes on what D-Bus takes for markup.
        body = message.body
        if sys.platform not in ("win32", "darwin"):
            body = escape(body, quote=False)
        if self._shown:
            await self._notifier.clear(self._shown)
        sent: list[bool] = []
        self._shown = await self._notifier.send(
            message.title,
            body,
            urgency=urgency.Critical if message.is_urgent else urgency.Normal,
            sound=sound if message.is_urgent else None,
            on_dispatched=lambda: sent.append(True),
            on_clicked=self._on_click,
        )
        if not sent:
            # It logs its failures and goes on.
            summary = "desktop-notifier failed."
            raise DesktopError(summary)

    def _wait_for(self, work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - the library has types of its own
        task = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return task.result(_SECONDS)
        except DesktopError:
            raise
        except Exception as error:
            # It names no errors of its own: each system's binding raises its.
            task.cancel()
            summary = f"desktop-notifier failed: {error}."
            raise DesktopError(summary) from error
