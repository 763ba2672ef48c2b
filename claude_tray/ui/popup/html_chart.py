"""Render the chart as SVG for the web page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from claude_tray.presentation.chart import (
        ChartPoint,
        Projection,
        WindowChart,
    )


# The plot within the view box, in SVG units.
_WIDTH: Final = 640
_LEFT: Final = 12
_RIGHT: Final = 628
_TOP: Final = 24
_BOTTOM: Final = 176
_HEIGHT: Final = 200
# Labels flip to the other side of a point from here on.
_LABEL_FLIP_X: Final = 0.85
# Labels this close to an edge are aligned with it.
_LABEL_EDGE: Final = 0.05


def render_svg(chart: WindowChart, *, is_rtl: bool) -> str:
    """Render the chart; its label describes it for screen readers."""
    scale = _SvgScale(is_rtl=is_rtl)
    parts = [_render_axis(chart, scale), _render_reference_lines(chart, scale)]
    if chart.curve:
        points = " ".join(scale.format_point(point) for point in chart.curve)
        first, last = scale.x(chart.curve[0].x), scale.x(chart.curve[-1].x)
        area = f"{first},{_BOTTOM} {points} {last},{_BOTTOM}"
        parts.append(f'<polygon class="area" points="{area}"/>')
        parts.append(f'<polyline class="curve" points="{points}"/>')
    if chart.now and chart.projection:
        parts.append(_render_projection(chart.now, chart.projection, scale))
    if chart.now:
        parts.append(_render_current_point(chart.now, scale))
    if chart.empty_text:
        parts.append(_svg_text(_WIDTH / 2, 100, chart.empty_text, "middle"))
    return (
        f'<svg role="img" aria-label="{escape(chart.label)}"'
        f' viewBox="0 0 {_WIDTH} {_HEIGHT}" direction="ltr">'
        + "".join(parts)
        + "</svg>"
    )


class _SvgScale:
    """Map chart positions to SVG units, mirrored for right-to-left text."""

    def __init__(self, *, is_rtl: bool) -> None:
        self._is_rtl = is_rtl

    def x(self, fraction: float) -> float:
        fraction = 1 - fraction if self._is_rtl else fraction
        return round(_LEFT + (_RIGHT - _LEFT) * fraction, 1)

    def y(self, fraction: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * fraction, 1)

    def format_point(self, point: ChartPoint | Projection) -> str:
        return f"{self.x(point.x)},{self.y(point.y)}"

    def choose_text_anchor(self, fraction: float) -> str:
        """Return the anchor that keeps a label inside the chart."""
        if _LABEL_EDGE < fraction < 1 - _LABEL_EDGE:
            return "middle"
        is_left = (fraction <= _LABEL_EDGE) is not self._is_rtl
        return "start" if is_left else "end"


def _render_axis(chart: WindowChart, scale: _SvgScale) -> str:
    line = _svg_line("axis", (_LEFT, _BOTTOM), (_RIGHT, _BOTTOM))
    return line + "".join(
        _svg_text(
            scale.x(fraction),
            _HEIGHT - 6,
            label,
            scale.choose_text_anchor(fraction),
        )
        for fraction, label in chart.hour_marks
    )


def _render_reference_lines(chart: WindowChart, scale: _SvgScale) -> str:
    svg = ""
    if chart.has_even_pace:
        start, end = (scale.x(0), _BOTTOM), (scale.x(1), _TOP)
        svg += _svg_line("even", start, end)
    if chart.limit_label:
        css_suffix = " near" if chart.is_limit_near else ""
        limit_line = (_LEFT, _TOP), (_RIGHT, _TOP)
        svg += _svg_line(f"limit-line{css_suffix}", *limit_line)
        svg += _svg_text(
            scale.x(0),
            _TOP - 7,
            chart.limit_label,
            scale.choose_text_anchor(0),
        )
    for reference_line in chart.reference_lines:
        y = scale.y(reference_line.y)
        svg += _svg_line("limit-line", (_LEFT, y), (_RIGHT, y))
        svg += _svg_text(
            scale.x(0),
            y - 5,
            reference_line.label,
            scale.choose_text_anchor(0),
        )
    return svg


def _render_projection(
    now: ChartPoint, projection: Projection, scale: _SvgScale
) -> str:
    css_suffix = " near" if projection.is_limit else ""
    start = (scale.x(now.x), scale.y(now.y))
    end = (scale.x(projection.x), scale.y(projection.y))
    anchor = scale.choose_text_anchor(projection.x)
    text = _svg_text(end[0], end[1] - 8, projection.label, anchor)
    return _svg_line(f"ahead{css_suffix}", start, end) + text


def _render_current_point(now: ChartPoint, scale: _SvgScale) -> str:
    x, y = scale.x(now.x), scale.y(now.y)
    is_near_end = now.x > _LABEL_FLIP_X
    anchor = "end" if is_near_end is not (scale.x(0) > scale.x(1)) else "start"
    text_x = x - 10 if anchor == "end" else x + 10
    baseline = min(y + 20, _BOTTOM - 6)
    return (
        f'<circle class="here" cx="{x}" cy="{y}" r="5"/>'
        f'<text class="number" x="{text_x}" y="{baseline}"'
        f' text-anchor="{anchor}">{escape(now.label)}</text>'
    )


def _svg_line(
    css_class: str,
    start: tuple[float, float],
    end: tuple[float, float],
) -> str:
    return (
        f'<line class="{css_class}" x1="{start[0]}" y1="{start[1]}"'
        f' x2="{end[0]}" y2="{end[1]}"/>'
    )


def _svg_text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
    )
