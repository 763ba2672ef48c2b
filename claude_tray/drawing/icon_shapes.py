"""The shapes that icons are made of, as masks with soft edges."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_FINER: Final = 8
_WHOLE: Final = 0.999
_TOP: Final = -90.0


@lru_cache(maxsize=64)
def tile(size: int) -> Picture:
    """Return a square with round corners that fills the icon."""
    big, pen = _canvas(size)
    end = size * _FINER - 1
    pen.rounded_rectangle((0, 0, end, end), size * 0.22 * _FINER, fill=255)
    return _shrunk(big, size)


@lru_cache(maxsize=64)
def disc(size: int, inset: float) -> Picture:
    """Return a disc, inset pixels away from the icon's edge."""
    big, pen = _canvas(size)
    pen.ellipse(_box(size, inset), fill=255)
    return _shrunk(big, size)


@lru_cache(maxsize=64)
def arc(
    size: int,
    inset: float,
    width: float,
    share: float,
    start: float = _TOP,
) -> Picture:
    """
    Return an arc that ends at the start's angle and shrinks like a timer.

    Args:
        size: The icon's.
        inset: How far from its edge.
        width: The line's.
        share: Of the whole circle, 0 to 1.
        start: In degrees; twelve o'clock is -90.
    """
    big, pen = _canvas(size)
    line = round(width * _FINER)
    if share >= _WHOLE:
        pen.ellipse(_box(size, inset), outline=255, width=line)
    elif share > 0:
        begin = start + 360 * (1 - share)
        pen.arc(_box(size, inset), begin, start + 360, fill=255, width=line)
    return _shrunk(big, size)


@lru_cache(maxsize=64)
def wedge(size: int, inset: float, share: float) -> Picture:
    """Return a piece of a disc that ends at twelve o'clock."""
    big, pen = _canvas(size)
    if share >= _WHOLE:
        pen.ellipse(_box(size, inset), fill=255)
    elif share > 0:
        begin = _TOP + 360 * (1 - share)
        pen.pieslice(_box(size, inset), begin, _TOP + 360, fill=255)
    return _shrunk(big, size)


@lru_cache(maxsize=64)
def corner_dot(size: int, rim: float) -> Picture:
    """Return a dot in the lower right corner, with a rim around it."""
    big, pen = _canvas(size)
    low = size - 2 * max(2.0, size * 0.135) - rim
    high = (size + rim) * _FINER - 1
    pen.ellipse((low * _FINER, low * _FINER, high, high), fill=255)
    return _shrunk(big, size)


def _canvas(size: int) -> tuple[Picture, ImageDraw.ImageDraw]:
    big = Image.new("L", (size * _FINER, size * _FINER))
    return big, ImageDraw.Draw(big)


def _shrunk(big: Picture, size: int) -> Picture:
    return big.resize((size, size), Image.Resampling.BOX)


def _box(size: int, inset: float) -> tuple[float, float, float, float]:
    low, high = inset * _FINER, (size - inset) * _FINER - 1
    return low, low, high, high
