"""Pictures as panels take them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from PIL import Image

from claude_tray.ui.icon.colors import TILE_COLOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image as Picture


def encode_ico(picture: Picture) -> bytes:
    """Return an .ico with this one picture, as it is."""
    file = io.BytesIO()
    picture.save(file, format="ICO", sizes=[picture.size], bitmap_format="bmp")
    return file.getvalue()


def encode_png(picture: Picture) -> bytes:
    """Return a picture as a .png."""
    file = io.BytesIO()
    picture.save(file, "png")
    return file.getvalue()


def flatten_on_tile(picture: Picture, width: int, height: int) -> Picture:
    """Return an icon in the middle of an opaque box, on a tile's colour."""
    background = Image.new("RGB", (width, height), TILE_COLOR)
    corner = (width - picture.width) // 2, (height - picture.height) // 2
    background.paste(picture, corner, picture)
    return background


# Panels take the one that fits and scale badly otherwise.
PIXMAP_SIZES: Final = (16, 22, 24, 32, 44, 48, 64)


def encode_pixmaps(
    draw: Callable[[int], Picture],
) -> list[tuple[int, int, bytes]]:
    """Return an icon in all sizes: width, height, ARGB in network order."""
    return [_encode_argb(draw(size)) for size in PIXMAP_SIZES]


def _encode_argb(picture: Picture) -> tuple[int, int, bytes]:
    red, green, blue, alpha = picture.split()
    merged = Image.merge("RGBA", (alpha, red, green, blue))
    return picture.width, picture.height, merged.tobytes()
