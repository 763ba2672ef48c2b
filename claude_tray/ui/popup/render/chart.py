"""Draw the chart of a window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.ui.graphics.canvas import Rect, TextAnchor, TextStyle
from claude_tray.ui.graphics.shapes import draw_dot
from claude_tray.ui.graphics.strokes import Stroke, draw_area, draw_line
from claude_tray.ui.popup.render.header import select_status_color

if TYPE_CHECKING:
    from claude_tray.core.status import AccountStatus
    from claude_tray.presentation.chart import (
        ChartPoint,
        Projection,
        WindowChart,
    )
    from claude_tray.ui.toolkit.surface import DrawSurface


CHART_HEIGHT: Final = 124.0
_REGION_NAME: Final = "chart"
_PADDING_X: Final = 12.0
_PADDING_Y: Final = 22.0
_HOUR_SIZE: Final = 10.0
# Baseline of the hours, above the lower edge of the card.
_HOUR_RISE: Final = 8.0
_GRID_WIDTH: Final = 0.5
_EMPTY_TEXT_SIZE: Final = 12.0
_EMPTY_TEXT_PADDING: Final = 6.0
_EMPTY_TEXT_HEIGHT: Final = 20.0
_CURVE_WIDTH: Final = 2.0
_LIMIT_LABEL_RISE: Final = 5.0
_LINE_LABEL_RISE: Final = 4.0
_LINE_LABEL_SIZE: Final = 10.0
_DOTTED_DASH: Final = (2.0, 4.0)
_DASHED_DASH: Final = (4.0, 3.0)
_PROJECTION_DASH: Final = (3.0, 4.0)
# Hours this close to an edge are aligned with it.
_LABEL_EDGE: Final = 0.05
_PROJECTION_SIZE: Final = 11.5
_PROJECTION_DOT_RADIUS: Final = 4.0
_PROJECTION_RISE: Final = 8.0
# Room for the word "limit" to the left of a label at the upper edge.
_LIMIT_LABEL_WIDTH: Final = 44.0
# The label goes above the current point if that is far right and as high.
_LABEL_ABOVE_X: Final = 0.8
_LABEL_OVERLAP: Final = 0.16
_CURRENT_DOT_RADIUS: Final = 4.5
_CURRENT_SIZE: Final = 14.0
_CURRENT_GAP: Final = 9.0
_HOVER_DOT_RADIUS: Final = 3.5
_HOVER_SIZE: Final = 11.0
_HOVER_PADDING: Final = 7.0
_HOVER_HEIGHT: Final = 20.0


class _PlotArea(NamedTuple):
    """Edges of the plot in points; maps fractions to positions."""

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
    bounds: Rect,
) -> None:
    plot = _PlotArea(
        bounds.x + _PADDING_X,
        bounds.y + _PADDING_Y,
        bounds.right - _PADDING_X,
        bounds.bottom - _PADDING_Y,
    )
    surface.draw_card(bounds)
    surface.add_region(_REGION_NAME, bounds, chart.label, is_button=False)
    _draw_hour_marks(surface, chart, plot, bounds)
    _draw_reference_lines(surface, chart, plot)
    if chart.empty_text:
        _draw_empty_text(surface, chart.empty_text, bounds)
    if len(chart.curve) > 1:
        points = [plot.to_point(point) for point in chart.curve]
        draw_area(surface.canvas, points, plot.bottom, surface.palette.accent)
        draw_line(
            surface.canvas,
            points,
            Stroke(surface.palette.accent, _CURVE_WIDTH),
        )
    if chart.now is None:
        return
    if chart.projection:
        _draw_projection(
            surface, chart.now, chart.projection, chart.status, plot
        )
    _draw_current_point(surface, chart, chart.now, plot)
    _draw_hover(surface, chart, plot)


def _draw_empty_text(surface: DrawSurface, text: str, bounds: Rect) -> None:
    x, y = bounds.center_x, bounds.y + bounds.height / 2 + 4
    style = TextStyle(surface.palette.soft, _EMPTY_TEXT_SIZE, "medium")
    width = surface.measure_text(text, style) + 2 * _EMPTY_TEXT_PADDING
    # Hide the line of the even pace behind the text.
    background = Rect(x - width / 2, y - 14, width, _EMPTY_TEXT_HEIGHT)
    surface.draw_box(background, surface.palette.card)
    surface.draw_text((x, y), text, style, "middle")


def _draw_hour_marks(
    surface: DrawSurface, chart: WindowChart, plot: _PlotArea, bounds: Rect
) -> None:
    palette = surface.palette
    faint = TextStyle(palette.faint, _HOUR_SIZE)
    for fraction, label in chart.hour_marks:
        x = plot.x(fraction)
        anchor: TextAnchor = "middle"
        if fraction < _LABEL_EDGE:
            anchor = "start"
        elif fraction > 1 - _LABEL_EDGE:
            anchor = "end"
        else:
            left, height = x - _GRID_WIDTH / 2, plot.bottom - plot.top
            grid = Rect(left, plot.top, _GRID_WIDTH, height)
            surface.draw_box(grid, palette.line)
        position = (x, bounds.bottom - _HOUR_RISE)
        surface.draw_text(position, label, faint, anchor)
    width = plot.right - plot.left
    surface.draw_box(Rect(plot.left, plot.bottom, width, 1), palette.line)


def _draw_reference_lines(
    surface: DrawSurface, chart: WindowChart, plot: _PlotArea
) -> None:
    """Draw the even pace, the limit and typical usage, with labels."""
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
        style = TextStyle(color, _LINE_LABEL_SIZE, "medium")
        position = (plot.left, plot.top - _LIMIT_LABEL_RISE)
        surface.draw_text(position, chart.limit_label, style)
    for reference_line in chart.reference_lines:
        y = plot.y(reference_line.y)
        points = [(plot.left, y), (plot.right, y)]
        draw_line(
            surface.canvas, points, Stroke(palette.faint, 1, 0.7, _DASHED_DASH)
        )
        style = TextStyle(palette.faint, _LINE_LABEL_SIZE, "medium")
        position = (plot.left, y - _LINE_LABEL_RISE)
        surface.draw_text(position, reference_line.label, style)


def _draw_projection(
    surface: DrawSurface,
    now: ChartPoint,
    projection: Projection,
    status: AccountStatus,
    plot: _PlotArea,
) -> None:
    palette = surface.palette
    color = select_status_color(status, palette)
    end = plot.to_point(projection)
    target = end if projection.is_limit else (end[0] - 3, end[1])
    style = TextStyle(color, _PROJECTION_SIZE, "semibold")
    baseline = _compute_label_baseline(now, projection, plot)
    width = surface.measure_text(projection.label, style)
    if not projection.is_limit:
        # Keep reference lines from crossing the label.
        background = Rect(end[0] - width - 4, baseline - 11, width + 4, 14)
        surface.draw_box(background, palette.card)
    draw_line(
        surface.canvas,
        [plot.to_point(now), target],
        Stroke(color, 2, 1, _PROJECTION_DASH),
    )
    draw_dot(
        surface.canvas, target, _PROJECTION_DOT_RADIUS, color, palette.card
    )
    if projection.is_limit:
        half = width / 2
        first_x = plot.left + _LIMIT_LABEL_WIDTH + half
        x = min(max(end[0], first_x), plot.right - half)
        position = (x, end[1] - _PROJECTION_RISE)
        surface.draw_text(position, projection.label, style, "middle")
    else:
        surface.draw_text(
            (end[0] - 2, baseline), projection.label, style, "end"
        )


def _compute_label_baseline(
    now: ChartPoint, projection: Projection, plot: _PlotArea
) -> float:
    """Return the baseline of the projection's label, clear of the curve."""
    end = plot.y(projection.y)
    if now.x > _LABEL_ABOVE_X and abs(projection.y - now.y) < _LABEL_OVERLAP:
        return max(min(plot.y(now.y), end) - 12, plot.top - 8)
    return max(end - _PROJECTION_RISE, plot.top + 9)


def _draw_current_point(
    surface: DrawSurface, chart: WindowChart, now: ChartPoint, plot: _PlotArea
) -> None:
    palette = surface.palette
    x, y = plot.to_point(now)
    if chart.curve:
        drop_line = [(x, plot.bottom), (x, y)]
        draw_line(surface.canvas, drop_line, Stroke(palette.text, 1, 0.35))
    draw_dot(
        surface.canvas, (x, y), _CURRENT_DOT_RADIUS, palette.text, palette.card
    )
    style = TextStyle(palette.text, _CURRENT_SIZE, "bold")
    width = surface.measure_text(now.label, style)
    baseline = min(max(y + 18, plot.top + 18), plot.bottom - 5)
    if x + 12 + width > plot.right:
        left = x - _CURRENT_GAP - width
        if y > plot.bottom - 24:
            baseline = y - 10
    else:
        left = x + _CURRENT_GAP
    background = Rect(left - 2, baseline - 13, width + 4, 17)
    if left > x:
        # Keep lines from crossing the number.
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
    draw_dot(
        surface.canvas,
        position,
        _HOVER_DOT_RADIUS,
        palette.accent,
        palette.card,
    )
    style = TextStyle(palette.background, _HOVER_SIZE, "medium")
    text_width = surface.measure_text(hovered_point.label, style)
    width = text_width + 2 * _HOVER_PADDING
    left = min(max(plot.left, x - width / 2), plot.right - width)
    box = Rect(left, plot.top - 2, width, _HOVER_HEIGHT)
    surface.draw_box(box, palette.text, 6)
    position = (left + _HOVER_PADDING, plot.top + 12)
    surface.draw_text(position, hovered_point.label, style)
