"""The window as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.drawing.canvas import Rect
from claude_tray.drawing.lettering import Ink
from claude_tray.drawing.shapes import dot
from claude_tray.drawing.strokes import Stroke, area, line
from claude_tray.popup.drawn.head import colour_of
from claude_tray.popup.view import State

if TYPE_CHECKING:
    from claude_tray.drawing.lettering import Anchor
    from claude_tray.popup.drawn.sheet import Sheet
    from claude_tray.popup.plot import Chart, Goal, Reading

HEIGHT: Final = 124
_NAME: Final = "chart"
_DOTTED: Final = (2.0, 4.0)
_DASHED: Final = (4.0, 3.0)
_AHEAD: Final = (3.0, 4.0)
_NEAR_EDGE: Final = 0.05
_LATE: Final = 0.8
_CLOSE: Final = 0.16


class _Plot(NamedTuple):
    """Where shares of the window lie, in points."""

    left: float
    top: float
    right: float
    floor: float

    def x(self, share: float) -> float:
        return self.left + (self.right - self.left) * share

    def y(self, share: float) -> float:
        return self.floor - (self.floor - self.top) * share

    def at(self, point: Reading | Goal) -> tuple[float, float]:
        return self.x(point.x), self.y(point.y)


def draw_chart(sheet: Sheet, chart: Chart, state: State, at: Rect) -> None:
    plot = _Plot(at.x + 12, at.y + 22, at.end - 12, at.bottom - 22)
    sheet.card(at)
    sheet.region(_NAME, at, chart.label, is_button=False)
    _draw_hours(sheet, chart, plot, at)
    _draw_lines(sheet, chart, plot)
    if chart.empty:
        middle = ((plot.left + plot.right) / 2, at.y + at.height / 2 + 4)
        ink = Ink(sheet.palette.soft, 12, "medium")
        width = sheet.width(chart.empty, ink) + 12
        sheet.box(
            Rect(middle[0] - width / 2, middle[1] - 14, width, 20),
            sheet.palette.card,
        )
        sheet.write(middle, chart.empty, ink, "middle")
    if len(chart.curve) > 1:
        points = [plot.at(reading) for reading in chart.curve]
        area(sheet.canvas, points, plot.floor, sheet.palette.accent)
        line(sheet.canvas, points, Stroke(sheet.palette.accent, 2))
    if chart.now is None:
        return
    if chart.goal:
        _draw_goal(sheet, chart.now, chart.goal, state, plot)
    _draw_now(sheet, chart, chart.now, plot)
    _draw_hover(sheet, chart, plot)


def _draw_hours(sheet: Sheet, chart: Chart, plot: _Plot, at: Rect) -> None:
    palette = sheet.palette
    faint = Ink(palette.faint, 10)
    for share, label in chart.hours:
        x = plot.x(share)
        anchor: Anchor = "middle"
        if share < _NEAR_EDGE:
            anchor = "start"
        elif share > 1 - _NEAR_EDGE:
            anchor = "end"
        else:
            grid = Rect(x - 0.25, plot.top, 0.5, plot.floor - plot.top)
            sheet.box(grid, palette.line)
        sheet.write((x, at.bottom - 8), label, faint, anchor)
    width = plot.right - plot.left
    sheet.box(Rect(plot.left, plot.floor, width, 1), palette.line)


def _draw_lines(sheet: Sheet, chart: Chart, plot: _Plot) -> None:
    """Draw even use, the limit and usual levels, with their names."""
    palette = sheet.palette
    if chart.has_even_pace:
        even = [(plot.left, plot.floor), (plot.right, plot.top)]
        line(sheet.canvas, even, Stroke(palette.faint, 1, 0.7, _DOTTED))
    if chart.limit:
        colour = palette.critical if chart.is_limit_near else palette.faint
        edge = [(plot.left, plot.top), (plot.right, plot.top)]
        line(sheet.canvas, edge, Stroke(colour, 1, 0.8, _DASHED))
        name = Ink(colour, 10, "medium")
        sheet.write((plot.left, plot.top - 5), chart.limit, name)
    for level in chart.levels:
        y = plot.y(level.y)
        across = [(plot.left, y), (plot.right, y)]
        line(sheet.canvas, across, Stroke(palette.faint, 1, 0.7, _DASHED))
        name = Ink(palette.faint, 10, "medium")
        sheet.write((plot.left, y - 4), level.text, name)


def _draw_goal(
    sheet: Sheet,
    now: Reading,
    goal: Goal,
    state: State,
    plot: _Plot,
) -> None:
    palette = sheet.palette
    # What is wrong is no matter of the pace.
    is_told = state is not State.ERROR
    colour = colour_of(state, palette) if is_told else palette.soft
    end = plot.at(goal)
    reach = end if goal.is_limit else (end[0] - 3, end[1])
    ink = Ink(colour, 11.5, "semibold")
    base = _goal_base(now, goal, plot)
    width = sheet.width(goal.text, ink)
    if not goal.is_limit:
        # No level runs through it.
        back = Rect(end[0] - width - 4, base - 11, width + 4, 14)
        sheet.box(back, palette.card)
    line(sheet.canvas, [plot.at(now), reach], Stroke(colour, 2, 1, _AHEAD))
    dot(sheet.canvas, reach, 4, colour, palette.card)
    if goal.is_limit:
        half = width / 2
        x = min(max(end[0], plot.left + 44 + half), plot.right - half)
        sheet.write((x, end[1] - 8), goal.text, ink, "middle")
    else:
        sheet.write((end[0] - 2, base), goal.text, ink, "end")


def _goal_base(now: Reading, goal: Goal, plot: _Plot) -> float:
    """Return where the goal's text stands, clear of the last point."""
    end = plot.y(goal.y)
    if now.x > _LATE and abs(goal.y - now.y) < _CLOSE:
        return max(min(plot.y(now.y), end) - 12, plot.top - 8)
    return max(end - 8, plot.top + 9)


def _draw_now(sheet: Sheet, chart: Chart, now: Reading, plot: _Plot) -> None:
    palette = sheet.palette
    x, y = plot.at(now)
    if chart.curve:
        drop = [(x, plot.floor), (x, y)]
        line(sheet.canvas, drop, Stroke(palette.text, 1, 0.35))
    dot(sheet.canvas, (x, y), 4.5, palette.text, palette.card)
    ink = Ink(palette.text, 14, "bold")
    width = sheet.width(now.text, ink)
    base = min(max(y + 18, plot.top + 18), plot.floor - 5)
    if x + 12 + width > plot.right:
        left = x - 9 - width
        if y > plot.floor - 24:
            base = y - 10
    else:
        left = x + 9
    back = Rect(left - 2, base - 13, width + 4, 17)
    if left > x:
        # Nothing runs through the number.
        sheet.box(back, palette.card)
    sheet.write((left, base), now.text, ink)


def _draw_hover(sheet: Sheet, chart: Chart, plot: _Plot) -> None:
    x = sheet.pointer_on(_NAME)
    if x is None or len(chart.curve) < 2 or chart.now is None:  # noqa: PLR2004
        return
    share = (x - plot.left) / (plot.right - plot.left)
    if not 0 <= share <= chart.now.x:
        return
    before = [r for r in chart.curve if r.x <= share]
    shown = before[-1] if before else chart.curve[0]
    palette = sheet.palette
    up = [(x, plot.top), (x, plot.floor)]
    line(sheet.canvas, up, Stroke(palette.text, 1, 0.5))
    here = (x, plot.y(shown.y))
    dot(sheet.canvas, here, 3.5, palette.accent, palette.card)
    ink = Ink(palette.background, 11, "medium")
    width = sheet.width(shown.text, ink) + 14
    left = min(max(plot.left, x - width / 2), plot.right - width)
    sheet.box(Rect(left, plot.top - 2, width, 20), palette.text, 6)
    sheet.write((left + 7, plot.top + 12), shown.text, ink)
