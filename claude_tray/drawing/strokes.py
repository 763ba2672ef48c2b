"""Lines through points, whole or in dashes, and the areas below them."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import Image, ImageChops, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image as Picture

    from claude_tray.drawing.canvas import Canvas

Point = tuple[float, float]

_FINE: Final = 4
# Twice the pixels need less.
_FINE_ENOUGH: Final = 3
_TWICE: Final = 2.0
_STRONGEST: Final = 0.34
_WEAKEST: Final = 14


class Stroke(NamedTuple):
    """
    How a line is drawn.

    Attributes:
        colour: "#rrggbb".
        width: In points.
        opacity: 0 to 1.
        dash: Points that are drawn, and that are left out.
    """

    colour: str
    width: float = 1.5
    opacity: float = 1.0
    dash: tuple[float, float] | None = None


class _Frame(NamedTuple):
    """Where a mask lies, in pixels, and how much finer it is drawn."""

    left: int
    top: int
    width: int
    height: int
    fine: int

    def blank(self) -> Picture:
        size = (self.width * self.fine, self.height * self.fine)
        return Image.new("L", size)

    def shrunk(self, mask: Picture) -> Picture:
        size = (self.width, self.height)
        return mask.resize(size, Image.Resampling.BOX)


def line(canvas: Canvas, points: Sequence[Point], stroke: Stroke) -> None:
    """Draw a line through points."""
    frame = _frame(canvas, points, stroke.width + 1)
    fine = [_finer(canvas, frame, point) for point in points]
    mask = frame.blank()
    pen = ImageDraw.Draw(mask)
    unit = canvas.scale * frame.fine
    width = max(1, round(stroke.width * unit))
    if stroke.dash:
        on, off = stroke.dash[0] * unit, stroke.dash[1] * unit
        for part in _dashes(fine, on, off):
            pen.line(part, fill=255, width=width, joint="curve")
    else:
        pen.line(fine, fill=255, width=width, joint="curve")
        for x, y in (fine[0], fine[-1]):
            far = width / 2
            pen.ellipse((x - far, y - far, x + far, y + far), fill=255)
    mask = frame.shrunk(mask)
    if stroke.opacity < 1:
        mask = mask.point([int(v * stroke.opacity) for v in range(256)])
    canvas.stain(stroke.colour, mask, (frame.left, frame.top))


def area(
    canvas: Canvas,
    points: Sequence[Point],
    floor: float,
    colour: str,
) -> None:
    """Colour what lies between points and a floor, fainter at the floor."""
    ends = [(points[-1][0], floor), (points[0][0], floor)]
    frame = _frame(canvas, [*points, *ends], 1)
    mask = frame.blank()
    fine = [_finer(canvas, frame, point) for point in [*points, *ends]]
    ImageDraw.Draw(mask).polygon(fine, fill=255)
    mask = frame.shrunk(mask)
    flip = Image.Transpose.FLIP_TOP_BOTTOM
    ramp = Image.linear_gradient("L").transpose(flip).resize(mask.size)
    ramp = ramp.point([int(v * _STRONGEST) + _WEAKEST for v in range(256)])
    mask = ImageChops.multiply(mask, ramp)
    canvas.stain(colour, mask, (frame.left, frame.top))


def _frame(canvas: Canvas, points: Sequence[Point], pad: float) -> _Frame:
    xs = [canvas.x(x) for x, _ in points]
    ys = [y for _, y in points]
    left = math.floor((min(xs) - pad) * canvas.scale)
    top = math.floor((min(ys) - pad) * canvas.scale)
    return _Frame(
        left,
        top,
        math.ceil((max(xs) + pad) * canvas.scale) - left,
        math.ceil((max(ys) + pad) * canvas.scale) - top,
        _FINE if canvas.scale < _TWICE else _FINE_ENOUGH,
    )


def _finer(canvas: Canvas, frame: _Frame, point: Point) -> Point:
    x, y = canvas.x(point[0]) * canvas.scale, point[1] * canvas.scale
    return (x - frame.left) * frame.fine, (y - frame.top) * frame.fine


def _dashes(
    points: Sequence[Point],
    on: float,
    off: float,
) -> list[list[Point]]:
    """Return the parts of a line that are drawn."""
    parts: list[list[Point]] = []
    part, left, is_on = [points[0]], on, True
    for start, end in pairwise(points):
        length = math.dist(start, end)
        gone = 0.0
        while length - gone > left:
            gone += left
            at = _between(start, end, gone / length)
            if is_on:
                parts.append([*part, at])
            part, is_on = [at], not is_on
            left = on if is_on else off
        left -= length - gone
        part.append(end)
    return [*parts, part] if is_on and len(part) > 1 else parts


def _between(start: Point, end: Point, share: float) -> Point:
    return (
        start[0] + (end[0] - start[0]) * share,
        start[1] + (end[1] - start[1]) * share,
    )
