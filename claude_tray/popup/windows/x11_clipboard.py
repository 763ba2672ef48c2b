"""Gives out a copied text, as X11 wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from Xlib import X, Xatom
from Xlib.protocol import event as events

if TYPE_CHECKING:
    from Xlib.display import Display


class Clipboard:
    """
    The text that other programs may ask for, while this process runs.

    Args:
        display: The connection.
    """

    def __init__(self, display: Display) -> None:
        self._display = display
        atom = display.intern_atom
        self._clipboard = atom("CLIPBOARD")
        self._targets = atom("TARGETS")
        self._texts = (atom("UTF8_STRING"), Xatom.STRING)
        self._text = b""
        self._owner: Any = None

    def offer(self, window: Any, text: str) -> None:  # noqa: ANN401
        """Let others ask for a text."""
        del window
        if self._owner is None:
            root = self._display.screen().root
            # It outlives the window that was copied from.
            self._owner = root.create_window(-1, -1, 1, 1, 0, X.CopyFromParent)
        self._text = text.encode()
        self._owner.set_selection_owner(self._clipboard, X.CurrentTime)

    def handle(self, event: Any) -> bool:  # noqa: ANN401
        """Answer a program that asks; False if the event is no question."""
        if event.type != X.SelectionRequest:
            return False
        where = event.property or event.target
        if event.target == self._targets:
            offered = [self._targets, *self._texts]
            event.requestor.change_property(where, Xatom.ATOM, 32, offered)
        elif event.target in self._texts:
            event.requestor.change_property(where, event.target, 8, self._text)
        else:
            where = X.NONE
        event.requestor.send_event(
            events.SelectionNotify(
                time=event.time,
                requestor=event.requestor,
                selection=event.selection,
                target=event.target,
                property=where,
            ),
        )
        self._display.flush()
        return True
