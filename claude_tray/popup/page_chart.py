"""The chart as SVG, for the page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from claude_tray.popup.plot import Chart, Goal, Reading

_WIDE: Final = 640
_LEFT: Final = 12
_RIGHT: Final = 628
_TOP: Final = 24
_FLOOR: Final = 176
_HIGH: Final = 200
_LATE: Final = 0.85
_EDGE: Final = 0.05


def svg_of(chart: Chart, *, is_rtl: bool) -> str:
    """Return the chart; its label says what it shows."""
    turn = _Turn(is_rtl=is_rtl)
    parts = [_axis(chart, turn), _lines(chart, turn)]
    if chart.curve:
        points = " ".join(turn.point(reading) for reading in chart.curve)
        first, last = turn.x(chart.curve[0].x), turn.x(chart.curve[-1].x)
        area = f"{first},{_FLOOR} {points} {last},{_FLOOR}"
        parts.append(f'<polygon class="area" points="{area}"/>')
        parts.append(f'<polyline class="curve" points="{points}"/>')
    if chart.now and chart.goal:
        parts.append(_ahead(chart.now, chart.goal, turn))
    if chart.now:
        parts.append(_here(chart.now, turn))
    if chart.empty:
        parts.append(_text(_WIDE / 2, 100, chart.empty, "middle"))
    return (
        f'<svg role="img" aria-label="{escape(chart.label)}"'
        f' viewBox="0 0 {_WIDE} {_HIGH}" direction="ltr">'
        + "".join(parts)
        + "</svg>"
    )


class _Turn:
    """Places on the chart in units of the SVG, mirrored if need be."""

    def __init__(self, *, is_rtl: bool) -> None:
        self._is_rtl = is_rtl

    def x(self, share: float) -> float:
        share = 1 - share if self._is_rtl else share
        return round(_LEFT + (_RIGHT - _LEFT) * share, 1)

    def y(self, share: float) -> float:
        return round(_FLOOR - (_FLOOR - _TOP) * share, 1)

    def point(self, place: Reading | Goal) -> str:
        return f"{self.x(place.x)},{self.y(place.y)}"

    def anchor(self, share: float) -> str:
        """Return where a text stands so that it does not leave the chart."""
        if _EDGE < share < 1 - _EDGE:
            return "middle"
        is_left = (share <= _EDGE) is not self._is_rtl
        return "start" if is_left else "end"


def _axis(chart: Chart, turn: _Turn) -> str:
    line = _line("axis", (_LEFT, _FLOOR), (_RIGHT, _FLOOR))
    return line + "".join(
        _text(turn.x(share), _HIGH - 6, label, turn.anchor(share))
        for share, label in chart.hours
    )


def _lines(chart: Chart, turn: _Turn) -> str:
    found = ""
    if chart.has_even_pace:
        start, end = (turn.x(0), _FLOOR), (turn.x(1), _TOP)
        found += _line("even", start, end)
    if chart.limit:
        near = " near" if chart.is_limit_near else ""
        edge = (_LEFT, _TOP), (_RIGHT, _TOP)
        found += _line(f"limit-line{near}", *edge)
        found += _text(turn.x(0), _TOP - 7, chart.limit, turn.anchor(0))
    for level in chart.levels:
        y = turn.y(level.y)
        found += _line("limit-line", (_LEFT, y), (_RIGHT, y))
        found += _text(turn.x(0), y - 5, level.text, turn.anchor(0))
    return found


def _ahead(now: Reading, goal: Goal, turn: _Turn) -> str:
    near = " near" if goal.is_limit else ""
    start = (turn.x(now.x), turn.y(now.y))
    end = (turn.x(goal.x), turn.y(goal.y))
    anchor = turn.anchor(goal.x)
    text = _text(end[0], end[1] - 8, goal.text, anchor)
    return _line(f"ahead{near}", start, end) + text


def _here(now: Reading, turn: _Turn) -> str:
    x, y = turn.x(now.x), turn.y(now.y)
    is_late = now.x > _LATE
    anchor = "end" if is_late is not (turn.x(0) > turn.x(1)) else "start"
    beside = x - 10 if anchor == "end" else x + 10
    base = min(y + 20, _FLOOR - 6)
    return (
        f'<circle class="here" cx="{x}" cy="{y}" r="5"/>'
        f'<text class="number" x="{beside}" y="{base}"'
        f' text-anchor="{anchor}">{escape(now.text)}</text>'
    )


def _line(
    name: str,
    start: tuple[float, float],
    end: tuple[float, float],
) -> str:
    return (
        f'<line class="{name}" x1="{start[0]}" y1="{start[1]}"'
        f' x2="{end[0]}" y2="{end[1]}"/>'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
    )
