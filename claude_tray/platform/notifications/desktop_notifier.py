"""Show notifications by desktop-notifier, an optional dependency."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from functools import partial
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.platform import app_id, desktop_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from claude_tray.platform.notifications.notifier import DesktopNotification


_APP_NAME: Final = "Claude Tray"
_TIMEOUT_SECONDS: Final = 10.0


class DesktopNotifierSender:
    """
    Show notifications by desktop-notifier.

    Args:
        on_action: Called on a thread of the library with the key of the
            chosen action.
        escapes_markup: The system takes bodies for markup.

    Raises:
        DesktopError: It is not installed or not allowed to notify.
    """

    def __init__(
        self, on_action: Callable[[str], None], *, escapes_markup: bool
    ) -> None:
        try:
            # Late and by name: it is optional and takes 11 MiB.
            self._library: Any = import_module("desktop_notifier")
        except ImportError as error:
            raise DesktopError(
                gettext_noop("desktop-notifier is not installed.")
            ) from error
        self._on_action = on_action
        self._escapes_markup = escapes_markup
        self._notification_id = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever,
            name="notify-loop",
        )
        self._thread.start()
        try:
            is_allowed = self._run_in_loop(self._create_notifier())
        except DesktopError:
            self.close()
            raise
        if not is_allowed:
            self.close()
            raise DesktopError(
                gettext_noop("The system does not allow notifications.")
            )

    def send(self, notification: DesktopNotification) -> None:
        self._run_in_loop(self._show(notification))

    def withdraw(self) -> None:
        self._run_in_loop(self._clear())

    def close(self) -> None:
        with suppress(DesktopError):
            self._run_in_loop(self._disconnect())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.close()

    async def _create_notifier(self) -> bool:
        path = desktop_entry.find_icon_file()
        icon = (
            self._library.Icon(path=path)
            if path
            else self._library.Icon(name=app_id.APP_ID)
        )
        # Created in the loop because it keeps the running one.
        self._notifier = self._library.DesktopNotifier(_APP_NAME, icon)
        return bool(await self._notifier.has_authorisation())

    async def _disconnect(self) -> None:
        """Close the connection; the library has no method for it."""
        backend = getattr(getattr(self, "_notifier", None), "_backend", None)
        bus = getattr(backend, "bus", None)
        if bus is not None:
            bus.disconnect()
            await bus.wait_for_disconnect()

    async def _clear(self) -> None:
        # The library forgets a notification that was clicked or closed.
        shown = await self._notifier.get_current_notifications()
        if self._notification_id in shown:
            await self._notifier.clear(self._notification_id)
        self._notification_id = ""

    async def _show(self, notification: DesktopNotification) -> None:
        urgency = self._library.Urgency
        sound = self._library.DEFAULT_SOUND
        # The library does not escape it.
        body = notification.body
        if self._escapes_markup:
            body = escape(body, quote=False)
        await self._clear()
        actions = notification.actions
        dispatched: list[bool] = []
        self._notification_id = await self._notifier.send(
            notification.title,
            body,
            urgency=urgency.Critical
            if notification.is_urgent
            else urgency.Normal,
            sound=sound if notification.is_urgent else None,
            on_dispatched=lambda: dispatched.append(True),
            buttons=[
                self._library.Button(
                    action.label, partial(self._on_action, action.key)
                )
                for action in actions
            ],
            on_clicked=partial(self._on_action, actions[0].key)
            if actions
            else None,
        )
        if not dispatched:
            # The library only logs its failures.
            raise DesktopError(gettext_noop("desktop-notifier failed."))

    def _run_in_loop(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        task = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return task.result(_TIMEOUT_SECONDS)
        except DesktopError:
            raise
        except Exception as error:
            # It has no error class: the binding of each system raises its own.
            task.cancel()
            raise DesktopError(
                gettext_noop("desktop-notifier failed: {reason}."),
                reason=error,
            ) from error
