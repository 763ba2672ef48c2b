"""
pystray's icon for macOS, with what it gets wrong.

* AppKit called off the main thread ends the process; pystray calls it from
  any thread.
* The picture is shrunk to one pixel a point, so it is blurred.
* It is no template, so it is black on a dark menu bar.
* There is no text beside the icon, and the program stands in the Dock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import AppKit
import Foundation
from PyObjCTools import AppHelper

from claude_tray.ui.icon.encode import encode_png
from claude_tray.ui.tray.backends.macos_support import (
    ICON_PIXELS,
    ICON_POINTS,
    format_text_beside,
    is_template,
)
from claude_tray.ui.tray.backends.pystray import import_backend

if TYPE_CHECKING:
    from collections.abc import Callable


_darwin: Any = import_backend("_darwin")
# NSApplicationActivationPolicyAccessory: a menu bar without a Dock icon.
_ACCESSORY: Final = 1


class MacosIcon(_darwin.Icon):
    """
    The icon in the menu bar; it takes a function of the size.

    Args:
        name: The program's.
        shows_text_beside: Tells whether the time stands as text beside the icon.
    """

    _icon_image: Any

    def __init__(
        self, name: str, shows_text_beside: Callable[[], bool]
    ) -> None:
        super().__init__(name)
        self.anchor: tuple[int, int] | None = None
        self._shows_text_beside = shows_text_beside
        self._app.setActivationPolicy_(_ACCESSORY)

    def _show(self) -> None:
        _run_on_main_thread(super()._show)

    def _hide(self) -> None:
        _run_on_main_thread(super()._hide)

    def _update_icon(self) -> None:
        self._icon_valid = True
        _run_on_main_thread(self._redraw)

    def _update_title(self) -> None:
        _run_on_main_thread(super()._update_title)

    def _update_menu(self) -> None:
        _run_on_main_thread(super()._update_menu)

    def _stop(self) -> None:
        _run_on_main_thread(super()._stop)

    def _notify(self, message: str, title: str | None = None) -> None:
        # pystray's own needs a title.
        super()._notify(message, title or self.name)

    def _redraw(self) -> None:
        self._icon_image = None
        self._assert_image()

    def _assert_image(self) -> None:
        if self._icon_image is not None:
            return
        data = encode_png(self._icon(ICON_PIXELS))
        image = AppKit.NSImage.alloc().initWithData_(Foundation.NSData(data))
        image.setSize_((ICON_POINTS, ICON_POINTS))
        image.setTemplate_(is_template(self._icon))
        self._icon_image = image
        button = self._status_item.button()
        button.setImage_(image)
        shows_text_beside = self._shows_text_beside()
        button.setTitle_(
            format_text_beside(self._icon) if shows_text_beside else ""
        )


def _run_on_main_thread(callback: Callable[[], Any]) -> None:
    """Do something on the main thread, where AppKit may be called."""
    if Foundation.NSThread.isMainThread():
        callback()
    else:
        AppHelper.callAfter(callback)
