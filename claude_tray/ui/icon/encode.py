"""Encode icons in the formats that panels accept."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Final

from PIL import Image

from claude_tray.ui.icon.colors import TILE_COLOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PIL.Image import Image as Picture

    # Draws an icon with an edge length in pixels.
    DrawIcon = Callable[[int], Picture]


def encode_ico(picture: Picture) -> bytes:
    """Encode a picture as .ico, unscaled."""
    file = io.BytesIO()
    picture.save(file, format="ICO", sizes=[picture.size], bitmap_format="bmp")
    return file.getvalue()


def encode_png(picture: Picture) -> bytes:
    """Encode a picture as .png."""
    file = io.BytesIO()
    picture.save(file, "png")
    return file.getvalue()


def flatten_on_tile(picture: Picture, width: int, height: int) -> Picture:
    """Center an icon on an opaque background of the tile's color."""
    background = Image.new("RGB", (width, height), TILE_COLOR)
    corner = (width - picture.width) // 2, (height - picture.height) // 2
    background.paste(picture, corner, picture)
    return background


# Panels pick the size that fits and scale badly if none does.
PIXMAP_SIZES: Final = (16, 22, 24, 32, 44, 48, 64)


def encode_pixmaps(
    draw: Callable[[int], Picture],
) -> list[tuple[int, int, bytes]]:
    """Draw all sizes: width, height, ARGB32 pixels in network byte order."""
    return [_encode_argb(draw(size)) for size in PIXMAP_SIZES]


def _encode_argb(picture: Picture) -> tuple[int, int, bytes]:
    red, green, blue, alpha = picture.split()
    merged = Image.merge("RGBA", (alpha, red, green, blue))
    return picture.width, picture.height, merged.tobytes()


def encode_window_icons(files: Iterable[bytes]) -> list[int]:
    """
    Encode pictures as the property _NET_WM_ICON.

    Args:
        files: Pictures in any format.

    Returns:
        Width, height and pixels as 0xAARRGGBB of each picture.
    """
    values: list[int] = []
    for data in files:
        with Image.open(io.BytesIO(data)) as file:
            width, height, pixels = _encode_argb(file.convert("RGBA"))
        values += [width, height]
        values += struct.unpack(f">{width * height}I", pixels)
    return values
