"""
Fix pystray's icon for Windows.

* A text that is too long raises an error in the thread that shows it.
* The icon is loaded at 32 pixels and scaled by the shell, so it is blurred.
* An open menu is destroyed when another thread changes it.
* It blocks logging off, and ignores WM_CLOSE.

The process is DPI-aware, so that Windows does not scale the icon again.
"""

from __future__ import annotations

import ctypes
import os
import tempfile
from contextlib import suppress
from ctypes import wintypes
from typing import Any, Final

from claude_tray.ui.icon.encode import encode_ico
from claude_tray.ui.tray.backends.pystray import Menu, import_backend
from claude_tray.ui.tray.backends.windows_support import (
    NOTIFY_FIELD_UNITS,
    compute_small_icon_size,
    escape_menu_label,
    truncate_utf16,
)

_win32: Any = import_backend("_win32")
win32 = _win32.win32

_WM_CLOSE: Final = 0x0010
_WM_QUERYENDSESSION: Final = 0x0011
_WM_ENDSESSION: Final = 0x0016
_WM_DPICHANGED: Final = 0x02E0
_SM_CXSMICON: Final = 49
# DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2
_PER_MONITOR: Final = -4


class WindowsIcon(_win32.Icon):
    """
    Icon in the notification area, drawn by a function of the size.

    Attributes:
        anchor: Screen position of the last click.
    """

    _icon_handle: Any

    def __init__(self, name: str) -> None:
        _enable_dpi_awareness()
        super().__init__(name)
        self.anchor: tuple[int, int] | None = None
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
        self.anchor = _get_pointer_position()
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


def _enable_dpi_awareness() -> None:
    """Prevent Windows from scaling the windows of this process."""
    context = ctypes.c_void_p(_PER_MONITOR)
    with suppress(AttributeError, OSError):
        # The call needs Windows 10.
        win32.windll.user32.SetProcessDpiAwarenessContext(context)
