"""Compute parts of the Windows icon that do not need its API."""

from __future__ import annotations

from typing import Any, Final

# Capacity of the text fields of NOTIFYICONDATAW in UTF-16 units, without the
# terminator. Longer texts raise an error in the caller.
NOTIFY_FIELD_UNITS: Final = {"szTip": 127, "szInfo": 255, "szInfoTitle": 63}
_DEFAULT_DPI: Final = 96
_SMALL_ICON_PIXELS: Final = 16


def truncate_utf16(text: str, units: int) -> str:
    """Shorten a text to a number of UTF-16 units, keeping surrogates whole."""
    raw = text.encode("utf-16-le")
    if len(raw) <= 2 * units:
        return text
    shortened = raw[: 2 * (units - 1)].decode("utf-16-le", "ignore")
    return f"{shortened}\N{HORIZONTAL ELLIPSIS}"


def compute_small_icon_size(dpi: int, reported_size: int) -> int:
    """
    Return the size of icons in the notification area in pixels.

    Args:
        dpi: DPI of the display; 0 if unknown.
        reported_size: Result of GetSystemMetricsForDpi; 0 if the call is not
            available.
    """
    return (
        reported_size
        or _SMALL_ICON_PIXELS * (dpi or _DEFAULT_DPI) // _DEFAULT_DPI
    )


def convert_rectangle(rectangle: Any) -> tuple[int, ...] | None:
    """Convert a RECT to x, y, width and height; None if it is empty."""
    width = rectangle.right - rectangle.left
    height = rectangle.bottom - rectangle.top
    if width <= 0 or height <= 0:
        return None
    return rectangle.left, rectangle.top, width, height


def escape_menu_label(text: str) -> str:
    """Escape "&", which would mark a mnemonic."""
    return text.replace("&", "&&")
