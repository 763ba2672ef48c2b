"""Run a window's content on commands from the tray, for any backend."""

from __future__ import annotations

import threading
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from claude_tray.ui.toolkit.messages import (
    ActionKind,
    HideCommand,
    QuitCommand,
    ShowCommand,
    TransientState,
    UserAction,
    WindowCommand,
    WindowHidden,
    WindowMessage,
    WindowShown,
    WindowUnavailable,
    encode_line,
    parse_command,
)
from claude_tray.ui.toolkit.placement import ScreenArea
from claude_tray.ui.toolkit.saved_window import (
    SavedWindow,
    load_saved_window,
    save_window,
)
from claude_tray.ui.toolkit.widgets import DragKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import TextIO

    from claude_tray.ui.toolkit.controller import ViewController


# A hidden window's process stays this long, to reopen without delay.
KEEP_ALIVE_SECONDS: Final = 120.0
# A click on the icon within this time after the focus loss means "close".
_SECOND_CLICK_SECONDS: Final = 0.4


class WindowContent(Protocol):
    """
    Content of a window.

    Attributes:
        control: Picture and input handling.
        title: Window title, read by screen readers.
        clipboard: Text to copy; the backend clears it.
    """

    control: ViewController
    clipboard: str

    @property
    def title(self) -> str: ...

    def refresh(self, now: datetime) -> None:
        """Update to the current time and data."""

    def update(self, state: TransientState) -> None:
        """Replace the state that is not in the store."""

    def show_fallback(self) -> UserAction | None:
        """Show the content without a window; return an action for the tray."""

    def close(self) -> None:
        """Release the store and running commands."""


class WindowHost:
    """
    Connect the tray with a window.

    Args:
        create_content: Creates the content for a command; its second argument
            receives the user's actions.
        output: Stream of messages to the tray.
        clock: Returns the current time, and monotonic seconds.
    """

    def __init__(
        self,
        create_content: Callable[
            [ShowCommand, Callable[[UserAction], None]], WindowContent
        ],
        output: TextIO,
        clock: tuple[Callable[[], datetime], Callable[[], float]],
    ) -> None:
        self.content: WindowContent | None = None
        self.is_shown = False
        self.is_stopped = False
        self.anchor: ScreenArea | None = None
        self.moved_to: tuple[int, int] | None = None
        self._state_folder: Path | None = None
        self._saved_window = SavedWindow()
        self.wake: Callable[[], None] = lambda: None
        self._create_content = create_content
        self._output = output
        self._now, self._monotonic = clock
        self._hidden_at = self._monotonic()
        self._transient_state = TransientState()
        self._commands: SimpleQueue[str | None] = SimpleQueue()

    def start_command_reader(self, source: TextIO) -> threading.Thread:
        """Read commands from a stream on a daemon thread."""
        thread = threading.Thread(
            target=self._read_commands,
            args=(source,),
            name="orders",
            daemon=True,
        )
        thread.start()
        return thread

    def tick(self) -> None:
        """Run pending commands and refresh; backends call it continuously."""
        while not self.is_stopped:
            try:
                line = self._commands.get_nowait()
            except Empty:
                break
            self._handle_line(line)
        if self.content and self.is_shown:
            self._save_state(self.content)
            if not self.content.control.is_open:
                self.hide()
            else:
                self.content.control.show_due_tooltip()
                self.content.refresh(self._now())
        is_expired = self._monotonic() - self._hidden_at > KEEP_ALIVE_SECONDS
        if not self.is_shown and is_expired:
            self.stop()

    def run_without_window(self) -> None:
        """Handle all commands by fallbacks until the end."""
        while not self.is_stopped:
            self._handle_line(self._commands.get())
            if self.is_shown and self.content:
                self.send(WindowUnavailable())
                action = self.content.show_fallback()
                if action is not None:
                    self.send(action)
                self.hide()

    def report_shown(self) -> None:
        """Tell the tray that the window is on the screen."""
        self.send(WindowShown())

    def hide(self) -> None:
        """Hide the window but keep its content for a while."""
        if self.is_shown:
            self.is_shown = False
            self._hidden_at = self._monotonic()
            self.send(WindowHidden())

    def stop(self) -> None:
        """Close the content and end the process."""
        self.is_stopped = True
        self.is_shown = False
        if self.content:
            self.content.close()

    def send(self, message: WindowMessage) -> None:
        """Send a message to the tray."""
        try:
            self._output.write(encode_line(message))
            self._output.flush()
        except OSError:
            # The tray has ended; this process follows.
            self.is_stopped = True

    def _read_commands(self, source: TextIO) -> None:
        for line in source:
            self._commands.put(line)
            self.wake()
        self._commands.put(None)
        self.wake()

    def _handle_line(self, line: str | None) -> None:
        """Run a command; the end of the stream ends the process."""
        if line is None:
            self.stop()
            return
        try:
            command = parse_command(line)
        except msgspec.DecodeError:
            # A tray of another version may send unknown commands.
            return
        self._handle_command(command)

    def _handle_command(self, command: WindowCommand) -> None:
        if isinstance(command, ShowCommand):
            if self._is_second_click(command):
                self._keep_hidden()
            else:
                self._show(command)
        elif isinstance(command, TransientState):
            self._transient_state = command
            if self.content:
                self.content.update(command)
        elif isinstance(command, HideCommand):
            self.hide()
        elif isinstance(command, QuitCommand):
            self.stop()

    def _is_second_click(self, command: ShowCommand) -> bool:
        """
        Return whether a command should close the window instead.

        Where panels take the focus, a click on the icon first hides the popup.
        """
        is_toggle = command.anchor is not None or command.closes_open
        if not is_toggle or self.content is None:
            return False
        hidden_for = self._monotonic() - self._hidden_at
        return self.is_shown or hidden_for < _SECOND_CLICK_SECONDS

    def _keep_hidden(self) -> None:
        if self.is_shown:
            self.hide()
        else:
            self.send(WindowHidden())

    def _show(self, command: ShowCommand) -> None:
        if self.content:
            self.content.close()
        self.content = self._create_content(command, self._handle_action)
        self._restore_state(self.content, Path(command.state))
        self.content.update(self._transient_state)
        self.content.refresh(self._now())
        anchor = command.anchor or self._saved_window.anchor
        self.anchor = ScreenArea(*anchor) if anchor else None
        self.is_shown = True

    def _restore_state(self, content: WindowContent, folder: Path) -> None:
        """Apply what the user has changed about a popup."""
        self._state_folder = folder
        self.moved_to, self._saved_window = None, SavedWindow()
        if self._state_folder is not None:
            state = self._saved_window = load_saved_window(folder)
            self.moved_to = state.moved_to
            content.control.update_view_state(
                is_pinned=state.is_pinned, extra_height=state.extra_height
            )

    def _save_state(self, content: WindowContent) -> None:
        """Save place, height and pin once the user has changed them."""
        view_state = content.control.view_state
        state = SavedWindow(
            self.moved_to,
            view_state.extra_height,
            view_state.is_pinned,
            self.anchor,
        )
        is_dragging = content.control.drag_kind is not DragKind.NONE
        if (
            self._state_folder is not None
            and state != self._saved_window
            and not is_dragging
        ):
            self._saved_window = state
            save_window(self._state_folder, state)

    def _handle_action(self, action: UserAction) -> None:
        if action.kind is ActionKind.CLOSE_WINDOW:
            self.hide()
        else:
            self.send(action)
