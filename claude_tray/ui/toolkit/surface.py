"""Draw on a canvas and collect regions that react to the pointer."""

from __future__ import annotations

from typing import Final, NamedTuple

from claude_tray.ui.graphics import canvas, shapes
from claude_tray.ui.graphics.canvas import (
    Canvas,
    Picture,
    Rect,
    TextAnchor,
    TextStyle,
)
from claude_tray.ui.graphics.palette import DARK, Palette, mix_colors
from claude_tray.ui.graphics.pictograms import draw_pictogram
from claude_tray.ui.graphics.shapes import Edge

_FOCUS_RING_WIDTH: float = 2


class ViewState(NamedTuple):
    """
    The part of a picture that depends on user input.

    Attributes:
        scale: Pixels per point.
        palette: Colors.
        tab: Selected tab or page.
        hover: Region below the pointer.
        focus: Region with keyboard focus.
        pointer: Position in points, on regions that follow the pointer.
        is_menu_open: Whether the "More" menu is open.
        message: Result of the last action, shown for a few seconds.
    """

    scale: float = 1.0
    palette: Palette = DARK
    tab: str = "projects"
    hover: str = ""
    focus: str = ""
    pointer: tuple[float, float] | None = None
    is_menu_open: bool = False
    message: str = ""


class HitRegion(NamedTuple):
    """
    A region that reacts to the pointer.

    Attributes:
        name: Name of its action.
        bounds: In points from the left.
        label: Label for screen readers.
        is_button: Whether it can be pressed; others only follow the pointer.
    """

    name: str
    bounds: Rect
    label: str
    is_button: bool = True


class Frame(NamedTuple):
    """A picture and its regions."""

    picture: Picture
    regions: tuple[HitRegion, ...]


class DrawSurface:
    """
    A canvas with a view state and regions.

    Args:
        size: Width and height in points.
        view_state: User input and palette.
        is_rtl: Whether lines start at the right.
    """

    def __init__(
        self,
        size: tuple[float, float],
        view_state: ViewState,
        *,
        is_rtl: bool,
    ) -> None:
        self.view_state = view_state
        self.palette = view_state.palette
        self.regions: list[HitRegion] = []
        self.canvas = Canvas(
            *size,
            view_state.scale,
            view_state.palette.background,
            is_rtl=is_rtl,
        )

    def finish(self, radius: float = 0) -> Frame:
        """Draw the outline and return the finished picture."""
        shapes.draw_outline(self.canvas, self.palette.line, radius)
        return Frame(self.canvas.picture, tuple(self.regions))

    def add_region(
        self,
        name: str,
        bounds: Rect,
        label: str,
        *,
        is_button: bool = True,
    ) -> bool:
        """Add a region; return whether the pointer is on it."""
        placed = self.canvas.mirror_rect(bounds)
        self.regions.append(HitRegion(name, placed, label, is_button))
        return self.view_state.hover == name

    def draw_focus_ring(
        self, name: str, bounds: Rect, radius: float, fill: str
    ) -> None:
        """Draw a ring around a region that has the keyboard focus."""
        if self.view_state.focus == name:
            ring = Edge(self.palette.focus, _FOCUS_RING_WIDTH)
            shapes.draw_box(
                self.canvas,
                bounds.expand(_FOCUS_RING_WIDTH),
                fill,
                radius + _FOCUS_RING_WIDTH,
                ring,
            )

    def find_pointer_x(self, name: str) -> float | None:
        """Return the pointer's x in a region; None if it is elsewhere."""
        view_state = self.view_state
        if view_state.hover != name or view_state.pointer is None:
            return None
        return self.canvas.mirror_x(view_state.pointer[0])

    def draw_box(
        self,
        bounds: Rect,
        fill: str,
        radius: float = 0,
        edge: Edge | None = None,
    ) -> None:
        shapes.draw_box(self.canvas, bounds, fill, radius, edge)

    def draw_card(self, bounds: Rect, radius: float = 10) -> None:
        """Draw a bordered box that groups content."""
        edge = Edge(self.palette.line)
        shapes.draw_box(self.canvas, bounds, self.palette.card, radius, edge)

    def draw_text(
        self,
        position: tuple[float, float],
        text: str,
        style: TextStyle,
        anchor: TextAnchor = "start",
    ) -> float:
        return canvas.draw_text(self.canvas, position, text, style, anchor)

    def truncate_text(
        self, text: str, style: TextStyle, max_width: float
    ) -> str:
        return canvas.truncate_text(self.canvas, text, style, max_width)

    def measure_text(self, text: str, style: TextStyle) -> float:
        return canvas.measure_width(self.canvas, text, style)

    def draw_pictogram(
        self,
        name: str,
        position: tuple[float, float],
        size: float,
        color: str,
    ) -> None:
        draw_pictogram(self.canvas, name, position, size, color)

    def draw_icon_button(
        self, name: str, pictogram_name: str, bounds: Rect, label: str
    ) -> None:
        """Draw a button that has only a pictogram."""
        is_hovered = self.add_region(name, bounds, label)
        self.draw_focus_ring(name, bounds, 7, self.palette.background)
        if is_hovered:
            self.draw_box(bounds, self.palette.hover, 7)
        color = self.palette.text if is_hovered else self.palette.soft
        inset = (bounds.width - 16) / 2
        self.draw_pictogram(
            pictogram_name, (bounds.x + inset, bounds.y + inset), 16, color
        )

    def draw_segments(
        self,
        bounds: Rect,
        parts: list[tuple[str, str]],
        selected: str,
        fill: str,
    ) -> None:
        """Draw a row of options, one of which is selected."""
        palette, edge = self.palette, Edge(self.palette.line)
        self.draw_box(bounds, fill, 8, edge)
        segment_width = (bounds.width - 4) / len(parts)
        for number, (name, label) in enumerate(parts):
            part = Rect(
                bounds.x + 2 + number * segment_width,
                bounds.y + 2,
                segment_width,
                bounds.height - 4,
            )
            is_hovered = self.add_region(name, part, label)
            is_selected = name == selected
            self.draw_focus_ring(name, part, 6, fill)
            if is_selected or is_hovered:
                mix = 0.13 if is_selected else 0.05
                self.draw_box(part, mix_colors(fill, palette.text, mix), 6)
            style = TextStyle(palette.soft, 12, "medium")
            if is_selected:
                style = TextStyle(palette.text, 12, "semibold")
            truncated = self.truncate_text(label, style, segment_width - 8)
            baseline = (part.center_x, bounds.y + bounds.height / 2 + 4.5)
            self.draw_text(baseline, truncated, style, "middle")


# Radius in points, on systems that support rounded windows.
CORNER_RADIUS: Final = 10.0
