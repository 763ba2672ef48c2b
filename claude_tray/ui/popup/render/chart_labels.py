"""Draw the labels of a chart where they cover nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.ui.graphics.canvas import Rect, TextStyle
from claude_tray.ui.popup.render.header import select_status_color
from claude_tray.ui.popup.render.labels import place_labels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.presentation.usage_chart import UsageChart
    from claude_tray.ui.popup.render.plot import PlotArea
    from claude_tray.ui.toolkit.surface import DrawSurface


_CURRENT_SIZE: Final = 14.0
_PROJECTION_SIZE: Final = 11.5
_LINE_SIZE: Final = 10.0
# Height of a label, and its baseline below its top, relative to its size.
_HEIGHT: Final = 1.2
_BASELINE: Final = 0.95
_GAP: Final = 7.0
# The upper edge is labelled within this band above the plot.
_BAND: Final = 20.0
# The ghost is not labelled to the left of this position.
_FIRST_GHOST_X: Final = 0.3
_DOT_RADIUS: Final = 6.0
# Every so many points of the curve are avoided by labels.
_MAX_AVOIDED: Final = 40


class ChartLabel(NamedTuple):
    """A label and its place."""

    text: str
    style: TextStyle
    place: Rect


class _Label(NamedTuple):
    """A label, and the places it may have, the best one first."""

    text: str
    style: TextStyle
    places: tuple[Rect, ...]


def draw_labels(
    surface: DrawSurface, chart: UsageChart, plot: PlotArea
) -> None:
    """Draw the labels that find a place; the current value comes first."""
    for label in arrange_labels(surface, chart, plot):
        # Lines and bars must not cross the text.
        surface.draw_box(label.place.expand(1), surface.palette.card, 3)
        baseline = label.place.y + label.style.size * _BASELINE
        position = (label.place.x, baseline)
        surface.draw_text(position, label.text, label.style)


def arrange_labels(
    surface: DrawSurface, chart: UsageChart, plot: PlotArea
) -> list[ChartLabel]:
    """Return the labels that find a place, the most important one first."""
    labels = [
        label for label in _list_labels(surface, chart, plot) if label.text
    ]
    area = Rect(
        plot.left - 2,
        plot.top - _BAND,
        plot.right - plot.left + 4,
        plot.bottom - plot.top + _BAND,
    )
    places = place_labels(
        [label.places for label in labels],
        area,
        list(_list_avoided(chart, plot)),
    )
    return [
        ChartLabel(label.text, label.style, place)
        for label, place in zip(labels, places, strict=True)
        if place is not None
    ]


def _list_avoided(chart: UsageChart, plot: PlotArea) -> Iterator[Rect]:
    """Yield boxes around the curve, the current point and the projection."""
    line = chart.line
    step = max(1, len(line.curve) // _MAX_AVOIDED)
    for point in line.curve[::step]:
        x, y = plot.to_point(point)
        yield Rect(x - 2, y - 2, 4, 4)
    for end in (line.now, line.projection):
        if end is not None:
            x, y = plot.to_point(end)
            size = 2 * _DOT_RADIUS
            yield Rect(x - _DOT_RADIUS, y - _DOT_RADIUS, size, size)


def _list_labels(
    surface: DrawSurface, chart: UsageChart, plot: PlotArea
) -> Iterator[_Label]:
    line, palette = chart.line, surface.palette
    if line.now is not None:
        style = TextStyle(palette.text, _CURRENT_SIZE, "bold")
        yield _place_around(
            surface, line.now.label, style, plot.to_point(line.now)
        )
        if line.projection is not None:
            color = select_status_color(line.status, palette)
            style = TextStyle(color, _PROJECTION_SIZE, "semibold")
            end = plot.to_point(line.projection)
            yield _place_around(surface, line.projection.label, style, end)
    color = palette.critical if line.is_limit_near else palette.faint
    style = TextStyle(color, _LINE_SIZE, "medium")
    yield _place_along(surface, line.limit_label, style, plot, plot.top)
    faint = TextStyle(palette.faint, _LINE_SIZE, "medium")
    for reference in line.reference_lines:
        y = plot.y(reference.y)
        yield _place_along(surface, reference.label, faint, plot, y)
    if chart.ghost:
        yield _place_on_ghost(surface, chart, faint, plot)


def _measure(
    surface: DrawSurface, text: str, style: TextStyle
) -> tuple[float, float]:
    return surface.measure_text(text, style), style.size * _HEIGHT


def _place_around(
    surface: DrawSurface,
    text: str,
    style: TextStyle,
    point: tuple[float, float],
) -> _Label:
    """Return a label beside, below or above a point."""
    (x, y), (width, height) = point, _measure(surface, text, style)
    right, left, middle = x + _GAP + 2, x - _GAP - 2 - width, x - width / 2
    below, above, level = y + _GAP - 2, y - _GAP - height + 2, y - height / 2
    corners = [
        (right, below),
        (right, above),
        (left, above),
        (left, below),
        (middle, above),
        (middle, below),
        (right, level),
        (left, level),
    ]
    # Further away, where points are close to each other.
    for distance in (height, 2 * height):
        corners += [
            (side, edge + shift)
            for side in (right, left, middle)
            for edge, shift in ((below, distance), (above, -distance))
        ]
    places = tuple(Rect(*corner, width, height) for corner in corners)
    return _Label(text, style, places)


def _place_along(
    surface: DrawSurface,
    text: str,
    style: TextStyle,
    plot: PlotArea,
    y: float,
) -> _Label:
    """Return a label above or below a horizontal line, at one of its ends."""
    width, height = _measure(surface, text, style)
    middle = (plot.left + plot.right - width) / 2
    sides = (plot.left, plot.right - width, middle)
    places = tuple(
        Rect(x, edge, width, height)
        for edge in (y - height - 1, y + 2)
        for x in sides
    )
    return _Label(text, style, places)


def _place_on_ghost(
    surface: DrawSurface, chart: UsageChart, style: TextStyle, plot: PlotArea
) -> _Label:
    """Return a label next to the line of the last window, near its end."""
    width, height = _measure(surface, chart.ghost_label, style)
    points = [
        (plot.x(x), plot.y(y))
        for x, y in reversed(chart.ghost)
        if x > _FIRST_GHOST_X
    ]
    places = [
        Rect(min(x, plot.right - width), edge, width, height)
        for x, y in points
        for edge in (y - height - 2, y + 3)
    ]
    return _Label(chart.ghost_label, style, tuple(places))
