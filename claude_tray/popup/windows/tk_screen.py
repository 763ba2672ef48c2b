"""What Tk tells of the screen: the only door to tkinter."""

from __future__ import annotations

import sys
from typing import Any, Final

from claude_tray.errors import DesktopError
from claude_tray.popup.place import Area, Spot

_DPI: Final = 96
_STEPS: Final = 4


def spot_of(root: Any, anchor: Area | None) -> Spot:  # noqa: ANN401
    """Return where a window of a tkinter.Tk may stand."""
    whole = Area(0, 0, root.winfo_screenwidth(), root.winfo_screenheight())
    return Spot(whole, _work_area(anchor) or whole, anchor)


def root() -> tuple[Any, Any]:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        # Each monitor's own pixels.
        ctypes.windll.shcore.SetProcessDpiAwareness(2)
    try:
        import tkinter as tk  # noqa: PLC0415
    except ImportError as error:
        summary = "This Python has no tkinter."
        raise DesktopError(summary) from error
    try:
        return tk, tk.Tk(className="claude-tray")
    except tk.TclError as error:
        summary = "Tk finds no display."
        raise DesktopError(summary, hint=str(error)) from error


def scale_of(root: Any) -> float:  # noqa: ANN401 - a tkinter.Tk
    quarters = round(root.winfo_fpixels("1i") / _DPI * _STEPS)
    return float(max(1.0, quarters / _STEPS))


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

    _NEAREST: Final = 2

    def _work_area(anchor: Area | None) -> Area | None:
        """Return what the taskbar leaves free of the icon's monitor."""
        user32 = ctypes.windll.user32
        point = wintypes.POINT()
        if anchor is None:
            user32.GetCursorPos(ctypes.byref(point))
        else:
            point.x, point.y = anchor.x, anchor.y
        user32.MonitorFromPoint.restype = wintypes.HANDLE
        monitor = user32.MonitorFromPoint(point, _NEAREST)
        info = _MonitorInfo()
        info.size = ctypes.sizeof(info)
        if not user32.GetMonitorInfoW(
            wintypes.HANDLE(monitor), ctypes.byref(info)
        ):
            return None
        work = info.work
        return Area(
            work.left,
            work.top,
            work.right - work.left,
            work.bottom - work.top,
        )

    def round_corners(root: Any) -> None:  # noqa: ANN401 - a tkinter.Tk
        """Ask Windows 11 for its round corners; older ones ignore it."""
        preference, round_ = 33, ctypes.c_int(2)
        handle = ctypes.windll.user32.GetParent(root.winfo_id())
        ctypes.windll.dwmapi.DwmSetWindowAttribute(
            handle, preference, ctypes.byref(round_), ctypes.sizeof(round_)
        )

else:

    def _work_area(anchor: Area | None) -> Area | None:
        del anchor
        return None

    def round_corners(root: Any) -> None:  # noqa: ANN401 - a tkinter.Tk
        del root
