"""
pystray's icon for X11's old tray, with what it lacks.

pystray 0.19.5 never asks for clicks, draws on black, and loses its place when
the tray's program ends. A right click does the same as a left one: there is no
menu here, and the popup has every action. Importing this opens the display.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from Xlib import X

from claude_tray.errors import NoTrayError
from claude_tray.ui.icon.encode import flatten_on_tile
from claude_tray.ui.tray.backends.pystray import import_backend

if TYPE_CHECKING:
    from collections.abc import Iterator


_xorg: Any = import_backend("_xorg")
_BUTTONS = (1, 3)
_MIN_ICON_SIZE = 16


class XembedIcon(_xorg.Icon):
    """
    An icon in the tray of the display.

    Attributes:
        anchor: Where the icon was clicked last.
    """

    _systray_manager: Any

    def __init__(self, name: str) -> None:
        """
        Connect to the display.

        Raises:
            NoTrayError: No program shows a tray on it.
        """
        super().__init__(name)
        self.anchor: tuple[int, int] | None = None
        self._is_stopped = False
        self._thread = threading.current_thread()
        self._manager_atom = self._display.intern_atom("MANAGER")
        self._default_message_handler = self._message_handlers[X.ClientMessage]
        self._message_handlers[X.ClientMessage] = self._on_client_message
        if self._get_systray_manager() is None:
            summary = "No tray is shown on this display."
            raise NoTrayError(summary)
        # A tray that starts tells all of it by a message to the root.
        root = self._display.screen().root
        root.change_attributes(event_mask=X.StructureNotifyMask)

    def _run(self) -> None:
        # Before anybody asks this thread to do something.
        self._thread = threading.current_thread()
        super()._run()

    def _stop(self) -> None:
        super()._stop()
        self._is_stopped = True

    def _events(self) -> Iterator[Any]:
        # Not every tray lets us hear that our own window is gone.
        for event in super()._events():
            yield event
            if self._is_stopped:
                return

    def _create_window(self) -> Any:
        window = super()._create_window()
        mask = X.ExposureMask | X.StructureNotifyMask | X.ButtonPressMask
        window.change_attributes(event_mask=mask)
        return window

    def _on_button_press(self, event: Any) -> None:
        if event.detail in _BUTTONS:
            self.anchor = (event.root_x, event.root_y)
            self()

    def _on_client_message(self, event: Any) -> None:
        is_tray = event.data[1][1] == self._net_system_tray_sx
        if event.client_type == self._manager_atom and is_tray:
            self._redock()
        elif event.window.id == self._window.id:
            self._default_message_handler(event)

    def _on_destroy_notify(self, event: Any) -> None:
        manager = self._systray_manager
        if manager is not None and event.window.id == manager.id:
            self._systray_manager = None
            self._redock()

    def _redock(self) -> None:
        if self.visible and self._get_systray_manager() is not None:
            self._dock_window()

    def _assert_icon_data(self, width: int, height: int) -> None:
        size = min(width, height)
        # Before the tray has given it room it is one pixel.
        picture = self._icon(max(size, _MIN_ICON_SIZE))
        self._icon_data = flatten_on_tile(picture, width, height)
        # What python-xlib calls a method that Pillow has renamed.
        vars(self._icon_data)["tostring"] = self._icon_data.tobytes
