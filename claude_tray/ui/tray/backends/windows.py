"""
Fix pystray's icon for Windows.

* A text that is too long raises an error in the thread that shows it.
* The icon is loaded at 32 pixels and scaled by the shell, so it is blurred.
* An open menu is destroyed when another thread changes it.
* It blocks logging off, and ignores WM_CLOSE.
* A click on a balloon does nothing.

The process is DPI-aware, so that Windows does not scale the icon again.
"""

from __future__ import annotations

import ctypes
import os
import tempfile
from contextlib import suppress
from ctypes import wintypes
from typing import TYPE_CHECKING, Any, Final

from claude_tray.ui.icon.encode import encode_ico
from claude_tray.ui.toolkit.windows_process import prepare_process
from claude_tray.ui.tray.backends.pystray import Menu, import_backend
from claude_tray.ui.tray.backends.windows_support import (
    NOTIFY_FIELD_UNITS,
    compute_small_icon_size,
    convert_rectangle,
    escape_menu_label,
    truncate_utf16,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_win32: Any = import_backend("_win32")
win32 = _win32.win32

_WM_CLOSE: Final = 0x0010
_WM_QUERYENDSESSION: Final = 0x0011
_WM_ENDSESSION: Final = 0x0016
_WM_DPICHANGED: Final = 0x02E0
_SM_CXSMICON: Final = 49
# NIN_BALLOONUSERCLICK
_BALLOON_CLICK: Final = 0x0405


class _IconIdentifier(ctypes.Structure):
    """NOTIFYICONIDENTIFIER; pystray's icons have the number 0 of a window."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("window", wintypes.HWND),
        ("number", wintypes.UINT),
        ("guid", ctypes.c_byte * 16),
    )


class WindowsIcon(_win32.Icon):
    """
    Icon in the notification area, drawn by a function of the size.

    Attributes:
        anchor: The icon's rectangle at the last click, in pixels: x, y,
            width and height. Where Windows does not give it, the position
            of the pointer.
        on_balloon_click: Called when the last balloon is clicked.
    """

    _icon_handle: Any

    def __init__(self, name: str) -> None:
        prepare_process(win32.windll)
        super().__init__(name)
        self.anchor: tuple[int, ...] | None = None
        self.on_balloon_click: Callable[[], None] = _do_nothing
        self._is_menu_open = False
        self._is_menu_stale = False
        self._message_handlers |= {
            _WM_QUERYENDSESSION: lambda _w, _l: 1,
            _WM_ENDSESSION: self._on_end_session,
            _WM_CLOSE: lambda _w, _l: self._stop(),
            _WM_DPICHANGED: self._on_display_change,
        }

    @staticmethod
    def format_label(text: str) -> str:
        """Escape a menu label for Windows."""
        return escape_menu_label(text)

    def _message(self, code: int, flags: int, **fields: Any) -> None:
        for name, units in NOTIFY_FIELD_UNITS.items():
            if name in fields:
                fields[name] = truncate_utf16(fields[name], units)
        super()._message(code, flags, **fields)

    def _on_notify(self, wparam: int, lparam: int) -> None:
        if lparam == _BALLOON_CLICK:
            self.on_balloon_click()
            return
        if lparam not in (win32.WM_LBUTTONUP, win32.WM_RBUTTONUP):
            # Such as each movement of the pointer.
            return
        self.anchor = self._find_icon() or _get_pointer_position()
        has_default = any(item.default for item in self.menu or Menu())
        if lparam == win32.WM_LBUTTONUP and not has_default:
            lparam = win32.WM_RBUTTONUP
        self._is_menu_open = lparam == win32.WM_RBUTTONUP
        try:
            super()._on_notify(wparam, lparam)
        finally:
            self._is_menu_open = False
            if self._is_menu_stale:
                self._update_menu()

    def _update_menu(self) -> None:
        # Windows needs the menu on screen until it is closed.
        self._is_menu_stale = self._is_menu_open
        if not self._is_menu_open:
            super()._update_menu()

    def _on_end_session(self, is_session_over: int, _: int) -> None:
        if is_session_over:
            self._stop()

    def _on_display_change(self, wparam: int, lparam: int) -> None:
        # The size of the icon depends on the DPI of the display.
        self._release_icon()
        super()._on_display_change(wparam, lparam)

    def _assert_icon_handle(self) -> None:
        if self._icon_handle:
            return
        size = self._get_icon_size()
        handle, path = tempfile.mkstemp(".ico")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(encode_ico(self._icon(size)))
            load_args = (win32.IMAGE_ICON, size, size, win32.LR_LOADFROMFILE)
            self._icon_handle = win32.LoadImage(None, path, *load_args)
        finally:
            os.unlink(path)  # noqa: PTH108 - mkstemp gives a text

    def _find_icon(self) -> tuple[int, ...] | None:
        """Return the icon's rectangle, which a click by key has, too."""
        identifier = _IconIdentifier(ctypes.sizeof(_IconIdentifier))
        identifier.window = self._hwnd
        rectangle = wintypes.RECT()
        with suppress(AttributeError, OSError):
            failed = win32.windll.shell32.Shell_NotifyIconGetRect(
                ctypes.byref(identifier), ctypes.byref(rectangle)
            )
            return None if failed else convert_rectangle(rectangle)
        return None

    def _get_icon_size(self) -> int:
        user32 = win32.windll.user32
        with suppress(AttributeError):
            dpi = user32.GetDpiForWindow(self._hwnd)
            reported_size = user32.GetSystemMetricsForDpi(_SM_CXSMICON, dpi)
            return compute_small_icon_size(dpi, reported_size)
        # GetDpiForWindow needs Windows 10.
        return compute_small_icon_size(
            0, user32.GetSystemMetrics(_SM_CXSMICON)
        )


def _get_pointer_position() -> tuple[int, int]:
    point = wintypes.POINT()
    win32.GetCursorPos(ctypes.byref(point))
    return point.x, point.y


def _do_nothing() -> None:
    """Ignore a click on a balloon."""
