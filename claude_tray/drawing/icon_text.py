"""The icon's text, as large as its room allows."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import Image, ImageDraw

from claude_tray.drawing.fonts import bundled
from claude_tray.drawing.glyphs import NARROW, THIN, WIDE, dots_of

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

# From here on an outline font is clear enough.
OUTLINES_FROM: Final = 28
_WIDE_FROM: Final = 20
_SMALLEST: Final = 5
# Letters are set on whole pixels, so widths do not grow quite evenly.
_ROUNDING: Final = 2


class Room(NamedTuple):
    """
    Where a text has to fit.

    Attributes:
        width: In pixels.
        height: In pixels.
        size: The icon's.
        longest: A text that must fit in the same letters, so that a short
            one is not larger than it.
    """

    width: int
    height: int
    size: int
    longest: str


@lru_cache(maxsize=256)
def text_mask(text: str, room: Room) -> Picture:
    """Return a text as a mask, in the largest letters that fit."""
    if room.size < OUTLINES_FROM:
        for alphabet, least in ((WIDE, _WIDE_FROM), (NARROW, 0), (THIN, 0)):
            if room.size >= least:
                mask = _dots(text, alphabet)
                if mask.width <= room.width and mask.height <= room.height:
                    return mask
    return _outlines(text, room)


def _dots(text: str, alphabet: dict[str, str]) -> Picture:
    rows = dots_of(text, alphabet)
    mask = Image.new("L", (len(rows[0]), len(rows)))
    mask.putdata([255 if dot else 0 for row in rows for dot in row])
    return mask


def _outlines(text: str, room: Room) -> Picture:
    pixels = _most(text, room)
    while pixels > _SMALLEST and not _fits(text, pixels, room):
        pixels -= 1
    left, top, right, bottom = _box(text, pixels)
    mask = Image.new("L", (right - left, bottom - top))
    pen = ImageDraw.Draw(mask)
    pen.text((-left, -top), text, fill=255, font=bundled("bold", pixels))
    return mask


def _most(text: str, room: Room) -> int:
    """
    Return a size that is hardly too large.

    Every size that is tried is a font of its own in memory.
    """
    width, height = _extent(text, room.size, room)
    scale = min(room.width / width, room.height / height, 1)
    most = max(int(room.size * scale) + _ROUNDING, _SMALLEST)
    return min(most, room.size)


def _fits(text: str, pixels: int, room: Room) -> bool:
    width, height = _extent(text, pixels, room)
    return width <= room.width and height <= room.height


def _extent(text: str, pixels: int, room: Room) -> tuple[float, int]:
    left, top, right, bottom = _box(text, pixels)
    longest = bundled("bold", pixels).getlength(room.longest)
    return max(right - left, longest), bottom - top


def _box(text: str, pixels: int) -> tuple[int, int, int, int]:
    """Return the box of a text; every one has the height of a figure."""
    font = bundled("bold", pixels)
    left, top, right, bottom = font.getbbox(text)
    _, figure_top, _, figure_bottom = font.getbbox("0")
    return (
        int(left),
        int(min(top, figure_top)),
        -int(-right // 1),
        -int(-max(bottom, figure_bottom) // 1),
    )
