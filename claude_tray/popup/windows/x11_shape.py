"""Round corners of a window, where the display can cut them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from Xlib.ext import shape

if TYPE_CHECKING:
    from Xlib.display import Display

_UNSORTED = 0


def round_off(
    display: Display,
    window: Any,  # noqa: ANN401 - python-xlib has no types
    size: tuple[int, int],
    radius: int,
) -> None:
    """Cut a window's corners off; nothing where that is unknown."""
    if display.has_extension("SHAPE"):
        window.shape_rectangles(
            shape.SO.Set,
            shape.SK.Bounding,
            _UNSORTED,
            0,
            0,
            [
                {"x": x, "y": y, "width": wide, "height": high}
                for x, y, wide, high in bands(size, radius)
            ],
        )


def bands(
    size: tuple[int, int],
    radius: int,
) -> list[tuple[int, int, int, int]]:
    """Return a box with round corners as boxes of x, y, width, height."""
    wide, high = size
    found = [(0, radius, wide, high - 2 * radius)]
    for row in range(radius):
        away = radius - row - 0.5
        inset = round(radius - math.sqrt(radius**2 - away**2))
        band = wide - 2 * inset
        found += [
            (inset, row, band, 1),
            (inset, high - 1 - row, band, 1),
        ]
    return found
