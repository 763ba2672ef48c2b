"""Small signs, drawn on a grid of 16 by 16."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

from claude_tray.drawing.canvas import Rect

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image as Picture

    from claude_tray.drawing.canvas import Canvas

_GRID: Final = 16
_FINER: Final = 6
Point = tuple[float, float]


def pictogram(
    canvas: Canvas,
    name: str,
    at: tuple[float, float],
    size: float,
    colour: str,
) -> None:
    """Draw a sign; those that point along a line are mirrored with it."""
    left, top, *_ = canvas.pixels(Rect(*at, size, size))
    mask = _mask(name, canvas.length(size))
    if canvas.is_rtl and name in _POINTING:
        mask = mask.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    canvas.stain(colour, mask, (left, top))


@lru_cache(maxsize=128)
def _mask(name: str, pixels: int) -> Picture:
    mask = Image.new("L", (pixels * _FINER, pixels * _FINER))
    SIGNS[name](_Pen(ImageDraw.Draw(mask), pixels * _FINER / _GRID))
    return mask.resize((pixels, pixels), Image.Resampling.BOX)


class _Pen:
    """Draws on the grid."""

    def __init__(self, pen: ImageDraw.ImageDraw, unit: float) -> None:
        self._pen = pen
        self._unit = unit

    def line(self, *points: Point, width: float = 1.5, ink: int = 255) -> None:
        scaled = self._scaled(points)
        thick = width * self._unit
        self._pen.line(scaled, fill=ink, width=round(thick), joint="curve")
        for x, y in (scaled[0], scaled[-1]):
            far = thick / 2
            self._pen.ellipse((x - far, y - far, x + far, y + far), fill=ink)

    def arc(self, radius: float, start: float, end: float) -> None:
        """Draw a part of a circle around the middle, in degrees."""
        far = (radius + 0.75) * self._unit
        middle = 8 * self._unit
        corners = (middle - far, middle - far, middle + far, middle + far)
        width = round(1.5 * self._unit)
        self._pen.arc(corners, start, end, fill=255, width=width)

    def disc(self, x: float, y: float, radius: float, ink: int = 255) -> None:
        corners = (x - radius, y - radius, x + radius, y + radius)
        self._pen.ellipse([v * self._unit for v in corners], fill=ink)

    def shape(self, *points: Point) -> None:
        self._pen.polygon(self._scaled(points), fill=255)

    def _scaled(self, points: tuple[Point, ...]) -> list[Point]:
        return [(x * self._unit, y * self._unit) for x, y in points]


def _refresh(pen: _Pen) -> None:
    pen.arc(5.2, -15, 280)
    pen.shape((10.2, 0.5), (12.9, 4.2), (8.6, 5.8))


def _gear(pen: _Pen) -> None:
    for number in range(8):
        turn = math.radians(number * 45)
        x, y = math.cos(turn), math.sin(turn)
        near, far = (8 + 4.6 * x, 8 + 4.6 * y), (8 + 6.3 * x, 8 + 6.3 * y)
        pen.line(near, far, width=2.2)
    pen.disc(8, 8, 5.2)
    pen.disc(8, 8, 2.3, 0)


def _chart(pen: _Pen) -> None:
    pen.line((2, 2.2), (2, 13.8), (14, 13.8))
    for x, top in ((5.2, 8.4), (8.6, 5.2), (12, 3.2)):
        pen.line((x, 10.8), (x, top), width=2)


def _dots(pen: _Pen) -> None:
    for x in (3, 8, 13):
        pen.disc(x, 8, 1.4)


def _cloud(pen: _Pen) -> None:
    pen.disc(5, 9.4, 3.2)
    pen.disc(9, 7.2, 4)
    pen.disc(12.2, 10, 2.6)
    pen.shape((5, 8), (12, 8), (12, 12.6), (5, 12.6))


def _no_cloud(pen: _Pen) -> None:
    _cloud(pen)
    pen.line((2.6, 2), (14, 14.6), width=3.4, ink=0)
    pen.line((2.2, 2.6), (13.4, 14.6))


def _check(pen: _Pen) -> None:
    pen.line((3.2, 8.6), (6.6, 12), (13, 4.6), width=1.9)


def _warn(pen: _Pen) -> None:
    pen.shape((8, 1.6), (15, 14), (1, 14))
    pen.line((8, 6), (8, 10), width=1.7, ink=0)
    pen.disc(8, 12, 0.95, 0)


def _clock(pen: _Pen) -> None:
    pen.arc(5.6, 0, 360)
    pen.line((8, 4.6), (8, 8), (10.6, 9.4))


def _pause(pen: _Pen) -> None:
    pen.line((5.4, 3.6), (5.4, 12.4), width=2.6)
    pen.line((10.6, 3.6), (10.6, 12.4), width=2.6)


def _dot(pen: _Pen) -> None:
    pen.disc(8, 8, 4)


def _next(pen: _Pen) -> None:
    pen.line((6, 3.4), (10.6, 8), (6, 12.6))


SIGNS: Final[dict[str, Callable[[_Pen], None]]] = {
    "refresh": _refresh,
    "gear": _gear,
    "chart": _chart,
    "dots": _dots,
    "cloud": _cloud,
    "no cloud": _no_cloud,
    "check": _check,
    "warn": _warn,
    "clock": _clock,
    "pause": _pause,
    "dot": _dot,
    "next": _next,
}
_POINTING: Final = frozenset({"next"})
