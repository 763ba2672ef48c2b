"""Draw the text of an icon as large as it fits."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import Image, ImageDraw

from claude_tray.ui.graphics.fonts import load_bundled_font

if TYPE_CHECKING:
    from PIL.Image import Image as Picture


# Bitmap font, three dots wide and seven high.
THIN_GLYPHS: Final = {
    "0": "111 101 101 101 101 101 111",
    "1": "010 110 010 010 010 010 111",
    "2": "111 001 001 111 100 100 111",
    "3": "111 001 001 111 001 001 111",
    "4": "101 101 101 111 001 001 001",
    "5": "111 100 100 111 001 001 111",
    "6": "111 100 100 111 101 101 111",
    "7": "111 001 001 001 010 010 010",
    "8": "111 101 101 111 101 101 111",
    "9": "111 101 101 111 001 001 111",
    "h": "100 100 100 110 101 101 101",
    "d": "001 001 001 011 101 101 011",
    "m": "00000 00000 00000 11110 10101 10101 10101",
    ":": "0 0 1 0 0 1 0",
    "%": "101 001 010 010 010 100 101",
    "!": "1 1 1 1 1 0 1",
    ".": "0 0 0 0 0 0 1",
    "$": "010 111 100 111 001 111 010",
    "€": "011 100 111 100 111 100 011",
    "£": "011 100 100 111 100 100 111",
    "¥": "101 101 010 111 010 111 010",
    "k": "100 100 101 101 110 101 101",
}
# Bitmap font, four dots wide and seven high.
NARROW_GLYPHS: Final = {
    "0": "0110 1001 1001 1001 1001 1001 0110",
    "1": "0010 0110 0010 0010 0010 0010 0111",
    "2": "0110 1001 0001 0010 0100 1000 1111",
    "3": "1110 0001 0001 0110 0001 0001 1110",
    "4": "0001 0011 0101 1001 1111 0001 0001",
    "5": "1111 1000 1110 0001 0001 1001 0110",
    "6": "0110 1000 1000 1110 1001 1001 0110",
    "7": "1111 0001 0001 0010 0010 0100 0100",
    "8": "0110 1001 1001 0110 1001 1001 0110",
    "9": "0110 1001 1001 0111 0001 0001 0110",
    "h": "1000 1000 1000 1110 1001 1001 1001",
    "d": "0001 0001 0001 0111 1001 1001 0111",
    "m": "00000 00000 00000 11110 10101 10101 10101",
    ":": "0 0 1 0 0 1 0",
    "%": "11001 11010 00010 00100 01000 01011 10011",
    "!": "1 1 1 1 1 0 1",
    ".": "0 0 0 0 0 0 1",
    "$": "00100 01111 10100 01110 00101 11110 00100",
    "€": "00111 01000 11110 01000 11110 01000 00111",
    "£": "00110 01001 01000 11110 01000 01000 11111",
    "¥": "10001 01010 00100 11111 00100 11111 00100",
    "k": "1000 1000 1001 1010 1100 1010 1001",
}
# Bitmap font, five dots wide and nine high, with strokes two dots wide.
WIDE_GLYPHS: Final = {
    "0": "01110 11011 11011 11011 11011 11011 11011 11011 01110",
    "1": "00110 01110 11110 00110 00110 00110 00110 00110 00110",
    "2": "01110 11011 00011 00011 00110 01100 11000 11000 11111",
    "3": "01110 11011 00011 00011 00110 00011 00011 11011 01110",
    "4": "00011 00111 01111 01011 11011 11011 11111 00011 00011",
    "5": "11111 11000 11000 11110 11011 00011 00011 11011 01110",
    "6": "01110 11011 11000 11000 11110 11011 11011 11011 01110",
    "7": "11111 00011 00011 00110 00110 00110 01100 01100 01100",
    "8": "01110 11011 11011 11011 01110 11011 11011 11011 01110",
    "9": "01110 11011 11011 11011 01111 00011 00011 11011 01110",
    "h": "11000 11000 11000 11110 11011 11011 11011 11011 11011",
    "d": "00011 00011 00011 01111 11011 11011 11011 11011 01111",
    "m": "00000000 00000000 00000000 11111110 11011011 11011011 11011011"
    " 11011011 11011011",
    ":": "00 00 11 11 00 11 11 00 00",
    "%": "110001 110010 000010 000100 000100 001000 001000 010011 100011",
    "!": "11 11 11 11 11 11 00 11 11",
    ".": "00 00 00 00 00 00 00 11 11",
    "$": "001100 011111 110100 110100 011110 001011 001011 111110 001100",
    "€": "001111 011000 110000 111110 110000 111110 110000 011000 001111",
    "£": "001110 011011 011000 011000 111110 011000 011000 011000 111111",
    "¥": "110011 110011 011110 001100 111111 001100 111111 001100 001100",
    "k": "11000 11000 11000 11011 11110 11100 11110 11011 11011",
}


def build_dot_rows(text: str, glyphs: dict[str, str]) -> list[list[bool]]:
    """Return the rows of dots of a text, with one dot between characters."""
    char_rows = [glyphs[char].split() for char in text]
    rows = ["0".join(parts) for parts in zip(*char_rows, strict=True)]
    return [[dot == "1" for dot in row] for row in rows]


# Below this size the outline font is blurred; bitmap fonts are used.
OUTLINES_MIN_SIZE: Final = 28
_WIDE_MIN_SIZE: Final = 20
_MIN_FONT_SIZE: Final = 5
# Glyphs are placed on whole pixels, so widths do not scale exactly.
_ROUNDING_MARGIN: Final = 2


class TextBounds(NamedTuple):
    """
    Space for a text.

    Attributes:
        width: Width in pixels.
        height: Height in pixels.
        size: Size of the icon in pixels.
        longest_text: Text that must fit in the same font size, so that a
            shorter one is not drawn larger.
    """

    width: int
    height: int
    size: int
    longest_text: str


@lru_cache(maxsize=256)
def draw_text_mask(text: str, bounds: TextBounds) -> Picture:
    """Draw a text as a mask, in the largest font that fits."""
    if bounds.size < OUTLINES_MIN_SIZE:
        for glyphs, min_size in (
            (WIDE_GLYPHS, _WIDE_MIN_SIZE),
            (NARROW_GLYPHS, 0),
            (THIN_GLYPHS, 0),
        ):
            if bounds.size >= min_size:
                mask = _draw_dots(text, glyphs)
                if mask.width <= bounds.width and mask.height <= bounds.height:
                    return mask
    return _draw_outlines(text, bounds)


def _draw_dots(text: str, glyphs: dict[str, str]) -> Picture:
    rows = build_dot_rows(text, glyphs)
    mask = Image.new("L", (len(rows[0]), len(rows)))
    mask.putdata([255 if dot else 0 for row in rows for dot in row])
    return mask


def _draw_outlines(text: str, bounds: TextBounds) -> Picture:
    pixels = _estimate_font_size(text, bounds)
    while pixels > _MIN_FONT_SIZE and not _fits(text, pixels, bounds):
        pixels -= 1
    left, top, right, bottom = _measure_box(text, pixels)
    mask = Image.new("L", (right - left, bottom - top))
    pen = ImageDraw.Draw(mask)
    pen.text(
        (-left, -top), text, fill=255, font=load_bundled_font("bold", pixels)
    )
    return mask


def _estimate_font_size(text: str, bounds: TextBounds) -> int:
    """
    Return a font size at or slightly above the largest that fits.

    Each size that is tried loads another font into memory.
    """
    width, height = _measure_extent(text, bounds.size, bounds)
    scale = min(bounds.width / width, bounds.height / height, 1)
    largest = max(int(bounds.size * scale) + _ROUNDING_MARGIN, _MIN_FONT_SIZE)
    return min(largest, bounds.size)


def _fits(text: str, pixels: int, bounds: TextBounds) -> bool:
    width, height = _measure_extent(text, pixels, bounds)
    return width <= bounds.width and height <= bounds.height


def _measure_extent(
    text: str, pixels: int, bounds: TextBounds
) -> tuple[float, int]:
    left, top, right, bottom = _measure_box(text, pixels)
    longest = load_bundled_font("bold", pixels).getlength(bounds.longest_text)
    return max(right - left, longest), bottom - top


def _measure_box(text: str, pixels: int) -> tuple[int, int, int, int]:
    """Measure the box of a text; it is at least as high as a digit."""
    font = load_bundled_font("bold", pixels)
    left, top, right, bottom = font.getbbox(text)
    _, digit_top, _, digit_bottom = font.getbbox("0")
    return (
        int(left),
        int(min(top, digit_top)),
        -int(-right // 1),
        -int(-max(bottom, digit_bottom) // 1),
    )
