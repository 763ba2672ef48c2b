"""
Fix pystray's icon for X11's legacy tray (XEmbed).

pystray 0.19.5 does not subscribe to clicks, draws on black, and does not dock
again after the tray restarts. A right click opens the popup like a left click:
there is no menu here, and the popup has every action. Importing this module
opens the display.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from Xlib import X

from claude_tray.errors import NoTrayError, gettext_noop
from claude_tray.ui.icon.encode import flatten_on_tile
from claude_tray.ui.tray.backends.pystray import import_backend

if TYPE_CHECKING:
    from collections.abc import Iterator


_xorg: Any = import_backend("_xorg")
_BUTTONS = (1, 3)
_MIN_ICON_SIZE = 16


class XembedIcon(_xorg.Icon):
    """
    Icon in the tray of the display.

    Attributes:
        anchor: Screen position of the last click.
    """

    _systray_manager: Any

    def __init__(self, name: str) -> None:
        """
        Connect to the display.

        Raises:
            NoTrayError: The display has no tray.
        """
        super().__init__(name)
        self.anchor: tuple[int, int] | None = None
        self._is_stopped = False
        self._thread = threading.current_thread()
        self._manager_atom = self._display.intern_atom("MANAGER")
        self._default_message_handler = self._message_handlers[X.ClientMessage]
        self._message_handlers[X.ClientMessage] = self._on_client_message
        if self._get_systray_manager() is None:
            raise NoTrayError(gettext_noop("This display has no tray."))
        # A starting tray sends a MANAGER message to the root window.
        root = self._display.screen().root
        root.change_attributes(event_mask=X.StructureNotifyMask)

    def _run(self) -> None:
        # Before other threads queue work for this one.
        self._thread = threading.current_thread()
        super()._run()

    def _stop(self) -> None:
        super()._stop()
        self._is_stopped = True

    def _events(self) -> Iterator[Any]:
        # Not every tray reports that our window was destroyed.
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
        # The window has one pixel until the tray has placed it.
        picture = self._icon(max(size, _MIN_ICON_SIZE))
        self._icon_data = flatten_on_tile(picture, width, height)
        # python-xlib calls `tostring`, which Pillow has renamed to `tobytes`.
        vars(self._icon_data)["tostring"] = self._icon_data.tobytes
