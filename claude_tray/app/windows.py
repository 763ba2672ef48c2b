"""Show the popup, in its own process, and open the local page."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Final

from claude_tray.app.actions import open_dashboard, open_settings
from claude_tray.ui.toolkit.messages import (
    ActionKind,
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
            point = action.anchor
            self.open_popup((point.x, point.y, 1, 1) if point else None)

    def open_popup(self, anchor: AnchorRect | None = None) -> None:
        """Show the popup, next to the icon if its position is known."""
        self._visible.add("popup")
        self._popup.show(
            build_show_command(self._get_context(), "popup", anchor)
        )

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
                state = build_transient_state(snapshot, self._get_setup())
                self._popup.send_state(state)

    def _on_hidden(self, window: str) -> None:
        self._visible.discard(window)
        if not self._visible:
            self._on_all_hidden()


def build_show_command(
    context: AppContext,
    window: str,
    anchor: AnchorRect | None = None,
) -> ShowCommand:
    """
    Build the command to show a window.

    Args:
        context: Paths and folders that the window reads.
        window: "popup".
        anchor: x, y, width and height of the icon in pixels.
    """
    paths, config = context.paths, context.engine_config()
    return ShowCommand(
        window,
        str(paths.database),
        str(paths.settings_file),
        str(paths.state_folder),
        tuple((str(f.path), f.name) for f in config.folders),
        anchor,
    )
