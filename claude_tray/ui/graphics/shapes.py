"""Draw boxes with rounded corners, bars and dots."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import Image, ImageChops, ImageDraw

from claude_tray.ui.graphics.canvas import Canvas, Rect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image as Picture


# Curves are drawn this many times larger, then reduced: antialiasing.
_SUPERSAMPLING: Final = 8


class Edge(NamedTuple):
    """Border of a box."""

    color: str
    width: float = 1


class Tick(NamedTuple):
    """A mark on a bar: fraction, color, and color of its border."""

    fraction: float
    color: str
    background: str


def draw_box(
    canvas: Canvas,
    at: Rect,
    fill: str,
    radius: float = 0,
    edge: Edge | None = None,
) -> None:
    """Draw a box unless it is smaller than a pixel."""
    left, top, right, bottom = canvas.to_pixels(at)
    if right <= left or bottom <= top:
        return
    pixel_radius = round(radius * canvas.scale)
    if edge:
        thickness = canvas.to_pixel_length(edge.width)
        _fill_box(canvas, (left, top, right, bottom), edge.color, pixel_radius)
        left, top = left + thickness, top + thickness
        right, bottom = right - thickness, bottom - thickness
        pixel_radius = max(0, pixel_radius - thickness)
    _fill_box(canvas, (left, top, right, bottom), fill, pixel_radius)


def _fill_box(
    canvas: Canvas,
    corners: tuple[int, int, int, int],
    color: str,
    radius: int,
) -> None:
    left, top, right, bottom = corners
    if right <= left or bottom <= top:
        return
    if not radius:
        canvas.pen.rectangle((left, top, right - 1, bottom - 1), fill=color)
        return
    mask = create_rounded_mask(right - left, bottom - top, radius)
    canvas.paint_mask(color, mask, (left, top))


def draw_outline(canvas: Canvas, color: str, radius: float) -> None:
    """Draw a border of one point around the canvas."""
    edge, pixel_radius = (
        canvas.to_pixel_length(1),
        round(radius * canvas.scale),
    )
    width, height = canvas.picture.size
    mask = create_rounded_mask(width, height, pixel_radius).copy()
    inner = create_rounded_mask(
        width - 2 * edge, height - 2 * edge, pixel_radius - edge
    )
    mask.paste(ImageChops.invert(inner), (edge, edge))
    canvas.paint_mask(color, mask, (0, 0))


@lru_cache(maxsize=256)
def create_rounded_mask(width: int, height: int, radius: int) -> Picture:
    """Return the mask of a rectangle with rounded corners."""
    mask = Image.new("L", (width, height), 255)
    radius = min(radius, width // 2, height // 2)
    if radius <= 0:
        return mask
    corner = _create_corner_mask(radius)
    flip = Image.Transpose
    right, bottom = width - radius, height - radius
    mask.paste(corner, (0, 0))
    mask.paste(corner.transpose(flip.FLIP_LEFT_RIGHT), (right, 0))
    mask.paste(corner.transpose(flip.FLIP_TOP_BOTTOM), (0, bottom))
    mask.paste(corner.transpose(flip.ROTATE_180), (right, bottom))
    return mask


@lru_cache(maxsize=64)
def _create_corner_mask(radius: int) -> Picture:
    """Return the mask of the upper left quarter of a disc."""
    big = Image.new("L", (radius * _SUPERSAMPLING, radius * _SUPERSAMPLING))
    end = radius * _SUPERSAMPLING * 2 - 1
    ImageDraw.Draw(big).ellipse((0, 0, end, end), fill=255)
    return big.resize((radius, radius), Image.Resampling.BOX)


def encode_rounded(picture: Picture, radius: int) -> bytes:
    """
    Encode a picture with transparent corners for X11.

    Returns:
        Rows of pixels of four bytes: blue, green, red and opacity, the colors
        multiplied by the opacity.
    """
    mask = create_rounded_mask(*picture.size, radius)
    black = Image.new("RGB", picture.size)
    encoded = Image.composite(picture, black, mask)
    encoded.putalpha(mask)
    return encoded.tobytes("raw", "BGRA")


def draw_stacked_bar(
    canvas: Canvas,
    at: Rect,
    parts: Sequence[tuple[float, str]],
    track: str,
) -> None:
    """
    Draw a bar of parts, each a fraction and a color.

    The ends of the bar are round, the seams between parts straight.
    """
    left, top, right, bottom = canvas.to_pixels(at)
    width, height = right - left, bottom - top
    strip = Image.new("RGB", (width, height), track)
    pen = ImageDraw.Draw(strip)
    seam = canvas.to_pixel_length(1.5)
    offset = 0.0
    for index, (fraction, color) in enumerate(parts, 1):
        first, end = round(offset * width), round((offset + fraction) * width)
        gap = seam if index < len(parts) and end - first > 2 * seam else 0
        if end > first:
            pen.rectangle((first, 0, end - 1 - gap, height), fill=color)
        offset += fraction
    if canvas.is_rtl:
        strip = strip.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    canvas.picture.paste(
        strip,
        (left, top),
        create_rounded_mask(width, height, height // 2),
    )


def draw_bar(
    canvas: Canvas,
    at: Rect,
    filled: tuple[float, str],
    track: str,
    tick: Tick | None = None,
) -> None:
    """Draw a bar filled to a fraction, 0 to 1, with an optional tick."""
    fraction, color = filled
    draw_stacked_bar(
        canvas, at, [(min(1.0, max(0.0, fraction)), color)], track
    )
    if tick is None:
        return
    x = at.x + at.width * min(1.0, max(0.0, tick.fraction))
    tick_border = Rect(x - 2, at.y - 1.5, 4, at.height + 3)
    draw_box(canvas, tick_border, tick.background, 1)
    draw_box(
        canvas,
        Rect(x - 1, at.y - 2.5, 2, at.height + 5),
        tick.color,
        1,
    )


def draw_dot(
    canvas: Canvas,
    at: tuple[float, float],
    radius: float,
    color: str,
    ring: str = "",
) -> None:
    """Draw a disc, optionally with a ring in the background's color."""
    if ring:
        _draw_disc(canvas, at, radius + 2, ring)
    _draw_disc(canvas, at, radius, color)


def _draw_disc(
    canvas: Canvas,
    at: tuple[float, float],
    radius: float,
    color: str,
) -> None:
    x, y = canvas.mirror_x(at[0]) * canvas.scale, at[1] * canvas.scale
    size = math.ceil(radius * canvas.scale * 2) + 2
    left, top = math.floor(x - size / 2), math.floor(y - size / 2)
    big = Image.new("L", (size * _SUPERSAMPLING, size * _SUPERSAMPLING))
    pixel_radius = radius * canvas.scale * _SUPERSAMPLING
    x, y = (x - left) * _SUPERSAMPLING, (y - top) * _SUPERSAMPLING
    ImageDraw.Draw(big).ellipse(
        (
            x - pixel_radius,
            y - pixel_radius,
            x + pixel_radius,
            y + pixel_radius,
        ),
        fill=255,
    )
    mask = big.resize((size, size), Image.Resampling.BOX)
    canvas.paint_mask(color, mask, (left, top))
