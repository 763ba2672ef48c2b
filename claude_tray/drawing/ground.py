"""A soft ground with a shadow, for pictures that are shown to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image, ImageFilter

from claude_tray.drawing.palette import Palette, rgb
from claude_tray.drawing.shapes import rounded

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_MARGIN: Final = 48
_RADIUS: Final = 10
_SHADOW: Final = 110
_DARK: Final = ("#4a3a55", "#b06a52")
_LIGHT: Final = ("#a9c6e3", "#e9d9bf")


def on_ground(picture: Picture, palette: Palette, scale: float) -> Picture:
    """Return a picture with round corners and a shadow, on a ground."""
    margin = round(_MARGIN * scale)
    wide, high = picture.width + 2 * margin, picture.height + 2 * margin
    above, below = _DARK if palette.is_dark else _LIGHT
    whole = _graded((wide, high), rgb(above), rgb(below))
    corners = rounded(picture.width, picture.height, round(_RADIUS * scale))
    shadow = Image.new("L", (wide, high))
    shade = corners.point([v * _SHADOW // 255 for v in range(256)])
    shadow.paste(shade, (margin, margin + round(8 * scale)))
    blur = ImageFilter.GaussianBlur(14 * scale)
    whole.paste("#000000", (0, 0), shadow.filter(blur))
    whole.paste(picture, (margin, margin), corners)
    return whole


def _graded(
    size: tuple[int, int],
    above: tuple[int, int, int],
    below: tuple[int, int, int],
) -> Picture:
    """Return a picture that goes from one colour to another."""
    ramp = Image.linear_gradient("L").resize(size)
    parts = [
        ramp.point([a + (b - a) * v // 255 for v in range(256)])
        for a, b in zip(above, below, strict=True)
    ]
    return Image.merge("RGB", parts)
