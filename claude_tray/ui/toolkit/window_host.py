"""Run a window's content on commands from the tray, for any backend."""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

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
    encode_line,
    parse_command,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from typing import TextIO

    from claude_tray.ui.toolkit.controller import ViewController


# Pixels between a window and the icon or the edge of the screen.
GAP: Final = 8


class ScreenArea(NamedTuple):
    """A rectangle of the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def contains(self, x: float, y: float) -> bool:
        return self.x <= x < self.right and self.y <= y < self.bottom

    def intersect(self, other: ScreenArea) -> ScreenArea:
        """Return the overlap of both areas, or this area if there is none."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        width = min(self.right, other.right) - x
        height = min(self.bottom, other.bottom) - y
        return (
            ScreenArea(x, y, width, height)
            if width > 0 and height > 0
            else self
        )


def fit_scale(scale: float, size: tuple[int, int], area: ScreenArea) -> float:
    """Reduce a scale so that a window fits the height of the area."""
    max_height = area.height - 2 * GAP
    return scale * max_height / size[1] if size[1] > max_height else scale


def place_beside(
    size: tuple[int, int], area: ScreenArea, anchor: ScreenArea
) -> tuple[int, int]:
    """
    Return the origin of a window next to the icon, fully on the screen.

    Args:
        size: Size of the window in pixels.
        area: Part of the monitor that panels leave free.
        anchor: The icon.
    """
    width, height = size
    x = anchor.x + anchor.width // 2 - width // 2
    y = anchor.bottom + GAP
    # An icon in the lower half belongs to a panel at the bottom.
    if anchor.y + anchor.height / 2 >= area.y + area.height / 2:
        y = anchor.y - height - GAP
    return _clamp_with_gap(x, area.x, area.right - width), _clamp_with_gap(
        y, area.y, area.bottom - height
    )


def place_in_corner(
    size: tuple[int, int],
    area: ScreenArea,
    monitor: ScreenArea,
) -> tuple[int, int]:
    """
    Return the origin of a window while the icon's position is unknown.

    The window goes to the end of the edge with the panel, or to the bottom edge.
    """
    width, height = size
    x = area.right - width - GAP
    y = area.y + GAP if area.y > monitor.y else area.bottom - height - GAP
    return _clamp_with_gap(x, area.x, area.right - width), _clamp_with_gap(
        y, area.y, area.bottom - height
    )


def place_centered(size: tuple[int, int], area: ScreenArea) -> tuple[int, int]:
    """Return the origin of a framed window, centered."""
    width, height = size
    x = area.x + (area.width - width) // 2
    y = area.y + (area.height - height) // 2
    return max(area.x, x), max(area.y, y)


class Placement(NamedTuple):
    """
    Limits of a window's position.

    Attributes:
        monitor: Monitor of the icon, or else of the pointer.
        area: Part of it that panels leave free.
        anchor: The icon; None if its position is unknown.
    """

    monitor: ScreenArea
    area: ScreenArea
    anchor: ScreenArea | None

    def compute_origin(
        self, size: tuple[int, int], *, is_framed: bool
    ) -> tuple[int, int]:
        """Return the upper left corner of a window of a size."""
        if is_framed:
            return place_centered(size, self.area)
        if self.anchor is not None:
            return place_beside(size, self.area, self.anchor)
        return place_in_corner(size, self.area, self.monitor)


def find_monitor(
    monitors: Iterable[ScreenArea], x: float, y: float
) -> ScreenArea | None:
    """Return the monitor that contains a position."""
    return next((m for m in monitors if m.contains(x, y)), None)


def _clamp_with_gap(position: int, first: int, last: int) -> int:
    """Limit a coordinate so that a gap remains at both ends, if there is room."""
    if last - first < 2 * GAP:
        return max(first, min(position, last))
    return min(max(position, first + GAP), last - GAP)


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
        is_framed: A normal window that stays open without focus.
        clipboard: Text to copy; the backend clears it.
    """

    control: ViewController
    is_framed: bool
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
            if not self.content.control.is_open:
                self.hide()
            else:
                self.content.refresh(self._now())
        is_expired = self._monotonic() - self._hidden_at > KEEP_ALIVE_SECONDS
        if not self.is_shown and is_expired:
            self.stop()

    def run_without_window(self) -> None:
        """Handle all commands by fallbacks until the end."""
        while not self.is_stopped:
            self._handle_line(self._commands.get())
            if self.is_shown and self.content:
                action = self.content.show_fallback()
                if action is not None:
                    self.send(action)
                self.hide()

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
