"""Draw the shapes of icons as antialiased masks."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageChops, ImageDraw

if TYPE_CHECKING:
    from PIL.Image import Image as Picture


_OPAQUE: Final = 255


class IconCanvas:
    """A picture of size by size pixels, initially transparent."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.picture = Image.new("RGBA", (size, size))

    @property
    def mask(self) -> Picture:
        """Opacity of the picture, without its colors."""
        return self.picture.getchannel("A")

    def paint_mask(
        self,
        mask: Picture,
        color: str,
        alpha: int = _OPAQUE,
        at: tuple[int, int] = (0, 0),
    ) -> None:
        """Fill a mask with a color."""
        if alpha < _OPAQUE:
            mask = mask.point(lambda value: value * alpha // _OPAQUE)
        full_mask = Image.new("L", self.picture.size)
        full_mask.paste(mask, at)
        layer = Image.new("RGBA", self.picture.size, color)
        layer.putalpha(full_mask)
        self.picture.alpha_composite(layer)

    def fill_box(
        self,
        corner: tuple[int, int],
        extent: tuple[int, int],
        color: str,
        alpha: int = _OPAQUE,
    ) -> None:
        """Fill a box; skip an empty one."""
        if min(extent) > 0:
            mask = Image.new("L", extent, _OPAQUE)
            self.paint_mask(mask, color, alpha, corner)

    def erase_mask(self, mask: Picture) -> None:
        """Make the pixels of a mask transparent."""
        self.picture.putalpha(ImageChops.subtract(self.mask, mask))

    def erase_box(
        self, corner: tuple[int, int], extent: tuple[int, int]
    ) -> None:
        """Make a box transparent."""
        x, y = corner
        right, bottom = x + extent[0], y + extent[1]
        self.picture.paste((0, 0, 0, 0), (x, y, right, bottom))

    def center(self, mask: Picture, y: int | None = None) -> tuple[int, int]:
        """Return the position that centers a mask, vertically unless y is set."""
        top = (self.size - mask.height) // 2 if y is None else y
        return (self.size - mask.width) // 2, top

    def draw_pause(self, y: int, unit: int, color: str) -> None:
        """Draw a pause symbol: two bars, three units high."""
        x = (self.size - 3 * unit) // 2
        self.fill_box((x, y), (unit, unit * 3), color)
        self.fill_box((x + unit * 2, y), (unit, unit * 3), color)


# Pillow draws without antialiasing: draw larger, then average.
_SUPERSAMPLING: Final = 8
_FULL_CIRCLE: Final = 0.999
_TOP_ANGLE: Final = -90.0


@lru_cache(maxsize=64)
def draw_tile(size: int) -> Picture:
    """Draw a square with rounded corners that fills the icon."""
    big, pen = _create_canvas(size)
    end = size * _SUPERSAMPLING - 1
    pen.rounded_rectangle(
        (0, 0, end, end), size * 0.22 * _SUPERSAMPLING, fill=255
    )
    return _downscale(big, size)


@lru_cache(maxsize=64)
def draw_disc(size: int, inset: float) -> Picture:
    """Draw a disc, inset pixels away from the edge of the icon."""
    big, pen = _create_canvas(size)
    pen.ellipse(_compute_box(size, inset), fill=255)
    return _downscale(big, size)


@lru_cache(maxsize=64)
def draw_arc(
    size: int,
    inset: float,
    width: float,
    fraction: float,
    start: float = _TOP_ANGLE,
) -> Picture:
    """
    Draw an arc that shrinks clockwise towards its start, like a timer.

    Args:
        size: Size of the icon in pixels.
        inset: Distance from the edge of the icon in pixels.
        width: Width of the line in pixels.
        fraction: Fraction of the full circle, 0 to 1.
        start: Start angle in degrees; -90 is twelve o'clock.
    """
    big, pen = _create_canvas(size)
    line = round(width * _SUPERSAMPLING)
    if fraction >= _FULL_CIRCLE:
        pen.ellipse(_compute_box(size, inset), outline=255, width=line)
    elif fraction > 0:
        arc_start = start + 360 * (1 - fraction)
        pen.arc(
            _compute_box(size, inset),
            arc_start,
            start + 360,
            fill=255,
            width=line,
        )
    return _downscale(big, size)


@lru_cache(maxsize=64)
def draw_wedge(size: int, inset: float, fraction: float) -> Picture:
    """Draw a wedge of a disc that ends at twelve o'clock."""
    big, pen = _create_canvas(size)
    if fraction >= _FULL_CIRCLE:
        pen.ellipse(_compute_box(size, inset), fill=255)
    elif fraction > 0:
        wedge_start = _TOP_ANGLE + 360 * (1 - fraction)
        pen.pieslice(
            _compute_box(size, inset), wedge_start, _TOP_ANGLE + 360, fill=255
        )
    return _downscale(big, size)


@lru_cache(maxsize=64)
def draw_corner_dot(size: int, rim: float) -> Picture:
    """Draw a dot in the lower right corner, larger by a rim."""
    big, pen = _create_canvas(size)
    low = size - 2 * max(2.0, size * 0.135) - rim
    high = (size + rim) * _SUPERSAMPLING - 1
    pen.ellipse(
        (low * _SUPERSAMPLING, low * _SUPERSAMPLING, high, high), fill=255
    )
    return _downscale(big, size)


def _create_canvas(size: int) -> tuple[Picture, ImageDraw.ImageDraw]:
    big = Image.new("L", (size * _SUPERSAMPLING, size * _SUPERSAMPLING))
    return big, ImageDraw.Draw(big)


def _downscale(big: Picture, size: int) -> Picture:
    return big.resize((size, size), Image.Resampling.BOX)


def _compute_box(size: int, inset: float) -> tuple[float, float, float, float]:
    low, high = inset * _SUPERSAMPLING, (size - inset) * _SUPERSAMPLING - 1
    return low, low, high, high
