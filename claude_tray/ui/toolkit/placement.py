"""Compute the position and scale of windows on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


# Pixels between a window and the icon or the edge of the screen.
GAP: Final = 8


class ScreenArea(NamedTuple):
    """A rectangle of the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def contains(self, x: float, y: float) -> bool:
        return self.x <= x < self.right and self.y <= y < self.bottom

    def intersect(self, other: ScreenArea) -> ScreenArea:
        """Return the overlap of both areas, or this area if there is none."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        width = min(self.right, other.right) - x
        height = min(self.bottom, other.bottom) - y
        return (
            ScreenArea(x, y, width, height)
            if width > 0 and height > 0
            else self
        )


def fit_scale(scale: float, size: tuple[int, int], area: ScreenArea) -> float:
    """Reduce a scale so that a window fits the height of the area."""
    max_height = area.height - 2 * GAP
    return scale * max_height / size[1] if size[1] > max_height else scale


def place_beside(
    size: tuple[int, int], area: ScreenArea, anchor: ScreenArea
) -> tuple[int, int]:
    """
    Return the origin of a window next to the icon, fully on the screen.

    Args:
        size: Size of the window in pixels.
        area: Part of the monitor that panels leave free.
        anchor: The icon.
    """
    width, height = size
    x = anchor.x + anchor.width // 2 - width // 2
    y = anchor.bottom + GAP
    # An icon in the lower half belongs to a panel at the bottom.
    if anchor.y + anchor.height / 2 >= area.y + area.height / 2:
        y = anchor.y - height - GAP
    return _clamp_with_gap(x, area.x, area.right - width), _clamp_with_gap(
        y, area.y, area.bottom - height
    )


def place_in_corner(
    size: tuple[int, int],
    area: ScreenArea,
    monitor: ScreenArea,
) -> tuple[int, int]:
    """
    Return the origin of a window while the icon's position is unknown.

    The window goes to the end of the edge with the panel, or to the bottom edge.
    """
    width, height = size
    x = area.right - width - GAP
    y = area.y + GAP if area.y > monitor.y else area.bottom - height - GAP
    return _clamp_with_gap(x, area.x, area.right - width), _clamp_with_gap(
        y, area.y, area.bottom - height
    )


def place_centered(size: tuple[int, int], area: ScreenArea) -> tuple[int, int]:
    """Return the origin of a framed window, centered."""
    width, height = size
    x = area.x + (area.width - width) // 2
    y = area.y + (area.height - height) // 2
    return max(area.x, x), max(area.y, y)


class Placement(NamedTuple):
    """
    Limits of a window's position.

    Attributes:
        monitor: Monitor of the icon, or else of the pointer.
        area: Part of it that panels leave free.
        anchor: The icon; None if its position is unknown.
    """

    monitor: ScreenArea
    area: ScreenArea
    anchor: ScreenArea | None

    def compute_origin(
        self, size: tuple[int, int], *, is_framed: bool
    ) -> tuple[int, int]:
        """Return the upper left corner of a window of a size."""
        if is_framed:
            return place_centered(size, self.area)
        if self.anchor is not None:
            return place_beside(size, self.area, self.anchor)
        return place_in_corner(size, self.area, self.monitor)


def find_monitor(
    monitors: Iterable[ScreenArea], x: float, y: float
) -> ScreenArea | None:
    """Return the monitor that contains a position."""
    return next((m for m in monitors if m.contains(x, y)), None)


def _clamp_with_gap(position: int, first: int, last: int) -> int:
    """Limit a coordinate so that a gap remains at both ends, if there is room."""
    if last - first < 2 * GAP:
        return max(first, min(position, last))
    return min(max(position, first + GAP), last - GAP)
