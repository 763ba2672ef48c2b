"""Monitors, panels and the scale, as X11 tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from Xlib import Xatom
from Xlib.error import XError

from claude_tray.popup.place import Area, Spot, monitor_at

if TYPE_CHECKING:
    from Xlib.display import Display

_DPI: Final = 96
_STEPS: Final = 4
_MOST: Final = 4.0


def scale_of(display: Display) -> float:
    """Return pixels for a point: Xft.dpi, which desktops set."""
    root = display.screen().root
    found = root.get_full_property(Xatom.RESOURCE_MANAGER, Xatom.STRING)
    text = found.value if found else b""
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    return scale_in(text)


def scale_in(resources: str) -> float:
    """Return the scale that X resources tell, in quarters; 1 without one."""
    for line in resources.splitlines():
        name, _, value = line.partition(":")
        if name == "Xft.dpi":
            try:
                quarters = round(float(value) / _DPI * _STEPS)
            except ValueError:
                return 1.0
            return min(_MOST, max(1.0, quarters / _STEPS))
    return 1.0


def spot_of(display: Display, anchor: Area | None) -> Spot:
    """Return where a window may stand."""
    found = monitors(display)
    if anchor is not None:
        monitor = monitor_at(found, anchor.x, anchor.y) or found[0]
    else:
        pointer = display.screen().root.query_pointer()
        at = (pointer.root_x, pointer.root_y)
        monitor = monitor_at(found, *at) or found[0]
    area = monitor.common(_work_area(display) or monitor)
    return Spot(monitor, area, anchor)


def monitors(display: Display) -> list[Area]:
    """Return the monitors; the whole screen where they are not told."""
    screen = display.screen()
    whole = Area(0, 0, screen.width_in_pixels, screen.height_in_pixels)
    try:
        found = screen.root.xrandr_get_monitors().monitors
    except (AttributeError, XError):
        return [whole]
    areas = [
        Area(m.x, m.y, m.width_in_pixels, m.height_in_pixels) for m in found
    ]
    return areas or [whole]


def _work_area(display: Display) -> Area | None:
    """Return what panels leave free of the whole screen."""
    name = display.intern_atom("_NET_WORKAREA")
    found = display.screen().root.get_full_property(name, Xatom.CARDINAL)
    if not found or len(found.value) < 4:  # noqa: PLR2004 - x, y, w, h
        return None
    return Area(*(int(value) for value in found.value[:4]))
