"""Draw the chart of a window or week: bars, lines, labels and hover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.ui.graphics import shapes, strokes
from claude_tray.ui.graphics.canvas import Rect, TextAnchor, TextStyle
from claude_tray.ui.graphics.palette import Palette, mix_colors
from claude_tray.ui.popup.render import chart_labels, choices, header, labels
from claude_tray.ui.popup.render.plot import BAR_SHARE, PlotArea, place_plot
from claude_tray.ui.toolkit.widgets import Button, DragKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.periods import TimeRange
    from claude_tray.presentation.chart import WindowChart
    from claude_tray.presentation.usage_bars import ChartBar
    from claude_tray.presentation.usage_chart import UsageChart
    from claude_tray.ui.toolkit.surface import DrawSurface


CHART_HEIGHT: Final = 164.0
REGION_NAME: Final = "chart"
_HOUR_SIZE: Final = 10.0
# Baseline of the hours, above the lower edge of the card.
_HOUR_RISE: Final = 8.0
_HOUR_GAP: Final = 3.0
_GRID_WIDTH: Final = 0.5
_EMPTY_SIZE: Final = 12.0
_CURVE_WIDTH: Final = 2.0
_DOTTED_DASH: Final = (2.0, 4.0)
_DASHED_DASH: Final = (4.0, 3.0)
_PROJECTION_DASH: Final = (3.0, 4.0)
# Hours this close to an edge are aligned with it.
_LABEL_EDGE: Final = 0.05
_DOT_RADIUS: Final = 4.0
_HOVER_SIZE: Final = 11.0
_HOVER_PADDING: Final = 8.0
_HOVER_LINE: Final = 15.0
_SWITCH_HEIGHT: Final = 22.0
_SWITCH_PADDING: Final = 26.0
_INSET: Final = 8.0
_KEY_SIZE: Final = 7.0
_LEGEND_SIZE: Final = 10.5
_LEGEND_GAP: Final = 8.0
_MIN_LEGEND_WIDTH: Final = 30.0
_MAX_LEGEND_WIDTH: Final = 76.0


def draw_chart(
    surface: DrawSurface,
    chart: UsageChart,
    bounds: Rect,
    controls: Sequence[Button] = (),
    selected: TimeRange | None = None,
) -> None:
    """
    Draw a chart.

    Args:
        surface: Surface to draw on.
        chart: The chart.
        bounds: Card around it.
        controls: Switch between charts; empty without one.
        selected: Range that lists are limited to.
    """
    plot, line = place_plot(bounds), chart.line
    surface.draw_card(bounds)
    surface.add_region(
        REGION_NAME,
        bounds,
        line.label,
        is_button=False,
        drag=DragKind.RANGE if chart.intervals else DragKind.NONE,
    )
    switch_width = _draw_switch(surface, chart, bounds, controls)
    _draw_legend(surface, chart, bounds, bounds.width - switch_width)
    _draw_selection(surface, chart, plot, selected)
    _draw_marks(surface, line, plot, bounds)
    _draw_bars(surface, chart, plot)
    _draw_lines(surface, chart, plot)
    chart_labels.draw_labels(surface, chart, plot)
    if line.empty_text:
        style = TextStyle(surface.palette.soft, _EMPTY_SIZE, "medium")
        middle = (bounds.center_x, (plot.top + plot.bottom) / 2)
        _draw_plain_text(surface, middle, line.empty_text, style)
    _draw_hover(surface, chart, plot)


def select_series_color(palette: Palette, series: int) -> str:
    """Return the color of a project's bars; the line has the accent."""
    colors = (palette.kinds[1], palette.kinds[0], palette.kinds[3])
    if series < len(colors):
        return colors[series]
    return mix_colors(palette.card, palette.faint, 0.6)


def _draw_switch(
    surface: DrawSurface,
    chart: UsageChart,
    bounds: Rect,
    controls: Sequence[Button],
) -> float:
    """Draw the switch between the charts; return its width."""
    if not controls:
        return 0.0
    style = TextStyle("", 12, "semibold")
    labels = [surface.measure_text(b.label, style) for b in controls]
    width = sum(labels) + _SWITCH_PADDING * len(controls)
    switch = Rect(
        bounds.right - _INSET - width,
        bounds.y + _INSET,
        width,
        _SWITCH_HEIGHT,
    )
    choices.draw_choices(surface, switch, controls, f"chart:{chart.kind}")
    return width + _INSET


def _draw_legend(
    surface: DrawSurface, chart: UsageChart, bounds: Rect, width: float
) -> None:
    """Draw the color and name of each series in a line."""
    names = chart.bars.legend
    style = TextStyle(surface.palette.soft, _LEGEND_SIZE)
    x = bounds.x + _INSET + 4
    y = bounds.y + _INSET + _SWITCH_HEIGHT / 2
    end = bounds.x + width - _INSET
    for number, name in enumerate(names):
        x += _KEY_SIZE + 4
        space = min(_MAX_LEGEND_WIDTH, end - x)
        if space < _MIN_LEGEND_WIDTH:
            return
        key = Rect(x - _KEY_SIZE - 4, y - _KEY_SIZE / 2, _KEY_SIZE, _KEY_SIZE)
        color = select_series_color(surface.palette, number)
        surface.draw_box(key, color, 2)
        text = surface.truncate_text(name, style, space)
        x += surface.draw_text((x, y + 3.8), text, style) + _LEGEND_GAP


def _draw_selection(
    surface: DrawSurface,
    chart: UsageChart,
    plot: PlotArea,
    selected: TimeRange | None,
) -> None:
    """Mark the selected range, or the one that is being dragged."""
    drag = surface.view_state.drag
    ends: tuple[float, float] | None = None
    if drag is not None and drag.region == REGION_NAME and not drag.is_click:
        first, last = sorted(
            surface.canvas.mirror_x(x)
            for x in (drag.start[0], drag.position[0])
        )
        ends = max(plot.left, first), min(plot.right, last)
    elif selected is not None:
        fractions = chart.locate_range(selected)
        if fractions is not None:
            ends = plot.x(fractions[0]), plot.x(fractions[1])
    if ends is None or ends[1] <= ends[0]:
        return
    palette = surface.palette
    color = mix_colors(palette.card, palette.accent, 0.18)
    band = Rect(ends[0], plot.top, ends[1] - ends[0], plot.bottom - plot.top)
    surface.draw_box(band, color, 3)


def _draw_marks(
    surface: DrawSurface, line: WindowChart, plot: PlotArea, bounds: Rect
) -> None:
    palette, height = surface.palette, plot.bottom - plot.top
    for fraction, _ in line.hour_marks:
        if _LABEL_EDGE <= fraction <= 1 - _LABEL_EDGE:
            left = plot.x(fraction) - _GRID_WIDTH / 2
            grid = Rect(left, plot.top, _GRID_WIDTH, height)
            surface.draw_box(grid, palette.line)
    _draw_hours(surface, line, plot, bounds)
    width = plot.right - plot.left
    surface.draw_box(Rect(plot.left, plot.bottom, width, 1), palette.line)


def _draw_hours(
    surface: DrawSurface, line: WindowChart, plot: PlotArea, bounds: Rect
) -> None:
    """Draw the ends of the axis, and the hours between that have room."""
    style = TextStyle(surface.palette.faint, _HOUR_SIZE)
    hours = [
        (plot.x(fraction), label, _select_anchor(fraction))
        for fraction, label in line.hour_marks
    ]
    ends_first = sorted(hours, key=lambda hour: hour[2] == "middle")
    candidates = []
    for x, label, anchor in ends_first:
        width = surface.measure_text(label, style)
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        candidates.append([Rect(left, 0, width + _HOUR_GAP, 1)])
    area = Rect(0, 0, surface.canvas.width, 1)
    places = labels.place_labels(candidates, area)
    for (x, label, anchor), place in zip(ends_first, places, strict=True):
        if place is not None:
            position = (x, bounds.bottom - _HOUR_RISE)
            surface.draw_text(position, label, style, anchor)


def _select_anchor(fraction: float) -> TextAnchor:
    """Return how the label of an hour is aligned with it."""
    if fraction < _LABEL_EDGE:
        return "start"
    return "end" if fraction > 1 - _LABEL_EDGE else "middle"


def _draw_bars(
    surface: DrawSurface, chart: UsageChart, plot: PlotArea
) -> None:
    hovered = find_hovered_bar(surface, chart, plot)
    for bar in chart.bars.bars:
        left, right = plot.x(bar.start) + 0.75, plot.x(bar.end) - 0.75
        bottom = plot.bottom
        for part in bar.parts:
            height = part.height * BAR_SHARE * (plot.bottom - plot.top)
            color = select_series_color(surface.palette, part.series)
            if bar is hovered:
                color = mix_colors(color, surface.palette.text, 0.25)
            # The lowest part of a bar is visible, however little it is.
            height = max(height, 1.0)
            box = Rect(left, bottom - height, right - left, height)
            surface.draw_box(box, color, 1 if height > 2 else 0)  # noqa: PLR2004
            bottom -= height


def find_hovered_bar(
    surface: DrawSurface, chart: UsageChart, plot: PlotArea
) -> ChartBar | None:
    """Return the bar below the pointer, None without one."""
    x = surface.find_pointer_x(REGION_NAME)
    if x is None:
        return None
    fraction = plot.to_fraction(x)
    return next(
        (b for b in chart.bars.bars if b.start <= fraction < b.end), None
    )


def _draw_lines(
    surface: DrawSurface, chart: UsageChart, plot: PlotArea
) -> None:
    """Draw limit, pace, last window, usage and projection."""
    palette, line, canvas = surface.palette, chart.line, surface.canvas
    if line.has_even_pace:
        pace = [(plot.left, plot.bottom), (plot.right, plot.top)]
        strokes.draw_line(
            canvas, pace, strokes.Stroke(palette.faint, 1, 0.7, _DOTTED_DASH)
        )
    heights = [
        (reference.y, palette.faint) for reference in line.reference_lines
    ]
    if line.limit_label:
        color = palette.critical if line.is_limit_near else palette.faint
        heights.append((1.0, color))
    for height, color in heights:
        ends = [(plot.left, plot.y(height)), (plot.right, plot.y(height))]
        strokes.draw_line(
            canvas, ends, strokes.Stroke(color, 1, 0.8, _DASHED_DASH)
        )
    if chart.ghost:
        ghost = [(plot.x(x), plot.y(y)) for x, y in chart.ghost]
        strokes.draw_line(
            canvas, ghost, strokes.Stroke(palette.faint, 1.25, 0.55)
        )
    if len(line.curve) > 1:
        points = [plot.to_point(point) for point in line.curve]
        strokes.draw_line(
            canvas, points, strokes.Stroke(palette.accent, _CURVE_WIDTH)
        )
    _draw_projection(surface, line, plot)


def _draw_projection(
    surface: DrawSurface, line: WindowChart, plot: PlotArea
) -> None:
    """Draw the current point, and the line from it to the projected end."""
    palette, canvas = surface.palette, surface.canvas
    if line.now is None:
        return
    now = plot.to_point(line.now)
    if line.projection is not None:
        color = header.select_status_color(line.status, palette)
        end = plot.to_point(line.projection)
        stroke = strokes.Stroke(color, 2, 1, _PROJECTION_DASH)
        strokes.draw_line(canvas, [now, end], stroke)
        shapes.draw_dot(canvas, end, _DOT_RADIUS, color, palette.card)
    shapes.draw_dot(canvas, now, _DOT_RADIUS, palette.text, palette.card)


def _draw_plain_text(
    surface: DrawSurface,
    middle: tuple[float, float],
    text: str,
    style: TextStyle,
) -> None:
    """Draw text in the middle of the plot, without lines behind it."""
    width = surface.measure_text(text, style) + 12
    background = Rect(middle[0] - width / 2, middle[1] - 10, width, 20)
    surface.draw_box(background, surface.palette.card)
    surface.draw_text((middle[0], middle[1] + 4), text, style, "middle")


def _draw_hover(
    surface: DrawSurface, chart: UsageChart, plot: PlotArea
) -> None:
    """Draw what the pointer is on: a bar, or else a time of the line."""
    x = surface.find_pointer_x(REGION_NAME)
    if x is None:
        return
    bar = find_hovered_bar(surface, chart, plot)
    if bar is not None:
        middle = plot.x((bar.start + bar.end) / 2)
        _draw_bubble(surface, middle, bar.lines, plot)
        return
    label = find_hovered_label(chart, plot.to_fraction(x))
    if label:
        cursor = Rect(x - 0.5, plot.top, 1, plot.bottom - plot.top)
        surface.draw_box(cursor, surface.palette.faint)
        _draw_bubble(surface, x, (label,), plot)


def find_hovered_label(chart: UsageChart, fraction: float) -> str:
    """Return the label of the line at a position; empty in the future."""
    now = chart.line.now
    if now is None or not 0 <= fraction <= now.x:
        return ""
    earlier = [p.label for p in chart.line.curve if p.x <= fraction]
    return earlier[-1] if earlier else ""


def _draw_bubble(
    surface: DrawSurface, x: float, texts: Sequence[str], plot: PlotArea
) -> None:
    """Draw lines of text above a position, within the plot."""
    palette = surface.palette
    first = TextStyle(palette.background, _HOVER_SIZE, "semibold")
    style = TextStyle(palette.background, _HOVER_SIZE)
    space = plot.right - plot.left - 2 * _HOVER_PADDING
    lines = [
        (surface.truncate_text(text, style, space), style if number else first)
        for number, text in enumerate(texts)
    ]
    longest = max(surface.measure_text(text, s) for text, s in lines)
    width = longest + 2 * _HOVER_PADDING
    left = min(max(plot.left, x - width / 2), plot.right - width)
    height = _HOVER_LINE * len(lines) + 7
    box = Rect(left, plot.top - 14, width, height)
    surface.draw_box(box, palette.text, 6)
    for number, (text, line_style) in enumerate(lines):
        baseline = box.y + 14 + number * _HOVER_LINE
        surface.draw_text((left + _HOVER_PADDING, baseline), text, line_style)
