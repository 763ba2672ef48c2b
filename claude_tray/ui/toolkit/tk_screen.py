"""Open a Tk display and query its screen, for Windows and X11."""

from __future__ import annotations

import sys
from typing import Any, Final, NamedTuple

from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.ui.toolkit.placement import Placement, ScreenArea

_BASE_DPI: Final = 96
_SCALE_STEPS: Final = 4
_ICON_PIXELS: Final = 32


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
    place = ScreenArea(*moved_to, 1, 1) if moved_to is not None else anchor
    monitor = _find_monitor(place)
    if monitor is not None:
        return Placement(monitor.screen, monitor.area, anchor, moved_to)
    screen = ScreenArea(
        0, 0, root.winfo_screenwidth(), root.winfo_screenheight()
    )
    return Placement(screen, screen, anchor, moved_to)


def create_root() -> tuple[Any, Any]:
    """
    Create a hidden Tk root; return the module and the root.

    Raises:
        DesktopError: Python has no tkinter, or there is no display.
    """
    if sys.platform == "win32":
        from ctypes import windll

        from claude_tray.ui.toolkit.windows_process import prepare_process

        prepare_process(windll)
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


def set_icon(tk: Any, root: Any) -> Any:
    """Replace Tk's icon; keep the returned picture."""
    # Late: it draws, which only a window needs.
    from claude_tray.ui.icon.encode import encode_png
    from claude_tray.ui.icon.model import IconModel
    from claude_tray.ui.icon.render import draw_icon

    drawn = draw_icon(IconModel(state="idle"), _ICON_PIXELS)
    picture = tk.PhotoImage(master=root, data=encode_png(drawn))
    root.iconphoto(True, picture)  # noqa: FBT003 - Tk has no names
    return picture


def detect_scale(root: Any, placement: Placement) -> float:
    """
    Return the pixels per point in quarter steps, at least 1.

    Args:
        root: The window.
        placement: Where it will be; monitors can have different scales.
    """
    area = placement.area
    monitor = _find_monitor(ScreenArea(area.x, area.y, 1, 1))
    dpi = monitor.dpi if monitor is not None else 0
    quarters = round(
        (dpi or root.winfo_fpixels("1i")) / _BASE_DPI * _SCALE_STEPS
    )
    return float(max(1.0, quarters / _SCALE_STEPS))


class _Monitor(NamedTuple):
    """
    A monitor of Windows.

    Attributes:
        screen: All of it, in pixels.
        area: The part that the taskbar leaves free.
        dpi: Pixels per inch; 0 if unknown.
    """

    screen: ScreenArea
    area: ScreenArea
    dpi: int


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
    # GetDpiForMonitor: the scale that the user has chosen.
    _MDT_EFFECTIVE_DPI: Final = 0

    def _find_monitor(place: ScreenArea | None) -> _Monitor | None:
        """Return the monitor of a position, or of the pointer."""
        user32 = ctypes.windll.user32
        point = wintypes.POINT()
        if place is None:
            user32.GetCursorPos(ctypes.byref(point))
        else:
            point.x = place.x + place.width // 2
            point.y = place.y + place.height // 2
        user32.MonitorFromPoint.restype = wintypes.HANDLE
        handle = wintypes.HANDLE(
            user32.MonitorFromPoint(point, _MONITOR_DEFAULT_TO_NEAREST)
        )
        info = _MonitorInfo()
        info.size = ctypes.sizeof(info)
        if not user32.GetMonitorInfoW(handle, ctypes.byref(info)):
            return None
        return _Monitor(
            _convert(info.monitor), _convert(info.work), _get_dpi(handle)
        )

    def _convert(rectangle: wintypes.RECT) -> ScreenArea:
        return ScreenArea(
            rectangle.left,
            rectangle.top,
            rectangle.right - rectangle.left,
            rectangle.bottom - rectangle.top,
        )

    def _get_dpi(monitor: wintypes.HANDLE) -> int:
        """Return the pixels per inch of a monitor; 0 if unknown."""
        x, y = wintypes.UINT(), wintypes.UINT()
        failed = ctypes.windll.shcore.GetDpiForMonitor(
            monitor, _MDT_EFFECTIVE_DPI, ctypes.byref(x), ctypes.byref(y)
        )
        return 0 if failed else y.value

    def round_corners(root: Any) -> None:
        """
        Request rounded corners of a visible window; Windows 11 honors it.

        Before the window is shown, its frame does not exist.
        """
        # DWMWA_WINDOW_CORNER_PREFERENCE, DWMWCP_ROUND
        preference, round_ = 33, ctypes.c_int(2)
        handle = ctypes.windll.user32.GetParent(root.winfo_id())
        ctypes.windll.dwmapi.DwmSetWindowAttribute(
            handle, preference, ctypes.byref(round_), ctypes.sizeof(round_)
        )

else:

    def _find_monitor(place: ScreenArea | None) -> _Monitor | None:
        del place
        return None

    def round_corners(root: Any) -> None:
        del root
