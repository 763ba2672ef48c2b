"""Define buttons, regions that react to the pointer, and scroll areas."""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

from claude_tray.ui.graphics.canvas import Picture, Rect


class Button(NamedTuple):
    """
    A button or menu entry.

    Attributes:
        action: Name of its action.
        label: Shown in menus and read by screen readers.
        shortcut: Keyboard shortcut; may be empty.
    """

    action: str
    label: str
    shortcut: str = ""


SHORTCUTS: Final = {
    "refresh": "F5",
    "dashboard": "Ctrl+D",
    "settings": "Ctrl+,",
    "page": "Ctrl+P",
    "copy": "Ctrl+C",
    "picture": "Ctrl+S",
    "quit": "Ctrl+Q",
}


class DragKind(Enum):
    """
    Effect of moving the pointer while its button is down on a region.

    * WINDOW moves the window, HEIGHT changes its height.
    * THUMB scrolls the region's scroll area.
    * RANGE selects a part of the region, such as hours of a chart.
    """

    NONE = "none"
    WINDOW = "window"
    HEIGHT = "height"
    THUMB = "thumb"
    RANGE = "range"


class HitRegion(NamedTuple):
    """
    A region that reacts to the pointer.

    Attributes:
        name: Name of its action.
        bounds: In points from the left.
        label: Label for screen readers.
        is_button: Whether it can be pressed; others only follow the pointer.
        tooltip: Text shown when the pointer rests on it; may be empty.
        drag: Effect of dragging it.
        scroll_area: Name of the scroll area it is in; may be empty.
    """

    name: str
    bounds: Rect
    label: str
    is_button: bool = True
    tooltip: str = ""
    drag: DragKind = DragKind.NONE
    scroll_area: str = ""


class Drag(NamedTuple):
    """
    A region that is being dragged, with positions in points.

    Attributes:
        region: Name of the region.
        kind: Effect.
        start: Pointer when the button went down.
        position: Pointer now.
    """

    region: str
    kind: DragKind
    start: tuple[float, float]
    position: tuple[float, float]

    @property
    def is_click(self) -> bool:
        """Whether the pointer has hardly moved."""
        return (
            max(
                abs(now - before)
                for now, before in zip(self.position, self.start, strict=True)
            )
            < _CLICK_DISTANCE
        )


# Shorter drags, in points, are clicks with an unsteady hand.
_CLICK_DISTANCE: Final = 4.0


class ScrollState(NamedTuple):
    """Position of a scroll area: points of its content above the top edge."""

    name: str
    offset: float


class ScrollArea(NamedTuple):
    """
    Content that is higher than the place for it.

    Attributes:
        name: Selects its state.
        bounds: Visible part, in points from the left.
        content_height: In points.
    """

    name: str
    bounds: Rect
    content_height: float

    @property
    def max_offset(self) -> float:
        return max(0.0, self.content_height - self.bounds.height)

    def limit(self, offset: float) -> float:
        """Limit an offset to the content."""
        return min(self.max_offset, max(0.0, offset))

    def scroll_into_view(self, bounds: Rect, offset: float) -> float:
        """
        Return the offset nearest to `offset` that shows a part of the content.

        Args:
            bounds: The part, where it is at `offset`.
            offset: Current offset.
        """
        above = self.bounds.y - bounds.y
        below = bounds.bottom - self.bounds.bottom
        if above > 0:
            return self.limit(offset - above)
        return self.limit(offset + below) if below > 0 else offset

    def compute_thumb(self, offset: float) -> Rect:
        """Return the bounds of the thumb; its height is 0 if all fits."""
        edge = self.bounds.right - THUMB_WIDTH
        if self.max_offset <= 0:
            return Rect(edge, self.bounds.y, THUMB_WIDTH, 0)
        share = self.bounds.height / self.content_height
        height = max(_MIN_THUMB_HEIGHT, self.bounds.height * share)
        track = self.bounds.height - height
        y = self.bounds.y + track * self.limit(offset) / self.max_offset
        return Rect(edge, y, THUMB_WIDTH, height)

    def convert_thumb_distance(self, distance: float) -> float:
        """Convert a distance moved by the thumb to one of the content."""
        track = self.bounds.height - self.compute_thumb(0).height
        return distance * self.max_offset / track if track > 0 else 0.0


THUMB_WIDTH: Final = 8.0
_MIN_THUMB_HEIGHT: Final = 24.0


def find_offset(states: tuple[ScrollState, ...], name: str) -> float:
    """Return the offset of a scroll area; 0 before it was scrolled."""
    return next((s.offset for s in states if s.name == name), 0.0)


def replace_offset(
    states: tuple[ScrollState, ...], name: str, offset: float
) -> tuple[ScrollState, ...]:
    """Return the states with another offset of a scroll area."""
    others = tuple(state for state in states if state.name != name)
    return (*others, ScrollState(name, offset))


class Frame(NamedTuple):
    """
    A picture and what reacts in it.

    Attributes:
        picture: What is shown.
        regions: Later ones are above earlier ones.
        scroll_areas: Content that can be scrolled.
    """

    picture: Picture
    regions: tuple[HitRegion, ...]
    scroll_areas: tuple[ScrollArea, ...] = ()

    def find_region_at(self, x: float, y: float) -> HitRegion | None:
        """Return the region that is visible at a point."""
        for region in reversed(self.regions):
            area = self.find_scroll_area(region.scroll_area)
            is_visible = area is None or area.bounds.contains(x, y)
            if is_visible and region.bounds.contains(x, y):
                return region
        return None

    def find_region(self, name: str) -> HitRegion | None:
        return next((r for r in self.regions if r.name == name), None)

    def find_scroll_area_at(self, x: float, y: float) -> ScrollArea | None:
        """Return the scroll area at a point."""
        areas = self.scroll_areas
        return next((a for a in areas if a.bounds.contains(x, y)), None)

    def find_scroll_area(self, name: str) -> ScrollArea | None:
        return next((a for a in self.scroll_areas if a.name == name), None)

    def find_scroll_area_of_thumb(
        self, region: HitRegion
    ) -> ScrollArea | None:
        """Return the scroll area that a thumb belongs to."""
        if region.drag is not DragKind.THUMB:
            return None
        return self.find_scroll_area(region.name.partition(":")[2])

    def list_buttons(self, *, is_rtl: bool) -> list[str]:
        """Return the names of all buttons in reading order."""

        def get_position(region: HitRegion) -> tuple[float, float, float]:
            # Rows of a scroll area are where the area is.
            area = self.find_scroll_area(region.scroll_area)
            x, y = region.bounds.x, region.bounds.y
            top = area.bounds.y if area is not None else y
            side = -1 if is_rtl else 1
            return (top // _LINE_HEIGHT, y // _LINE_HEIGHT, side * x)

        buttons = [region for region in self.regions if region.is_button]
        return [r.name for r in sorted(buttons, key=get_position)]


# Buttons within this many points of height share a line.
_LINE_HEIGHT: Final = 8.0
