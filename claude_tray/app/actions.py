"""Run user actions."""

from __future__ import annotations

import logging
import threading
import webbrowser
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from claude_tray.app.settings_changes import change_settings
from claude_tray.errors import (
    ClaudeTrayError,
    DesktopError,
    SyncMisconfiguredError,
    gettext_noop,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from queue import SimpleQueue

    from claude_tray.app.context import AppContext
    from claude_tray.config.env import EnvVars
    from claude_tray.config.live_settings import LiveSettings
    from claude_tray.ui.toolkit.messages import ActionKind, UserAction


if TYPE_CHECKING:
    ActionHandler = Callable[[UserAction], None]
    # None ends the dispatcher.
    ActionQueue = SimpleQueue[UserAction | None]


_log = logging.getLogger(__name__)


class ActionDispatcher:
    """
    Run queued actions on one thread, in order.

    The queue exists before everything that submits actions, so that those
    parts need no reference to what runs the actions.

    Args:
        queue: Actions of the menu, the windows and other processes.
        handlers: A function for each kind of action.
        report_error: Called with the summary and the hint of an error.
    """

    def __init__(
        self,
        queue: ActionQueue,
        handlers: Mapping[ActionKind, ActionHandler],
        report_error: Callable[[ClaudeTrayError], None],
    ) -> None:
        self._queue = queue
        self._handlers = dict(handlers)
        self._report_error = report_error
        self._thread = threading.Thread(target=self._run, name="actions")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the action that is running; drop the rest."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (action := self._queue.get()) is not None:
            self._dispatch(action)

    def _dispatch(self, action: UserAction) -> None:
        handler = self._handlers.get(action.kind)
        if handler is None:
            _log.warning("Ignored an action kind=%s", action.kind.value)
            return
        try:
            handler(action)
        except ClaudeTrayError as error:
            _log.warning("An action failed error=%s", error)
            self._report_error(error)
        except Exception:  # noqa: BLE001 - the next action must still run
            _log.exception("An action failed kind=%s", action.kind.value)


def save_changes(
    live_settings: LiveSettings, action: UserAction, environment: EnvVars
) -> None:
    """Save the settings that an action changes, and apply them."""
    change_settings(live_settings.path, dict(action.changes), environment)
    live_settings.reload_if_changed()


# Pages of the sections that actions name.
_SETTINGS_PAGES: Final = {
    "about": "/about",
    "limits": "/settings/costs",
    "sync": "/sync",
}


def open_settings(context: AppContext, section: str) -> None:
    """
    Open a section of the settings in the browser.

    Raises:
        DesktopError: The page cannot be started, or there is no browser.
    """
    path = _SETTINGS_PAGES.get(section, "/settings")
    if not _open_in_browser(context, path):
        raise DesktopError(
            gettext_noop("No browser was found."),
            hint=gettext_noop(
                "Run `claude-tray settings` in a terminal to change them."
            ),
        )


def open_dashboard(context: AppContext, path: str) -> None:
    """
    Open the local page in the browser.

    Args:
        context: Paths and folders that the page reads.
        path: Page to open; "" for the first.

    Raises:
        DesktopError: The page cannot be started, or there is no browser.
    """
    if not _open_in_browser(context, path or "/"):
        raise DesktopError(
            gettext_noop("No browser was found."),
            hint=gettext_noop("Run `claude-tray open --print`."),
        )


def _open_in_browser(context: AppContext, path: str) -> bool:
    """Open a page; return whether there is a browser."""
    # Late: few actions open it.
    from claude_tray.app.page_client import open_page

    return webbrowser.open(open_page(context, path))


def open_server(url: str) -> None:
    """
    Open the server's pages in the browser.

    Settings may hold any text as its URL. A password in it would be visible
    in the arguments of the browser, so such a URL is not opened.
    """
    # Late: most users do not sync.
    from claude_tray.sync.config import parse_endpoint

    with suppress(SyncMisconfiguredError):
        webbrowser.open(parse_endpoint(url).url)
