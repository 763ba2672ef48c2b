"""What a window shows and obeys, whatever kind of window it is."""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from claude_tray.ui.toolkit.ipc import (
    HideCommand,
    QuitCommand,
    ShowCommand,
    TransientState,
    WindowHidden,
    encode_line,
    parse_command,
)
from claude_tray.ui.toolkit.placement import ScreenArea
from claude_tray.ui.toolkit.user_action import ActionKind, UserAction

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import TextIO

    from claude_tray.ui.toolkit.controller import ViewController
    from claude_tray.ui.toolkit.ipc import WindowCommand, WindowMessage


# A popup that is opened again within it is there at once.
KEEP_ALIVE_SECONDS: Final = 120.0
_SECOND_CLICK_SECONDS: Final = 0.4


class WindowContent(Protocol):
    """
    What is shown in a window.

    Attributes:
        control: The picture, and what the hand does to it.
        title: What is read out when the window opens.
        is_framed: It is a window among others, and stays.
        clipboard: What is to be copied.
    """

    control: ViewController
    is_framed: bool
    clipboard: str

    @property
    def title(self) -> str: ...

    def refresh(self, now: datetime) -> None:
        """Take in what has changed since the last time."""

    def update(self, state: TransientState) -> None:
        """Take what is not in the store."""

    def show_fallback(self) -> UserAction | None:
        """Be shown without a window; return what the tray is to notify."""

    def close(self) -> None:
        """Let go of the store."""


class WindowHost:
    """
    Stands between the tray and a window.

    Args:
        create_content: Makes what is shown, by the order to show it and what to call
            with wishes.
        output: Where wishes are written to.
        clock: What time it is, and the seconds since some moment.
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
        self.wake: Callable[[], None] = lambda: None
        self._create_content = create_content
        self._output = output
        self._now, self._monotonic = clock
        self._hidden_at = self._monotonic()
        self._transient_state = TransientState()
        self._commands: SimpleQueue[str | None] = SimpleQueue()

    def start_command_reader(self, source: TextIO) -> threading.Thread:
        """Take orders from a stream until it ends, on a thread."""
        thread = threading.Thread(
            target=self._read_commands,
            args=(source,),
            name="orders",
            daemon=True,
        )
        thread.start()
        return thread

    def tick(self) -> None:
        """Obey what was ordered; to be called often, by the window."""
        while not self.is_stopped:
            try:
                line = self._commands.get_nowait()
            except Empty:
                break
            self._handle_line(line)
        if self.content and self.is_shown:
            if not self.content.control.is_open:
                self.hide()
            else:
                self.content.refresh(self._now())
        is_expired = self._monotonic() - self._hidden_at > KEEP_ALIVE_SECONDS
        if not self.is_shown and is_expired:
            self.stop()

    def run_without_window(self) -> None:
        """Show everything elsewhere, until the end."""
        while not self.is_stopped:
            self._handle_line(self._commands.get())
            if self.is_shown and self.content:
                action = self.content.show_fallback()
                if action is not None:
                    self.send(action)
                self.hide()

    def hide(self) -> None:
        """Be gone from the screen, and warm for a while."""
        if self.is_shown:
            self.is_shown = False
            self._hidden_at = self._monotonic()
            self.send(WindowHidden())

    def stop(self) -> None:
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
            # The tray is gone; so are we, in a moment.
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
            # From a tray of another version, replaced while it runs.
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
        Tell whether it is to be closed rather than shown.

        A click on the icon takes the focus away first where panels take it.
        """
        if command.anchor is None or self.content is None:
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
        self.content.update(self._transient_state)
        self.content.refresh(self._now())
        self.anchor = ScreenArea(*command.anchor) if command.anchor else None
        self.is_shown = True

    def _handle_action(self, action: UserAction) -> None:
        if action.kind is ActionKind.CLOSE_WINDOW:
            self.hide()
        else:
            self.send(action)
