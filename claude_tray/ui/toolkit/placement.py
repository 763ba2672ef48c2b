"""Compute where windows go on the screen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.ui.toolkit.controller import ViewController


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

    def measure_distance(self, x: float, y: float) -> float:
        """Return the distance of a position from this area; 0 within it."""
        return math.hypot(
            max(self.x - x, 0, x - self.right + 1),
            max(self.y - y, 0, y - self.bottom + 1),
        )

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


class Placement(NamedTuple):
    """
    Limits of a window's position.

    Attributes:
        monitor: Monitor of the icon, or else of the pointer.
        area: Part of it that panels leave free.
        anchor: The icon; None if its position is unknown.
        moved_to: Origin to which the user has dragged the window.
    """

    monitor: ScreenArea
    area: ScreenArea
    anchor: ScreenArea | None
    moved_to: tuple[int, int] | None = None

    def compute_origin(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the upper left corner of a window of a size."""
        if self.moved_to is not None:
            return bring_on_screen(self.moved_to, size, self.area)
        return self.compute_own_origin(size)

    def compute_own_origin(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the origin of a window that the user has not moved."""
        if self.anchor is not None:
            return place_beside(size, self.area, self.anchor)
        return place_in_corner(size, self.area, self.monitor)


def bring_on_screen(
    origin: tuple[int, int], size: tuple[int, int], area: ScreenArea
) -> tuple[int, int]:
    """Return the origin nearest to one at which all of a window is visible."""
    last_x, last_y = area.right - size[0], area.bottom - size[1]
    return (
        max(area.x, min(origin[0], last_x)),
        max(area.y, min(origin[1], last_y)),
    )


def find_nearest_monitor(
    monitors: Sequence[ScreenArea], x: float, y: float
) -> ScreenArea:
    """Return the monitor that contains a position, or else the nearest."""
    return min(monitors, key=lambda monitor: monitor.measure_distance(x, y))


def _clamp_with_gap(position: int, first: int, last: int) -> int:
    """Limit a coordinate so that a gap remains at both ends, if there is room."""
    if last - first < 2 * GAP:
        return max(first, min(position, last))
    return min(max(position, first + GAP), last - GAP)


def _has_more_space_above(
    placement: Placement, origin: tuple[int, int], size: tuple[int, int]
) -> bool:
    """Return whether a window at its own place grows upwards."""
    if placement.moved_to is not None:
        return False
    area = placement.area
    return area.bottom - origin[1] - size[1] < origin[1] - area.y


def limit_height(
    control: ViewController,
    placement: Placement,
    origin: tuple[int, int],
    size: tuple[int, int],
    *,
    scale: float | None = None,
) -> None:
    """
    Limit the height that a user may add to a window, to what is free.

    Args:
        control: Draws the window.
        placement: Limits of the position.
        origin: Upper left corner of the window.
        size: Size of the window in pixels.
        scale: Units of the placement per point of the picture, where they
            are no pixels.
    """
    view_state = control.view_state
    scale, extra = scale or view_state.scale, view_state.extra_height
    free = _compute_free_height(placement, origin, size) / scale
    control.free_height = extra + free
    control.update_view_state(
        has_handle_on_top=_has_more_space_above(placement, origin, size)
    )


def _compute_free_height(
    placement: Placement, origin: tuple[int, int], size: tuple[int, int]
) -> int:
    """Return by how many pixels a window can grow."""
    area = placement.area
    if _has_more_space_above(placement, origin, size):
        return max(0, origin[1] - area.y - GAP)
    return max(0, area.bottom - origin[1] - size[1] - GAP)


class WindowDrag(NamedTuple):
    """
    Positions on the screen, in pixels, when the pointer's button went down.

    Attributes:
        pointer: The pointer.
        origin: Upper left corner of the window.
    """

    pointer: tuple[int, int] = (0, 0)
    origin: tuple[int, int] = (0, 0)

    @classmethod
    def begin(
        cls, pointer: tuple[int, int], position: tuple[int, int]
    ) -> WindowDrag:
        """
        Return the positions of a press.

        Args:
            pointer: Where it is on the screen.
            position: Where it is in the window.
        """
        origin = (pointer[0] - position[0], pointer[1] - position[1])
        return cls(pointer, origin)

    def compute_origin(self, pointer: tuple[int, int]) -> tuple[int, int]:
        """Return the origin of a window that follows the pointer."""
        return (
            self.origin[0] + pointer[0] - self.pointer[0],
            self.origin[1] + pointer[1] - self.pointer[1],
        )

    def compute_position(self, pointer: tuple[int, int]) -> tuple[int, int]:
        """
        Return the pointer's position in the window where it was then.

        A window that grows upwards moves while its height is changed.
        """
        return pointer[0] - self.origin[0], pointer[1] - self.origin[1]


# A window dropped this near to its own place, in pixels, returns to it.
_SNAP_DISTANCE: Final = 24


def snap_to_own_place(
    placement: Placement, origin: tuple[int, int], size: tuple[int, int]
) -> tuple[int, int] | None:
    """
    Return where a window was dropped; None near the place next to the icon.

    Args:
        placement: Limits of the position.
        origin: Upper left corner at which it was dropped.
        size: Size of the window in pixels.
    """
    own_x, own_y = placement.compute_own_origin(size)
    distance = max(abs(origin[0] - own_x), abs(origin[1] - own_y))
    return None if distance <= _SNAP_DISTANCE else origin
