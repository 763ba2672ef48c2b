"""Put a picture on a gradient with a shadow, for sharing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image, ImageFilter

from claude_tray.ui.graphics.palette import Palette, parse_rgb
from claude_tray.ui.graphics.shapes import create_rounded_mask

if TYPE_CHECKING:
    from PIL.Image import Image as Picture


# Points around the picture.
_MARGIN: Final = 48
_RADIUS: Final = 10
# 0 to 255.
_SHADOW_ALPHA: Final = 110
_DARK_GRADIENT: Final = ("#4a3a55", "#b06a52")
_LIGHT_GRADIENT: Final = ("#a9c6e3", "#e9d9bf")


def add_backdrop(picture: Picture, palette: Palette, scale: float) -> Picture:
    """Return the picture with rounded corners and a shadow on a gradient."""
    margin = round(_MARGIN * scale)
    width, height = picture.width + 2 * margin, picture.height + 2 * margin
    top_color, bottom_color = (
        _DARK_GRADIENT if palette.is_dark else _LIGHT_GRADIENT
    )
    backdrop = _create_gradient(
        (width, height), parse_rgb(top_color), parse_rgb(bottom_color)
    )
    corner_mask = create_rounded_mask(
        picture.width, picture.height, round(_RADIUS * scale)
    )
    shadow = Image.new("L", (width, height))
    shadow_mask = corner_mask.point(
        [v * _SHADOW_ALPHA // 255 for v in range(256)]
    )
    shadow.paste(shadow_mask, (margin, margin + round(8 * scale)))
    blur = ImageFilter.GaussianBlur(14 * scale)
    backdrop.paste("#000000", (0, 0), shadow.filter(blur))
    backdrop.paste(picture, (margin, margin), corner_mask)
    return backdrop


def _create_gradient(
    size: tuple[int, int],
    top_color: tuple[int, int, int],
    bottom_color: tuple[int, int, int],
) -> Picture:
    """Create a vertical gradient between two colors."""
    ramp = Image.linear_gradient("L").resize(size)
    channels = [
        ramp.point([a + (b - a) * v // 255 for v in range(256)])
        for a, b in zip(top_color, bottom_color, strict=True)
    ]
    return Image.merge("RGB", channels)
