"""What a window shows and obeys, whatever kind of window it is."""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, Protocol

from claude_tray.popup.order import Ask, Show, Volatile, line_of, order_of
from claude_tray.popup.place import Area

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import TextIO

    from claude_tray.popup.controller import Controller

# A popup that is opened again within it is there at once.
WARM_SECONDS: Final = 120.0
_CLICK_SECONDS: Final = 0.4


class Surface(Protocol):
    """
    What is shown in a window.

    Attributes:
        control: The picture, and what the hand does to it.
        title: What is read out when the window opens.
        is_framed: It is a window among others, and stays.
        clipboard: What is to be copied.
    """

    control: Controller
    is_framed: bool
    clipboard: str

    @property
    def title(self) -> str: ...

    def look_again(self, now: datetime) -> None:
        """Take in what has changed since the last time."""

    def hear(self, state: Volatile) -> None:
        """Take what is not in the store."""

    def elsewhere(self) -> Ask | None:
        """Be shown without a window; return what the tray is to notify."""

    def close(self) -> None:
        """Let go of the store."""


class Host:
    """
    Stands between the tray and a window.

    Args:
        make: Makes what is shown, by the order to show it and what to call
            with wishes.
        out: Where wishes are written to.
        clock: What time it is, and the seconds since some moment.
    """

    def __init__(
        self,
        make: Callable[[Show, Callable[[Ask], None]], Surface],
        out: TextIO,
        clock: tuple[Callable[[], datetime], Callable[[], float]],
    ) -> None:
        self.surface: Surface | None = None
        self.is_shown = False
        self.has_ended = False
        self.anchor: Area | None = None
        self.wake: Callable[[], None] = lambda: None
        self._make = make
        self._out = out
        self._now, self._seconds = clock
        self._hidden_at = self._seconds()
        self._volatile = Volatile()
        self._lines: SimpleQueue[str | None] = SimpleQueue()

    def listen(self, source: TextIO) -> threading.Thread:
        """Take orders from a stream until it ends, on a thread."""
        thread = threading.Thread(
            target=self._listen,
            args=(source,),
            name="orders",
            daemon=True,
        )
        thread.start()
        return thread

    def tick(self) -> None:
        """Obey what was ordered; to be called often, by the window."""
        while not self.has_ended:
            try:
                line = self._lines.get_nowait()
            except Empty:
                break
            self._obey(line)
        if self.surface and self.is_shown:
            if not self.surface.control.is_open:
                self.hide()
            else:
                self.surface.look_again(self._now())
        is_cold = self._seconds() - self._hidden_at > WARM_SECONDS
        if not self.is_shown and is_cold:
            self.end()

    def run_without_window(self) -> None:
        """Show everything elsewhere, until the end."""
        while not self.has_ended:
            self._obey(self._lines.get())
            if self.is_shown and self.surface:
                ask = self.surface.elsewhere()
                if ask is not None:
                    self.say(ask)
                self.hide()

    def hide(self) -> None:
        """Be gone from the screen, and warm for a while."""
        if self.is_shown:
            self.is_shown = False
            self._hidden_at = self._seconds()
            self.say(Ask("hidden"))

    def end(self) -> None:
        self.has_ended = True
        self.is_shown = False
        if self.surface:
            self.surface.close()

    def say(self, ask: Ask) -> None:
        """Tell the tray what was chosen."""
        try:
            self._out.write(line_of(ask))
            self._out.flush()
        except OSError:
            # The tray is gone; so are we, in a moment.
            self.has_ended = True

    def _listen(self, source: TextIO) -> None:
        for line in source:
            self._lines.put(line)
            self.wake()
        self._lines.put(None)
        self.wake()

    def _obey(self, line: str | None) -> None:
        order = order_of(line) if line else "quit"
        if isinstance(order, Show):
            if self._is_second_click(order):
                self._stay_hidden()
            else:
                self._show(order)
        elif isinstance(order, Volatile):
            self._volatile = order
            if self.surface:
                self.surface.hear(order)
        elif order == "hide":
            self.hide()
        else:
            self.end()

    def _is_second_click(self, order: Show) -> bool:
        """
        Tell whether it is to be closed rather than shown.

        A click on the icon takes the focus away first where panels take it.
        """
        if order.anchor is None or self.surface is None:
            return False
        hidden_for = self._seconds() - self._hidden_at
        return self.is_shown or hidden_for < _CLICK_SECONDS

    def _stay_hidden(self) -> None:
        if self.is_shown:
            self.hide()
        else:
            self.say(Ask("hidden"))

    def _show(self, order: Show) -> None:
        if self.surface:
            self.surface.close()
        self.surface = self._make(order, self._wish)
        self.surface.hear(self._volatile)
        self.surface.look_again(self._now())
        self.anchor = Area(*order.anchor) if order.anchor else None
        self.is_shown = True

    def _wish(self, ask: Ask) -> None:
        if ask.action == "close":
            self.hide()
        else:
            self.say(ask)
