"""What the Windows icon needs that can be reckoned anywhere."""

from __future__ import annotations

from typing import Final

# What the fields of NOTIFYICONDATAW hold, in UTF-16 units; the last unit of
# each is for the end, and a longer text raises an error in the caller.
NOTIFY_FIELD_UNITS: Final = {"szTip": 127, "szInfo": 255, "szInfoTitle": 63}
_DEFAULT_DPI: Final = 96
_SMALL_ICON_PIXELS: Final = 16


def truncate_utf16(text: str, units: int) -> str:
    """Return a text of at most this many UTF-16 units, none of them halved."""
    raw = text.encode("utf-16-le")
    if len(raw) <= 2 * units:
        return text
    shortened = raw[: 2 * (units - 1)].decode("utf-16-le", "ignore")
    return f"{shortened}\N{HORIZONTAL ELLIPSIS}"


def compute_small_icon_size(dpi: int, reported_size: int) -> int:
    """
    Return the size of the taskbar's icons in pixels.

    Args:
        dpi: The screen's; 0 if it is not known.
        reported_size: What GetSystemMetricsForDpi says; 0 where there is no such call.
    """
    return (
        reported_size
        or _SMALL_ICON_PIXELS * (dpi or _DEFAULT_DPI) // _DEFAULT_DPI
    )


def escape_menu_label(text: str) -> str:
    """Return a label as menus take it: "&" would mark a letter."""
    return text.replace("&", "&&")
