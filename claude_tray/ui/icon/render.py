"""Draw the tray icon at an exact size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image, ImageChops

from claude_tray.ui.icon.colors import TILE_COLOR, IconColors, choose_colors
from claude_tray.ui.icon.shapes import IconCanvas, draw_disc, draw_tile
from claude_tray.ui.icon.styles import (
    draw_meter,
    draw_pie,
    draw_ring,
    draw_text_only,
)

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from claude_tray.ui.icon.model import IconModel
    from claude_tray.ui.icon.styles import StyleFunction


_STYLES: Final[dict[str, StyleFunction]] = {
    "meter": draw_meter,
    "ring": draw_ring,
    "pie": draw_pie,
    "text": draw_text_only,
}
_SQUARE_STYLES: Final = ("meter", "text")
_BLACK: Final = "#000000"
_MIN_BADGE_PX: Final = 5


def draw_icon(icon: IconModel, size: int) -> Picture:
    """
    Draw the icon at exactly size by size pixels, with transparency.

    Args:
        icon: Content of the icon.
        size: Edge length in pixels, 16 or more.
    """
    canvas, colors = IconCanvas(size), choose_colors(icon)
    style = _STYLES[icon.style]
    if icon.style in _SQUARE_STYLES and colors.is_boxed:
        _draw_on_tile(canvas, icon, colors)
    else:
        if colors.is_tile:
            canvas.paint_mask(draw_disc(size, 0), TILE_COLOR)
        style(canvas, icon, colors)
    if icon.has_badge:
        _draw_badge(canvas, colors)
    return canvas.picture


def _draw_badge(canvas: IconCanvas, colors: IconColors) -> None:
    """Draw a dot in the lower right corner, where no digits are."""
    diameter = max(_MIN_BADGE_PX, canvas.size // 4)
    gap = max(1, canvas.size // 16)
    corner = canvas.size - diameter
    erased = Image.new("L", canvas.picture.size)
    erased.paste(
        draw_disc(diameter + 2 * gap, 0), (corner - gap, corner - gap)
    )
    canvas.erase_mask(erased)
    canvas.paint_mask(
        draw_disc(diameter, 0), colors.badge, at=(corner, corner)
    )


def _draw_on_tile(
    canvas: IconCanvas, icon: IconModel, colors: IconColors
) -> None:
    style, tile_mask = _STYLES[icon.style], draw_tile(canvas.size)
    if colors.is_mono:
        # There is no second color: cut the drawing out of the tile.
        hole = IconCanvas(canvas.size)
        style(hole, icon, colors.with_color(_BLACK))
        canvas.paint_mask(ImageChops.subtract(tile_mask, hole.mask), _BLACK)
        return
    canvas.paint_mask(
        tile_mask, colors.accent if colors.is_filled else TILE_COLOR
    )
    style(
        canvas,
        icon,
        colors.with_color(colors.on_fill) if colors.is_filled else colors,
    )
