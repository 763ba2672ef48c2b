"""The tray icon, drawn for the exact size that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import ImageChops

from claude_tray.drawing.icon_canvas import IconCanvas
from claude_tray.drawing.icon_colours import TILE, look_of
from claude_tray.drawing.icon_meter import meter
from claude_tray.drawing.icon_shapes import disc, tile
from claude_tray.drawing.icon_styles import pie, ring, text

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from claude_tray.drawing.icon_colours import Look
    from claude_tray.drawing.icon_look import Icon
    from claude_tray.drawing.icon_styles import Style

_STYLES: Final[dict[str, Style]] = {
    "meter": meter,
    "ring": ring,
    "pie": pie,
    "text": text,
}
_SQUARE: Final = ("meter", "text")
_BLACK: Final = "#000000"


def draw(icon: Icon, size: int) -> Picture:
    """
    Return the icon at exactly size by size pixels, with transparency.

    Args:
        icon: What is drawn.
        size: 16 or more.
    """
    canvas, look = IconCanvas(size), look_of(icon)
    style = _STYLES[icon.style]
    if icon.style in _SQUARE and look.is_boxed:
        return _on_a_tile(canvas, icon, look)
    if look.is_tile:
        canvas.put(disc(size, 0), TILE)
    style(canvas, icon, look)
    return canvas.picture


def _on_a_tile(canvas: IconCanvas, icon: Icon, look: Look) -> Picture:
    style, square = _STYLES[icon.style], tile(canvas.size)
    if look.is_mono:
        # No second colour: the drawing is a hole in the tile.
        hole = IconCanvas(canvas.size)
        style(hole, icon, look.on(_BLACK))
        canvas.put(ImageChops.subtract(square, hole.mask), _BLACK)
        return canvas.picture
    canvas.put(square, look.accent if look.is_filled else TILE)
    style(canvas, icon, look.on(look.on_fill) if look.is_filled else look)
    return canvas.picture
