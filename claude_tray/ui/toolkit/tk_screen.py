"""Open a Tk display and query its screen, for Windows and X11."""

from __future__ import annotations

import sys
from typing import Any, Final

from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.ui.toolkit.placement import Placement, ScreenArea

_BASE_DPI: Final = 96
_SCALE_STEPS: Final = 4


def compute_placement(
    root: Any,
    anchor: ScreenArea | None,
    moved_to: tuple[int, int] | None = None,
) -> Placement:
    """
    Return the placement limits for a `tkinter.Tk`.

    Args:
        root: The window.
        anchor: The icon; None if its position is unknown.
        moved_to: Where the user has put the window.
    """
    screen = ScreenArea(
        0, 0, root.winfo_screenwidth(), root.winfo_screenheight()
    )
    place = ScreenArea(*moved_to, 1, 1) if moved_to is not None else anchor
    area = _work_area(place) or screen
    return Placement(screen, area, anchor, moved_to)


def create_root() -> tuple[Any, Any]:
    """
    Create a hidden Tk root; return the module and the root.

    Raises:
        DesktopError: Python has no tkinter, or there is no display.
    """
    if sys.platform == "win32":
        import ctypes

        # Per-monitor DPI awareness: real pixels instead of scaled ones.
        ctypes.windll.shcore.SetProcessDpiAwareness(2)
    try:
        import tkinter as tk
    except ImportError as error:
        raise DesktopError(
            gettext_noop("This Python has no tkinter.")
        ) from error
    try:
        return tk, tk.Tk(className="claude-tray")
    except tk.TclError as error:
        raise DesktopError(
            gettext_noop("No display found for Tk."),
            hint="{reason}",
            reason=error,
        ) from error


def detect_scale(root: Any) -> float:
    """Return the pixels per point in quarter steps, at least 1."""
    quarters = round(root.winfo_fpixels("1i") / _BASE_DPI * _SCALE_STEPS)
    return float(max(1.0, quarters / _SCALE_STEPS))


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _MonitorInfo(ctypes.Structure):
        _fields_ = (
            ("size", wintypes.DWORD),
            ("monitor", wintypes.RECT),
            ("work", wintypes.RECT),
            ("flags", wintypes.DWORD),
        )

    # MonitorFromPoint: the nearest monitor if the point is on none.
    _MONITOR_DEFAULT_TO_NEAREST: Final = 2

    def _work_area(anchor: ScreenArea | None) -> ScreenArea | None:
        """Return the part of the icon's monitor that the taskbar leaves free."""
        user32 = ctypes.windll.user32
        point = wintypes.POINT()
        if anchor is None:
            user32.GetCursorPos(ctypes.byref(point))
        else:
            point.x, point.y = anchor.x, anchor.y
        user32.MonitorFromPoint.restype = wintypes.HANDLE
        monitor = user32.MonitorFromPoint(point, _MONITOR_DEFAULT_TO_NEAREST)
        info = _MonitorInfo()
        info.size = ctypes.sizeof(info)
        if not user32.GetMonitorInfoW(
            wintypes.HANDLE(monitor), ctypes.byref(info)
        ):
            return None
        work = info.work
        return ScreenArea(
            work.left,
            work.top,
            work.right - work.left,
            work.bottom - work.top,
        )

    def round_corners(root: Any) -> None:
        """Request rounded corners; only Windows 11 honors it."""
        # DWMWA_WINDOW_CORNER_PREFERENCE, DWMWCP_ROUND
        preference, round_ = 33, ctypes.c_int(2)
        handle = ctypes.windll.user32.GetParent(root.winfo_id())
        ctypes.windll.dwmapi.DwmSetWindowAttribute(
            handle, preference, ctypes.byref(round_), ctypes.sizeof(round_)
        )

else:

    def _work_area(anchor: ScreenArea | None) -> ScreenArea | None:
        del anchor
        return None

    def round_corners(root: Any) -> None:
        del root
