"""Pictures as panels take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image as Picture

# Panels take the one that fits and scale badly otherwise.
SIZES: Final = (16, 22, 24, 32, 44, 48, 64)


def pixmaps_of(
    draw: Callable[[int], Picture],
) -> list[tuple[int, int, bytes]]:
    """Return an icon in all sizes: width, height, ARGB in network order."""
    return [_argb(draw(size)) for size in SIZES]


def _argb(picture: Picture) -> tuple[int, int, bytes]:
    red, green, blue, alpha = picture.split()
    merged = Image.merge("RGBA", (alpha, red, green, blue))
    return picture.width, picture.height, merged.tobytes()
