"""
Compare pictures by tiles, with a tolerance for other versions of Pillow.

A mean over the whole picture hides a missing line of text; the largest
difference of a tile does not. Pillow 10 to 13 (FreeType 2.13 to 2.14) differ
by at most 0.02 in a tile, an erased line of text by at least 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image, ImageChops

if TYPE_CHECKING:
    from PIL.Image import Image as Picture


TILE_PX: Final = 32
# Of 255, of the mean of a tile.
MAX_TILE_DIFFERENCE: Final = 2


def measure_difference(
    picture: Picture, reference: Picture, tile_px: int = TILE_PX
) -> int:
    """
    Find the tile that differs most.

    Returns:
        The mean difference of that tile's pixels in its worst color channel,
        from 0 to 255; 255 if the sizes differ.
    """
    if picture.size != reference.size:
        return 255
    difference = ImageChops.difference(
        picture.convert("RGB"), reference.convert("RGB")
    )
    return max(difference.reduce(tile_px).tobytes())


def compute_tile_means(picture: Picture, tile_px: int = TILE_PX) -> str:
    """Reduce a picture to the mean colors of its tiles, RGB in hex."""
    return picture.convert("RGB").reduce(tile_px).tobytes().hex()


def measure_tile_means(
    picture: Picture, means: str, tile_px: int = TILE_PX
) -> int:
    """
    Compare a picture with the tile means of another.

    Returns:
        The largest difference of a tile's mean color, from 0 to 255; 255 if
        the sizes differ.
    """
    reduced = picture.convert("RGB").reduce(tile_px)
    data = bytes.fromhex(means)
    if len(data) != len(reduced.tobytes()):
        return 255
    reference = Image.frombytes("RGB", reduced.size, data)
    return max(ImageChops.difference(reduced, reference).tobytes())


def erase(
    picture: Picture, box: tuple[int, int, int, int], at: tuple[int, int]
) -> Picture:
    """Return a copy with a box painted over in the color of one pixel."""
    x, y = at
    color = picture.crop((x, y, x + 1, y + 1))
    erased = picture.copy()
    erased.paste(color.resize((box[2] - box[0], box[3] - box[1])), box)
    return erased
