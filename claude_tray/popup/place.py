"""Where a window stands on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

GAP: Final = 8


class Area(NamedTuple):
    """A part of the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def end(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x < self.end and self.y <= y < self.bottom

    def common(self, other: Area) -> Area:
        """Return what lies in both; itself where nothing does."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        wide = min(self.end, other.end) - x
        high = min(self.bottom, other.bottom) - y
        return Area(x, y, wide, high) if wide > 0 and high > 0 else self


def fitting(scale: float, size: tuple[int, int], area: Area) -> float:
    """Return a scale at which a window that is too high is whole."""
    room = area.height - 2 * GAP
    return scale * room / size[1] if size[1] > room else scale


def beside(size: tuple[int, int], area: Area, anchor: Area) -> tuple[int, int]:
    """
    Return where a window stands beside the icon, whole on the screen.

    Args:
        size: Of the window.
        area: What panels leave free on the icon's monitor.
        anchor: The icon.
    """
    wide, high = size
    x = anchor.x + anchor.width // 2 - wide // 2
    y = anchor.bottom + GAP
    if anchor.y + anchor.height / 2 >= area.y + area.height / 2:
        y = anchor.y - high - GAP
    return _within(x, area.x, area.end - wide), _within(
        y, area.y, area.bottom - high
    )


def in_corner(
    size: tuple[int, int],
    area: Area,
    monitor: Area,
) -> tuple[int, int]:
    """
    Return where a window stands when nobody knows where the icon is.

    At the end of the edge that a panel takes; at the bottom without one.
    """
    wide, high = size
    x = area.end - wide - GAP
    y = area.y + GAP if area.y > monitor.y else area.bottom - high - GAP
    return _within(x, area.x, area.end - wide), _within(
        y, area.y, area.bottom - high
    )


def in_middle(size: tuple[int, int], area: Area) -> tuple[int, int]:
    """Return where a window stands that belongs to no icon."""
    wide, high = size
    x = area.x + (area.width - wide) // 2
    y = area.y + (area.height - high) // 2
    return max(area.x, x), max(area.y, y)


class Spot(NamedTuple):
    """
    Where a window may stand.

    Attributes:
        monitor: The one that the icon, or else the pointer, is on.
        area: What panels leave free of it.
        anchor: The icon, if it is known where that is.
    """

    monitor: Area
    area: Area
    anchor: Area | None

    def place(
        self, size: tuple[int, int], *, is_framed: bool
    ) -> tuple[int, int]:
        """Return where a window of a size is to stand."""
        if is_framed:
            return in_middle(size, self.area)
        if self.anchor is not None:
            return beside(size, self.area, self.anchor)
        return in_corner(size, self.area, self.monitor)


def monitor_at(monitors: Iterable[Area], x: float, y: float) -> Area | None:
    """Return the monitor that holds a place."""
    return next((m for m in monitors if m.holds(x, y)), None)


def _within(at: int, first: int, last: int) -> int:
    """Return a place that leaves a gap at both ends where there is room."""
    if last - first < 2 * GAP:
        return max(first, min(at, last))
    return min(max(at, first + GAP), last - GAP)
