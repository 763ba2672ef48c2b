"""Draw on a canvas and collect regions that react to the pointer."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.ui.graphics import canvas, shapes
from claude_tray.ui.graphics.canvas import (
    Canvas,
    Rect,
    TextAnchor,
    TextStyle,
)
from claude_tray.ui.graphics.palette import DARK, Palette, mix_colors
from claude_tray.ui.graphics.pictograms import draw_pictogram
from claude_tray.ui.graphics.shapes import Edge
from claude_tray.ui.toolkit.widgets import (
    Drag,
    DragKind,
    Frame,
    HitRegion,
    ScrollArea,
    ScrollState,
    find_offset,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = ["CORNER_RADIUS", "DrawSurface", "Frame", "ViewState"]

_FOCUS_RING_WIDTH: float = 2


class ViewState(NamedTuple):
    """
    The part of a picture that depends on user input.

    Attributes:
        scale: Pixels per point.
        palette: Colors.
        hover: Region below the pointer.
        focus: Region with keyboard focus.
        pointer: Position in points, on regions that follow the pointer.
        is_menu_open: Whether the "More" menu is open.
        message: Result of the last action, shown for a few seconds.
        tooltip: Region whose tooltip is shown.
        scroll: Positions of the scroll areas.
        drag: Region that is being dragged.
        is_pinned: Whether the window stays open without the focus.
        extra_height: Points that the user has added to the height.
        has_handle_on_top: Whether the upper edge changes the height, because
            the lower one is next to a panel.
    """

    scale: float = 1.0
    palette: Palette = DARK
    hover: str = ""
    focus: str = ""
    pointer: tuple[float, float] | None = None
    is_menu_open: bool = False
    message: str = ""
    tooltip: str = ""
    scroll: tuple[ScrollState, ...] = ()
    drag: Drag | None = None
    is_pinned: bool = False
    extra_height: float = 0.0
    has_handle_on_top: bool = False


class DrawSurface:
    """
    A canvas with a view state and regions.

    Args:
        size: Width and height in points.
        view_state: User input and palette.
        is_rtl: Whether lines start at the right.
        language: Code of the language of the texts.
    """

    def __init__(
        self,
        size: tuple[float, float],
        view_state: ViewState,
        *,
        is_rtl: bool,
        language: str = "",
    ) -> None:
        self.view_state = view_state
        self.palette = view_state.palette
        self.regions: list[HitRegion] = []
        self.scroll_areas: list[ScrollArea] = []
        self._current_scroll_area = ""
        self.canvas = Canvas(
            *size,
            view_state.scale,
            view_state.palette.background,
            is_rtl=is_rtl,
            language=language,
        )

    def finish(self, radius: float = 0) -> Frame:
        """Draw outline and tooltip and return the finished picture."""
        shapes.draw_outline(self.canvas, self.palette.line, radius)
        self._draw_tooltip()
        return Frame(
            self.canvas.picture, tuple(self.regions), tuple(self.scroll_areas)
        )

    def add_region(
        self,
        name: str,
        bounds: Rect,
        label: str,
        *,
        is_button: bool = True,
        tooltip: str = "",
        drag: DragKind = DragKind.NONE,
    ) -> bool:
        """Add a region; return whether the pointer is on it."""
        self.regions.append(
            HitRegion(
                name,
                self.canvas.mirror_rect(bounds),
                label,
                is_button,
                tooltip,
                drag,
                self._current_scroll_area,
            )
        )
        return self.view_state.hover == name

    def add_drag_region(self, bounds: Rect) -> None:
        """Add a region by which the window can be moved."""
        kind = DragKind.WINDOW
        self.add_region("move", bounds, "", is_button=False, drag=kind)

    def add_height_handle(self) -> None:
        """Add the edge by which the window's height can be changed."""
        height = self.canvas.picture.height / self.canvas.scale
        y = 0 if self.view_state.has_handle_on_top else height - _HANDLE_HEIGHT
        bounds = Rect(0, y, self.canvas.width, _HANDLE_HEIGHT)
        kind = DragKind.HEIGHT
        self.add_region("height", bounds, "", is_button=False, drag=kind)

    @contextmanager
    def scroll_area(
        self, name: str, bounds: Rect, content_height: float
    ) -> Iterator[Rect]:
        """
        Draw content of any height within bounds, and a thumb if it is higher.

        What is drawn in the block is cut at the bounds. Regions are added in
        full, so that the keyboard reaches those out of sight.

        Args:
            name: Selects its position in the view state.
            bounds: The visible part.
            content_height: In points.

        Yields:
            Where to draw the content; its y is above the bounds when
            scrolled, and its width leaves space for the thumb.
        """
        area = ScrollArea(name, bounds, content_height)
        offset = area.limit(find_offset(self.view_state.scroll, name))
        picture, thumb = self.canvas.picture, area.compute_thumb(offset)
        before = picture.copy()
        self._current_scroll_area = name
        has_thumb = thumb.height > 0
        width = bounds.width - (thumb.width + 2 if has_thumb else 0)
        try:
            yield Rect(bounds.x, bounds.y - offset, width, content_height)
        finally:
            self._current_scroll_area = ""
        box = self.canvas.to_pixels(bounds)
        visible = picture.crop(box)
        picture.paste(before)
        picture.paste(visible, box[:2])
        self.scroll_areas.append(
            area._replace(bounds=self.canvas.mirror_rect(bounds))
        )
        if has_thumb:
            self._draw_thumb(name, thumb)

    def _draw_thumb(self, name: str, thumb: Rect) -> None:
        region, drag = f"thumb:{name}", self.view_state.drag
        is_active = self.add_region(
            region, thumb, "", is_button=False, drag=DragKind.THUMB
        ) or (drag is not None and drag.region == region)
        color = self.palette.faint if is_active else self.palette.track
        inset = 1 if is_active else 2
        bar = Rect(
            thumb.x + inset, thumb.y, thumb.width - 2 * inset, thumb.height
        )
        self.draw_box(bar, color, bar.width / 2)

    def _draw_tooltip(self) -> None:
        """Draw the tooltip of a region next to it, within the window."""
        region = next(
            (r for r in self.regions if r.name == self.view_state.tooltip),
            None,
        )
        if region is None or not region.tooltip:
            return
        lines = [
            wrapped
            for line in region.tooltip.splitlines()
            for wrapped in canvas.wrap_text(
                self.canvas, line, self._tooltip_style, _TOOLTIP_WIDTH
            )
        ]
        bounds = self._place_tooltip(region, lines)
        edge = Edge(mix_colors(self.palette.line, self.palette.text, 0.15))
        self.draw_box(bounds, self.palette.card, 6, edge)
        for number, line in enumerate(lines):
            baseline = bounds.y + _TOOLTIP_BASELINE + number * _TOOLTIP_LINE
            position = (bounds.x + _TOOLTIP_PADDING, baseline)
            self.draw_text(position, line, self._tooltip_style)

    @property
    def _tooltip_style(self) -> TextStyle:
        return TextStyle(self.palette.text, 11.5)

    def _place_tooltip(self, region: HitRegion, lines: list[str]) -> Rect:
        """Return bounds below the visible part of a region, or above it."""
        style = self._tooltip_style
        longest = max(self.measure_text(line, style) for line in lines)
        width = longest + 2 * _TOOLTIP_PADDING
        height = _TOOLTIP_LINE * len(lines) + 2 * _TOOLTIP_MARGIN
        at = self.canvas.mirror_rect(region.bounds)
        window_height = self.canvas.picture.height / self.canvas.scale
        x = at.center_x - width / 2
        y = at.bottom + _TOOLTIP_GAP
        if y + height > window_height - _TOOLTIP_GAP:
            y = max(_TOOLTIP_GAP, at.y - _TOOLTIP_GAP - height)
        last_x = self.canvas.width - _TOOLTIP_MARGIN - width
        return Rect(max(_TOOLTIP_MARGIN, min(x, last_x)), y, width, height)

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
        is_hovered = self.add_region(name, bounds, label, tooltip=label)
        self.draw_focus_ring(name, bounds, 7, self.palette.background)
        if is_hovered:
            self.draw_box(bounds, self.palette.hover, 7)
        color = self.palette.text if is_hovered else self.palette.soft
        inset = (bounds.width - 16) / 2
        self.draw_pictogram(
            pictogram_name, (bounds.x + inset, bounds.y + inset), 16, color
        )


# Radius in points, on systems that support rounded windows.
CORNER_RADIUS: Final = 10.0
_TOOLTIP_WIDTH: Final = 260.0
_TOOLTIP_LINE: Final = 15.0
_TOOLTIP_BASELINE: Final = 15.5
_TOOLTIP_PADDING: Final = 9.0
_TOOLTIP_MARGIN: Final = 5.0
_TOOLTIP_GAP: Final = 5.0
_HANDLE_HEIGHT: Final = 5.0
