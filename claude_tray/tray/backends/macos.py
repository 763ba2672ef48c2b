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

from claude_tray.drawing.icon_files import png_of
from claude_tray.tray.backends.library import backend
from claude_tray.tray.backends.macos_parts import (
    PIXELS,
    POINTS,
    is_template,
    text_beside,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_darwin: Any = backend("_darwin")
# NSApplicationActivationPolicyAccessory: a menu bar without a Dock icon.
_ACCESSORY: Final = 1


class Icon(_darwin.Icon):
    """
    The icon in the menu bar; it takes a function of the size.

    Args:
        name: The program's.
        is_beside: Tells whether the time stands as text beside the icon.
    """

    _icon_image: Any

    def __init__(self, name: str, is_beside: Callable[[], bool]) -> None:
        super().__init__(name)
        self.anchor: tuple[int, int] | None = None
        self._is_beside = is_beside
        self._app.setActivationPolicy_(_ACCESSORY)

    def _show(self) -> None:
        _on_main(super()._show)

    def _hide(self) -> None:
        _on_main(super()._hide)

    def _update_icon(self) -> None:
        self._icon_valid = True
        _on_main(self._draw)

    def _update_title(self) -> None:
        _on_main(super()._update_title)

    def _update_menu(self) -> None:
        _on_main(super()._update_menu)

    def _stop(self) -> None:
        _on_main(super()._stop)

    def _notify(self, message: str, title: str | None = None) -> None:
        # pystray's own needs a title.
        super()._notify(message, title or self.name)

    def _draw(self) -> None:
        self._icon_image = None
        self._assert_image()

    def _assert_image(self) -> None:
        if self._icon_image is not None:
            return
        data = png_of(self._icon(PIXELS))
        image = AppKit.NSImage.alloc().initWithData_(Foundation.NSData(data))
        image.setSize_((POINTS, POINTS))
        image.setTemplate_(is_template(self._icon))
        self._icon_image = image
        button = self._status_item.button()
        button.setImage_(image)
        is_beside = self._is_beside()
        button.setTitle_(text_beside(self._icon) if is_beside else "")


def _on_main(work: Callable[[], Any]) -> None:
    """Do something on the main thread, where AppKit may be called."""
    if Foundation.NSThread.isMainThread():
        work()
    else:
        AppHelper.callAfter(work)
