"""Show the popup, in its own process, and open the local page."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec import structs

from claude_tray.app.actions import open_dashboard, open_settings
from claude_tray.ui.toolkit.messages import (
    ActionKind,
    NotificationText,
    ShowCommand,
    UserAction,
    build_transient_state,
)
from claude_tray.ui.toolkit.process import PopupProcess

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.app.context import AppContext
    from claude_tray.core.setup import SetupState
    from claude_tray.ingest.snapshot_channel import SnapshotChannel


if TYPE_CHECKING:
    AnchorRect = tuple[int, int, int, int]


# The channel wakes the publisher on every change; this only bounds the wait.
_WAIT_SECONDS: Final = 60.0


def _ignore_close() -> None:
    """Do nothing: the tray keeps running without windows."""


class WindowManager:
    """
    Open windows and pass on what users choose in them.

    Args:
        get_context: Returns the current context.
        submit: Called on some thread with an action from a window.
        on_all_hidden: Called when the last visible window is hidden.
        get_setup: Returns the state of the setup switches.
        on_failed: Called when the process of a window ends by an error.
    """

    def __init__(
        self,
        get_context: Callable[[], AppContext],
        submit: Callable[[UserAction], None],
        on_all_hidden: Callable[[], None] = _ignore_close,
        get_setup: Callable[[], SetupState | None] = lambda: None,
        on_failed: Callable[[], None] = _ignore_close,
    ) -> None:
        self._get_setup = get_setup
        self._get_context = get_context
        self._on_all_hidden = on_all_hidden
        self._visible: set[str] = set()
        self._popup = PopupProcess(
            submit, partial(self._on_hidden, "popup"), on_failed
        )
        self._publisher: threading.Thread | None = None
        self._submit = submit
        self._popup.on_unavailable = self._report_unavailable

    def open_for_action(self, action: UserAction) -> None:
        """
        Open the window or page of an action; other actions open none.

        Raises:
            DesktopError: The local page cannot be opened.
        """
        if action.kind is ActionKind.OPEN_SETTINGS:
            open_settings(self._get_context(), action.page)
        elif action.kind is ActionKind.OPEN_DASHBOARD:
            open_dashboard(self._get_context(), action.page)
        elif action.kind is ActionKind.OPEN_POPUP:
            self.open_popup(action.anchor)
        elif action.kind is ActionKind.TOGGLE_POPUP:
            self.open_popup(closes_open=True)

    def open_popup(
        self, anchor: AnchorRect | None = None, *, closes_open: bool = False
    ) -> None:
        """
        Show the popup, next to the icon if its position is known.

        Args:
            anchor: x, y, width and height of the icon that was clicked.
            closes_open: Close the popup instead if it is open.
        """
        self._visible.add("popup")
        command = build_show_command(self._get_context(), anchor)
        self._popup.show(structs.replace(command, closes_open=closes_open))

    @property
    def has_failed(self) -> bool:
        """Return whether a window ended by an error."""
        return self._popup.has_failed

    def start_publishing(self, channel: SnapshotChannel) -> None:
        """Send transient state to the windows until the channel is closed."""
        self._publisher = threading.Thread(
            target=self._publish_states,
            args=(channel,),
            name="windows",
        )
        self._publisher.start()

    def stop(self) -> None:
        """End the processes; close the channel before."""
        self._popup.stop()
        if self._publisher is not None:
            self._publisher.join()

    def _publish_states(self, channel: SnapshotChannel) -> None:
        version = 0
        while not channel.is_closed:
            update = channel.wait_for_newer(version, _WAIT_SECONDS)
            if update is not None:
                version, snapshot = update
                state = build_transient_state(
                    snapshot,
                    self._get_setup(),
                    self._get_context().translator.translate_problem,
                )
                self._popup.send_state(state)

    def _report_unavailable(self, opens_nothing: bool) -> None:  # noqa: FBT001
        """Say that the page replaces the popup; open it if nothing else does."""
        if opens_nothing:
            self._submit(UserAction(ActionKind.OPEN_DASHBOARD))
        gettext = self._get_context().translator.gettext
        text = NotificationText(
            gettext("No window can be shown here"),
            gettext("Your usage opens in the browser instead."),
        )
        self._submit(UserAction(ActionKind.NOTIFY, notification=text))

    def _on_hidden(self, window: str) -> None:
        self._visible.discard(window)
        if not self._visible:
            self._on_all_hidden()


def build_show_command(
    context: AppContext, anchor: AnchorRect | None = None
) -> ShowCommand:
    """
    Build the command to show the popup.

    Args:
        context: Paths and folders that the window reads.
        anchor: x, y, width and height of the icon in pixels.
    """
    paths, config = context.paths, context.engine_config()
    return ShowCommand(
        str(paths.database),
        str(paths.settings_file),
        str(paths.state_folder),
        tuple((str(f.path), f.name) for f in config.folders),
        anchor,
    )
