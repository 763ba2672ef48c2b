"""
Convert between Cocoa's coordinates and those of the other desktops.

Cocoa counts points from the lower left corner of the primary screen, the
first of NSScreen's list; `ScreenArea` counts from its upper left corner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.ui.toolkit.placement import ScreenArea

if TYPE_CHECKING:
    from collections.abc import Sequence


class Screen(NamedTuple):
    """
    A screen.

    Attributes:
        frame: All of it, in points.
        free: Part that menu bar and Dock leave free.
        scale: Pixels per point.
    """

    frame: ScreenArea
    free: ScreenArea
    scale: float


_NO_SCREEN: Final = Screen(
    ScreenArea(0, 0, 1440, 900), ScreenArea(0, 0, 1440, 900), 1.0
)


class Desktop(NamedTuple):
    """
    All screens.

    Attributes:
        height: Points of the primary screen.
        screens: The primary screen first.
    """

    height: float
    screens: tuple[Screen, ...]

    @classmethod
    def read(cls, screens: Sequence[Any]) -> Desktop:
        """Read a list of NSScreen, which is empty while no display is on."""
        if not screens:
            return cls(_NO_SCREEN.frame.height, (_NO_SCREEN,))
        height = float(screens[0].frame().size.height)
        return cls(
            height,
            tuple(
                Screen(
                    flip_rect(screen.frame(), height),
                    flip_rect(screen.visibleFrame(), height),
                    float(screen.backingScaleFactor()),
                )
                for screen in screens
            ),
        )

    def find_screen(self, x: float, y: float) -> Screen:
        """Return the screen that contains a position, or the nearest."""
        return min(self.screens, key=lambda s: s.frame.measure_distance(x, y))


def flip_rect(rect: Any, height: float) -> ScreenArea:
    """
    Convert an NSRect.

    Args:
        rect: In points, from the lower left corner.
        height: Points of the primary screen.
    """
    origin, size = rect.origin, rect.size
    y = height - origin.y - size.height
    return ScreenArea(
        round(origin.x), round(y), round(size.width), round(size.height)
    )


def flip_point(point: Any, height: float) -> tuple[int, int]:
    """Convert an NSPoint; see `flip_rect`."""
    return round(point.x), round(height - point.y)
