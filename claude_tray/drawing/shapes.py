"""Boxes with round corners, bars and dots."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import Image, ImageChops, ImageDraw

from claude_tray.drawing.canvas import Rect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image as Picture

    from claude_tray.drawing.canvas import Canvas

_FINER: Final = 8


class Edge(NamedTuple):
    """The line around a box."""

    colour: str
    width: float = 1


class Tick(NamedTuple):
    """A mark on a bar: where, in what colour, on what it lies."""

    share: float
    colour: str
    below: str


def box(
    canvas: Canvas,
    at: Rect,
    fill: str,
    radius: float = 0,
    edge: Edge | None = None,
) -> None:
    """Draw a box; what is smaller than a pixel is left out."""
    left, top, right, bottom = canvas.pixels(at)
    if right <= left or bottom <= top:
        return
    round_ = round(radius * canvas.scale)
    if edge:
        thick = canvas.length(edge.width)
        _fill(canvas, (left, top, right, bottom), edge.colour, round_)
        left, top = left + thick, top + thick
        right, bottom = right - thick, bottom - thick
        round_ = max(0, round_ - thick)
    _fill(canvas, (left, top, right, bottom), fill, round_)


def _fill(
    canvas: Canvas,
    corners: tuple[int, int, int, int],
    colour: str,
    radius: int,
) -> None:
    left, top, right, bottom = corners
    if right <= left or bottom <= top:
        return
    if not radius:
        canvas.pen.rectangle((left, top, right - 1, bottom - 1), fill=colour)
        return
    mask = rounded(right - left, bottom - top, radius)
    canvas.stain(colour, mask, (left, top))


def outline(canvas: Canvas, colour: str, radius: float) -> None:
    """Draw a line around the whole canvas, a point wide."""
    edge, round_ = canvas.length(1), round(radius * canvas.scale)
    wide, high = canvas.picture.size
    mask = rounded(wide, high, round_).copy()
    inner = rounded(wide - 2 * edge, high - 2 * edge, round_ - edge)
    mask.paste(ImageChops.invert(inner), (edge, edge))
    canvas.stain(colour, mask, (0, 0))


@lru_cache(maxsize=256)
def rounded(width: int, height: int, radius: int) -> Picture:
    """Return the mask of a box with round corners."""
    mask = Image.new("L", (width, height), 255)
    radius = min(radius, width // 2, height // 2)
    if radius <= 0:
        return mask
    corner = _corner(radius)
    flip = Image.Transpose
    right, bottom = width - radius, height - radius
    mask.paste(corner, (0, 0))
    mask.paste(corner.transpose(flip.FLIP_LEFT_RIGHT), (right, 0))
    mask.paste(corner.transpose(flip.FLIP_TOP_BOTTOM), (0, bottom))
    mask.paste(corner.transpose(flip.ROTATE_180), (right, bottom))
    return mask


@lru_cache(maxsize=64)
def _corner(radius: int) -> Picture:
    """Return the upper left quarter of a disc."""
    big = Image.new("L", (radius * _FINER, radius * _FINER))
    end = radius * _FINER * 2 - 1
    ImageDraw.Draw(big).ellipse((0, 0, end, end), fill=255)
    return big.resize((radius, radius), Image.Resampling.BOX)


def stack(
    canvas: Canvas,
    at: Rect,
    parts: Sequence[tuple[float, str]],
    track: str,
) -> None:
    """
    Draw a bar of parts, each a share and a colour.

    Its ends are round, its seams straight.
    """
    left, top, right, bottom = canvas.pixels(at)
    width, height = right - left, bottom - top
    strip = Image.new("RGB", (width, height), track)
    pen = ImageDraw.Draw(strip)
    seam = canvas.length(1.5)
    begun = 0.0
    for number, (share, colour) in enumerate(parts, 1):
        first, end = round(begun * width), round((begun + share) * width)
        gap = seam if number < len(parts) and end - first > 2 * seam else 0
        if end > first:
            pen.rectangle((first, 0, end - 1 - gap, height), fill=colour)
        begun += share
    if canvas.is_rtl:
        strip = strip.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    canvas.picture.paste(
        strip,
        (left, top),
        rounded(width, height, height // 2),
    )


def bar(
    canvas: Canvas,
    at: Rect,
    filled: tuple[float, str],
    track: str,
    tick: Tick | None = None,
) -> None:
    """Draw a bar that is filled to a share, 0 to 1, in a colour."""
    share, colour = filled
    stack(canvas, at, [(min(1.0, max(0.0, share)), colour)], track)
    if tick is None:
        return
    x = at.x + at.width * min(1.0, max(0.0, tick.share))
    below = Rect(x - 2, at.y - 1.5, 4, at.height + 3)
    box(canvas, below, tick.below, 1)
    box(
        canvas,
        Rect(x - 1, at.y - 2.5, 2, at.height + 5),
        tick.colour,
        1,
    )


def dot(
    canvas: Canvas,
    at: tuple[float, float],
    radius: float,
    colour: str,
    ring: str = "",
) -> None:
    """Draw a disc, with a ring of the colour it lies on around it."""
    if ring:
        _disc(canvas, at, radius + 2, ring)
    _disc(canvas, at, radius, colour)


def _disc(
    canvas: Canvas,
    at: tuple[float, float],
    radius: float,
    colour: str,
) -> None:
    x, y = canvas.x(at[0]) * canvas.scale, at[1] * canvas.scale
    size = math.ceil(radius * canvas.scale * 2) + 2
    left, top = math.floor(x - size / 2), math.floor(y - size / 2)
    big = Image.new("L", (size * _FINER, size * _FINER))
    far = radius * canvas.scale * _FINER
    x, y = (x - left) * _FINER, (y - top) * _FINER
    ImageDraw.Draw(big).ellipse((x - far, y - far, x + far, y + far), fill=255)
    mask = big.resize((size, size), Image.Resampling.BOX)
    canvas.stain(colour, mask, (left, top))
