"""The window as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.presentation.status_text import DisplayStatus
from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.graphics.shapes import draw_dot
from claude_tray.ui.graphics.strokes import Stroke, draw_area, draw_line
from claude_tray.ui.graphics.text_layout import TextStyle
from claude_tray.ui.popup.render.header import select_status_color

if TYPE_CHECKING:
    from claude_tray.presentation.chart import (
        ChartPoint,
        Projection,
        WindowChart,
    )
    from claude_tray.ui.graphics.text_layout import TextAnchor
    from claude_tray.ui.toolkit.surface import DrawSurface


CHART_HEIGHT: Final = 124
_REGION_NAME: Final = "chart"
_DOTTED_DASH: Final = (2.0, 4.0)
_DASHED_DASH: Final = (4.0, 3.0)
_PROJECTION_DASH: Final = (3.0, 4.0)
_LABEL_EDGE: Final = 0.05
_LABEL_ABOVE_X: Final = 0.8
_LABEL_OVERLAP: Final = 0.16


class _PlotArea(NamedTuple):
    """Where shares of the window lie, in points."""

    left: float
    top: float
    right: float
    bottom: float

    def x(self, fraction: float) -> float:
        return self.left + (self.right - self.left) * fraction

    def y(self, fraction: float) -> float:
        return self.bottom - (self.bottom - self.top) * fraction

    def to_point(self, point: ChartPoint | Projection) -> tuple[float, float]:
        return self.x(point.x), self.y(point.y)


def draw_chart(
    surface: DrawSurface,
    chart: WindowChart,
    status: DisplayStatus,
    bounds: Rect,
) -> None:
    plot = _PlotArea(
        bounds.x + 12, bounds.y + 22, bounds.right - 12, bounds.bottom - 22
    )
    surface.draw_card(bounds)
    surface.add_region(_REGION_NAME, bounds, chart.label, is_button=False)
    _draw_hour_marks(surface, chart, plot, bounds)
    _draw_reference_lines(surface, chart, plot)
    if chart.empty_text:
        center = (
            (plot.left + plot.right) / 2,
            bounds.y + bounds.height / 2 + 4,
        )
        style = TextStyle(surface.palette.soft, 12, "medium")
        width = surface.measure_text(chart.empty_text, style) + 12
        surface.draw_box(
            Rect(center[0] - width / 2, center[1] - 14, width, 20),
            surface.palette.card,
        )
        surface.draw_text(center, chart.empty_text, style, "middle")
    if len(chart.curve) > 1:
        points = [plot.to_point(point) for point in chart.curve]
        draw_area(surface.canvas, points, plot.bottom, surface.palette.accent)
        draw_line(surface.canvas, points, Stroke(surface.palette.accent, 2))
    if chart.now is None:
        return
    if chart.projection:
        _draw_projection(surface, chart.now, chart.projection, status, plot)
    _draw_current_point(surface, chart, chart.now, plot)
    _draw_hover(surface, chart, plot)


def _draw_hour_marks(
    surface: DrawSurface, chart: WindowChart, plot: _PlotArea, bounds: Rect
) -> None:
    palette = surface.palette
    faint = TextStyle(palette.faint, 10)
    for fraction, label in chart.hour_marks:
        x = plot.x(fraction)
        anchor: TextAnchor = "middle"
        if fraction < _LABEL_EDGE:
            anchor = "start"
        elif fraction > 1 - _LABEL_EDGE:
            anchor = "end"
        else:
            grid = Rect(x - 0.25, plot.top, 0.5, plot.bottom - plot.top)
            surface.draw_box(grid, palette.line)
        surface.draw_text((x, bounds.bottom - 8), label, faint, anchor)
    width = plot.right - plot.left
    surface.draw_box(Rect(plot.left, plot.bottom, width, 1), palette.line)


def _draw_reference_lines(
    surface: DrawSurface, chart: WindowChart, plot: _PlotArea
) -> None:
    """Draw even use, the limit and usual levels, with their names."""
    palette = surface.palette
    if chart.has_even_pace:
        even_pace = [(plot.left, plot.bottom), (plot.right, plot.top)]
        draw_line(
            surface.canvas,
            even_pace,
            Stroke(palette.faint, 1, 0.7, _DOTTED_DASH),
        )
    if chart.limit_label:
        color = palette.critical if chart.is_limit_near else palette.faint
        limit_line = [(plot.left, plot.top), (plot.right, plot.top)]
        draw_line(
            surface.canvas, limit_line, Stroke(color, 1, 0.8, _DASHED_DASH)
        )
        style = TextStyle(color, 10, "medium")
        surface.draw_text((plot.left, plot.top - 5), chart.limit_label, style)
    for reference_line in chart.reference_lines:
        y = plot.y(reference_line.y)
        points = [(plot.left, y), (plot.right, y)]
        draw_line(
            surface.canvas, points, Stroke(palette.faint, 1, 0.7, _DASHED_DASH)
        )
        style = TextStyle(palette.faint, 10, "medium")
        surface.draw_text((plot.left, y - 4), reference_line.label, style)


def _draw_projection(
    surface: DrawSurface,
    now: ChartPoint,
    projection: Projection,
    status: DisplayStatus,
    plot: _PlotArea,
) -> None:
    palette = surface.palette
    # What is wrong is no matter of the pace.
    is_colored = status is not DisplayStatus.ERROR
    color = (
        select_status_color(status, palette) if is_colored else palette.soft
    )
    end = plot.to_point(projection)
    target = end if projection.is_limit else (end[0] - 3, end[1])
    style = TextStyle(color, 11.5, "semibold")
    baseline = _compute_label_baseline(now, projection, plot)
    width = surface.measure_text(projection.label, style)
    if not projection.is_limit:
        # No level runs through it.
        background = Rect(end[0] - width - 4, baseline - 11, width + 4, 14)
        surface.draw_box(background, palette.card)
    draw_line(
        surface.canvas,
        [plot.to_point(now), target],
        Stroke(color, 2, 1, _PROJECTION_DASH),
    )
    draw_dot(surface.canvas, target, 4, color, palette.card)
    if projection.is_limit:
        half = width / 2
        x = min(max(end[0], plot.left + 44 + half), plot.right - half)
        surface.draw_text((x, end[1] - 8), projection.label, style, "middle")
    else:
        surface.draw_text(
            (end[0] - 2, baseline), projection.label, style, "end"
        )


def _compute_label_baseline(
    now: ChartPoint, projection: Projection, plot: _PlotArea
) -> float:
    """Return where the goal's text stands, clear of the last point."""
    end = plot.y(projection.y)
    if now.x > _LABEL_ABOVE_X and abs(projection.y - now.y) < _LABEL_OVERLAP:
        return max(min(plot.y(now.y), end) - 12, plot.top - 8)
    return max(end - 8, plot.top + 9)


def _draw_current_point(
    surface: DrawSurface, chart: WindowChart, now: ChartPoint, plot: _PlotArea
) -> None:
    palette = surface.palette
    x, y = plot.to_point(now)
    if chart.curve:
        drop_line = [(x, plot.bottom), (x, y)]
        draw_line(surface.canvas, drop_line, Stroke(palette.text, 1, 0.35))
    draw_dot(surface.canvas, (x, y), 4.5, palette.text, palette.card)
    style = TextStyle(palette.text, 14, "bold")
    width = surface.measure_text(now.label, style)
    baseline = min(max(y + 18, plot.top + 18), plot.bottom - 5)
    if x + 12 + width > plot.right:
        left = x - 9 - width
        if y > plot.bottom - 24:
            baseline = y - 10
    else:
        left = x + 9
    background = Rect(left - 2, baseline - 13, width + 4, 17)
    if left > x:
        # Nothing runs through the number.
        surface.draw_box(background, palette.card)
    surface.draw_text((left, baseline), now.label, style)


def _draw_hover(
    surface: DrawSurface, chart: WindowChart, plot: _PlotArea
) -> None:
    x = surface.find_pointer_x(_REGION_NAME)
    if x is None or len(chart.curve) < 2 or chart.now is None:  # noqa: PLR2004
        return
    fraction = (x - plot.left) / (plot.right - plot.left)
    if not 0 <= fraction <= chart.now.x:
        return
    earlier = [point for point in chart.curve if point.x <= fraction]
    hovered_point = earlier[-1] if earlier else chart.curve[0]
    palette = surface.palette
    cursor_line = [(x, plot.top), (x, plot.bottom)]
    draw_line(surface.canvas, cursor_line, Stroke(palette.text, 1, 0.5))
    position = (x, plot.y(hovered_point.y))
    draw_dot(surface.canvas, position, 3.5, palette.accent, palette.card)
    style = TextStyle(palette.background, 11, "medium")
    width = surface.measure_text(hovered_point.label, style) + 14
    left = min(max(plot.left, x - width / 2), plot.right - width)
    surface.draw_box(Rect(left, plot.top - 2, width, 20), palette.text, 6)
    surface.draw_text((left + 7, plot.top + 12), hovered_point.label, style)
