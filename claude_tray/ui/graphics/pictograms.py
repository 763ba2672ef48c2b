"""Draw pictograms on a grid of 16 by 16."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

from claude_tray.ui.graphics.canvas import Canvas, Rect

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image as Picture


_GRID: Final = 16
# Drawn this many times larger, then reduced: antialiasing.
_SUPERSAMPLING: Final = 6
Point = tuple[float, float]


def draw_pictogram(
    canvas: Canvas,
    name: str,
    at: tuple[float, float],
    size: float,
    color: str,
) -> None:
    """Draw a pictogram; those with a direction are mirrored if needed."""
    left, top, *_ = canvas.to_pixels(Rect(*at, size, size))
    mask = _draw_mask(name, canvas.to_pixel_length(size))
    if canvas.is_rtl and name in _DIRECTIONAL:
        mask = mask.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    canvas.paint_mask(color, mask, (left, top))


@lru_cache(maxsize=128)
def _draw_mask(name: str, pixels: int) -> Picture:
    mask = Image.new("L", (pixels * _SUPERSAMPLING, pixels * _SUPERSAMPLING))
    PICTOGRAMS[name](
        _Pen(ImageDraw.Draw(mask), pixels * _SUPERSAMPLING / _GRID)
    )
    return mask.resize((pixels, pixels), Image.Resampling.BOX)


class _Pen:
    """Draw on the grid of a pictogram."""

    def __init__(self, pen: ImageDraw.ImageDraw, unit: float) -> None:
        self._pen = pen
        self._unit = unit

    def line(
        self, *points: Point, width: float = 1.5, fill: int = 255
    ) -> None:
        scaled = self._scale_points(points)
        thickness = width * self._unit
        self._pen.line(
            scaled, fill=fill, width=round(thickness), joint="curve"
        )
        for x, y in (scaled[0], scaled[-1]):
            cap_radius = thickness / 2
            self._pen.ellipse(
                (
                    x - cap_radius,
                    y - cap_radius,
                    x + cap_radius,
                    y + cap_radius,
                ),
                fill=fill,
            )

    def arc(self, radius: float, start: float, end: float) -> None:
        """Draw an arc around the center, in degrees."""
        outer_radius = (radius + 0.75) * self._unit
        center = 8 * self._unit
        corners = (
            center - outer_radius,
            center - outer_radius,
            center + outer_radius,
            center + outer_radius,
        )
        width = round(1.5 * self._unit)
        self._pen.arc(corners, start, end, fill=255, width=width)

    def disc(self, x: float, y: float, radius: float, fill: int = 255) -> None:
        corners = (x - radius, y - radius, x + radius, y + radius)
        self._pen.ellipse([v * self._unit for v in corners], fill=fill)

    def polygon(self, *points: Point) -> None:
        self._pen.polygon(self._scale_points(points), fill=255)

    def _scale_points(self, points: tuple[Point, ...]) -> list[Point]:
        return [(x * self._unit, y * self._unit) for x, y in points]


def _draw_refresh(pen: _Pen) -> None:
    pen.arc(5.2, -15, 280)
    pen.polygon((10.2, 0.5), (12.9, 4.2), (8.6, 5.8))


def _draw_gear(pen: _Pen) -> None:
    for number in range(8):
        angle = math.radians(number * 45)
        x, y = math.cos(angle), math.sin(angle)
        inner, outer = (8 + 4.6 * x, 8 + 4.6 * y), (8 + 6.3 * x, 8 + 6.3 * y)
        pen.line(inner, outer, width=2.2)
    pen.disc(8, 8, 5.2)
    pen.disc(8, 8, 2.3, 0)


def _draw_chart(pen: _Pen) -> None:
    pen.line((2, 2.2), (2, 13.8), (14, 13.8))
    for x, top in ((5.2, 8.4), (8.6, 5.2), (12, 3.2)):
        pen.line((x, 10.8), (x, top), width=2)


def _draw_dots(pen: _Pen) -> None:
    for x in (3, 8, 13):
        pen.disc(x, 8, 1.4)


def _draw_cloud(pen: _Pen) -> None:
    pen.disc(5, 9.4, 3.2)
    pen.disc(9, 7.2, 4)
    pen.disc(12.2, 10, 2.6)
    pen.polygon((5, 8), (12, 8), (12, 12.6), (5, 12.6))


def _draw_no_cloud(pen: _Pen) -> None:
    _draw_cloud(pen)
    pen.line((2.6, 2), (14, 14.6), width=3.4, fill=0)
    pen.line((2.2, 2.6), (13.4, 14.6))


def _draw_check(pen: _Pen) -> None:
    pen.line((3.2, 8.6), (6.6, 12), (13, 4.6), width=1.9)


def _draw_warning(pen: _Pen) -> None:
    pen.polygon((8, 1.6), (15, 14), (1, 14))
    pen.line((8, 6), (8, 10), width=1.7, fill=0)
    pen.disc(8, 12, 0.95, 0)


def _draw_clock(pen: _Pen) -> None:
    pen.arc(5.6, 0, 360)
    pen.line((8, 4.6), (8, 8), (10.6, 9.4))


def _draw_pause(pen: _Pen) -> None:
    pen.line((5.4, 3.6), (5.4, 12.4), width=2.6)
    pen.line((10.6, 3.6), (10.6, 12.4), width=2.6)


def _draw_dot(pen: _Pen) -> None:
    pen.disc(8, 8, 4)


def _draw_next(pen: _Pen) -> None:
    pen.line((6, 3.4), (10.6, 8), (6, 12.6))


def _draw_back(pen: _Pen) -> None:
    pen.line((10, 3.4), (5.4, 8), (10, 12.6))


def _draw_pin(pen: _Pen) -> None:
    pen.line((5.4, 2.4), (10.6, 2.4), width=1.6)
    pen.line((6.2, 2.6), (5.8, 7.4), (3.6, 9.8), width=1.4)
    pen.line((9.8, 2.6), (10.2, 7.4), (12.4, 9.8), width=1.4)
    pen.line((3.4, 9.8), (12.6, 9.8), width=1.4)
    pen.line((8, 10), (8, 14.4), width=1.5)


def _draw_pinned(pen: _Pen) -> None:
    pen.polygon((5.6, 2.4), (10.4, 2.4), (10.4, 7.4), (12.6, 9.8))
    pen.polygon((5.6, 2.4), (12.6, 9.8), (3.4, 9.8), (5.6, 7.4))
    _draw_pin(pen)


def _draw_close(pen: _Pen) -> None:
    pen.line((3.6, 3.6), (12.4, 12.4), width=2)
    pen.line((12.4, 3.6), (3.6, 12.4), width=2)


def _draw_folder(pen: _Pen) -> None:
    pen.line((2, 12.8), (2, 3.6), (6, 3.6), (7.6, 5.4), (14, 5.4), width=1.4)
    pen.line((14, 5.4), (14, 12.8), (2, 12.8), width=1.4)


def _draw_search(pen: _Pen) -> None:
    pen.disc(6.8, 6.8, 5)
    pen.disc(6.8, 6.8, 3.5, 0)
    pen.line((10.4, 10.4), (14, 14), width=1.9)


PICTOGRAMS: Final[dict[str, Callable[[_Pen], None]]] = {
    "refresh": _draw_refresh,
    "gear": _draw_gear,
    "chart": _draw_chart,
    "dots": _draw_dots,
    "cloud": _draw_cloud,
    "no cloud": _draw_no_cloud,
    "check": _draw_check,
    "warn": _draw_warning,
    "clock": _draw_clock,
    "pause": _draw_pause,
    "dot": _draw_dot,
    "next": _draw_next,
    "back": _draw_back,
    "close": _draw_close,
    "folder": _draw_folder,
    "search": _draw_search,
    "pin": _draw_pin,
    "pinned": _draw_pinned,
}
_DIRECTIONAL: Final = frozenset({"next", "back"})
