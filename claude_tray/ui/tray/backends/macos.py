"""
Fix pystray's icon for macOS.

* pystray calls AppKit from any thread, which crashes the process off the main
  thread.
* It scales the picture to one pixel per point, which is blurred.
* Its picture is no template image, so it stays black on a dark menu bar.
* It cannot show text next to the icon, and the program appears in the Dock.
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
# NSApplicationActivationPolicyAccessory: no Dock icon.
_ACCESSORY: Final = 1


class MacosIcon(_darwin.Icon):
    """
    Icon in the menu bar, drawn by a function of the size.

    Args:
        name: Name of the program.
        shows_text_beside: Returns whether to show the countdown as text next
            to the icon.
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
        # pystray's own method requires a title.
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
    """Call on the main thread, the only one that may use AppKit."""
    if Foundation.NSThread.isMainThread():
        callback()
    else:
        AppHelper.callAfter(callback)
