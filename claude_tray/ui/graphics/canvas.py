"""
Map points to pixels at any scale, mirrored for right-to-left text.

Coordinates are in points from the start of a line, which is the right edge in
right-to-left languages.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from PIL import Image, ImageDraw

from claude_tray.i18n.line_breaks import split_at_breaks
from claude_tray.ui.graphics.text_mask import (
    FontStyle,
    draw_text_mask,
    measure_length,
)

# The only name of Pillow that other packages use.
Picture = Image.Image


class Rect(NamedTuple):
    """A rectangle in points."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def center_x(self) -> float:
        return self.x + self.width / 2

    def expand(self, by: float) -> Rect:
        """Return the rectangle grown by a distance on each side."""
        return Rect(
            self.x - by,
            self.y - by,
            self.width + 2 * by,
            self.height + 2 * by,
        )

    def contains(self, x: float, y: float) -> bool:
        return self.x <= x < self.right and self.y <= y < self.bottom


class Canvas:
    """
    A picture to draw on.

    Args:
        width: In points.
        height: In points.
        scale: Pixels per point.
        background: "#rrggbb".
        is_rtl: Whether lines start at the right.
        language: Code of the language of the texts, for Chinese characters.
    """

    def __init__(
        self,
        width: float,
        height: float,
        scale: float,
        background: str,
        *,
        is_rtl: bool = False,
        language: str = "",
    ) -> None:
        self.width = width
        self.height = height
        self.scale = scale
        self.is_rtl = is_rtl
        self.language = language
        size = (round(width * scale), round(height * scale))
        self.picture: Picture = Image.new("RGB", size, background)
        self.pen = ImageDraw.Draw(self.picture)

    def mirror_x(self, x: float) -> float:
        """Convert a distance from the start to one from the left."""
        return self.width - x if self.is_rtl else x

    def mirror_rect(self, box: Rect) -> Rect:
        """Convert a rectangle so that its x counts from the left."""
        if not self.is_rtl:
            return box
        return box._replace(x=self.width - box.right)

    def to_pixels(self, box: Rect) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of a rectangle in pixels."""
        at = self.mirror_rect(box)
        return (
            round(at.x * self.scale),
            round(at.y * self.scale),
            round(at.right * self.scale),
            round(at.bottom * self.scale),
        )

    def to_pixel_length(self, points: float) -> int:
        """Convert a length to pixels, at least 1."""
        return max(1, round(points * self.scale))

    def paint_mask(
        self, color: str, mask: Picture, at: tuple[int, int]
    ) -> None:
        """Paint a color through a mask whose corner is at these pixels."""
        self.picture.paste(color, at, mask)

    def paste(self, picture: Picture, at: tuple[float, float]) -> None:
        """Paste a picture with its upper starting corner at a point."""
        x = round(at[0] * self.scale)
        if self.is_rtl:
            x = self.picture.width - x - picture.width
        self.picture.paste(
            picture,
            (x, round(at[1] * self.scale)),
            picture if picture.mode == "RGBA" else None,
        )


TextAnchor = Literal["start", "middle", "end"]

# In pixels; FreeType renders nothing legible below.
_MIN_FONT_SIZE: Final = 6
_ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"


class TextStyle(NamedTuple):
    """
    Style of text.

    Attributes:
        color: "#rrggbb".
        size: In points.
        weight: regular, medium, semibold or bold.
    """

    color: str
    size: float = 12
    weight: str = "regular"


def measure_width(canvas: Canvas, text: str, style: TextStyle) -> float:
    """Return the width of text in points."""
    font_style = _to_font_style(canvas, style)
    return measure_length(text, font_style) / canvas.scale


def draw_text(
    canvas: Canvas,
    at: tuple[float, float],
    text: str,
    style: TextStyle,
    anchor: TextAnchor = "start",
) -> float:
    """
    Draw text with its baseline at `at`; return its width in points.

    Numbers that end at the same place, as in a column, have digits of equal
    width.
    """
    font_style = _to_font_style(canvas, style, is_tabular=anchor == "end")
    length = measure_length(text, font_style)
    if not text:
        return 0.0
    offset = {"start": 0.0, "middle": length / 2, "end": length}[anchor]
    if canvas.is_rtl:
        offset = length - offset
    x = canvas.mirror_x(at[0]) * canvas.scale - offset
    quarters = round(x * 4)
    drawn = draw_text_mask(
        text, font_style, quarters % 4, is_rtl=canvas.is_rtl
    )
    corner = (quarters // 4 - drawn.left, round(at[1] * canvas.scale))
    canvas.paint_mask(
        style.color, drawn.mask, (corner[0], corner[1] - drawn.ascent)
    )
    return length / canvas.scale


def truncate_text(
    canvas: Canvas, text: str, style: TextStyle, max_width: float
) -> str:
    """Shorten text to a width, with an ellipsis if it was cut."""
    if measure_width(canvas, text, style) <= max_width:
        return text
    shorter = text
    while (
        shorter
        and measure_width(canvas, shorter + _ELLIPSIS, style) > max_width
    ):
        shorter = shorter[:-1]
    return shorter.rstrip() + _ELLIPSIS


def wrap_text(
    canvas: Canvas, text: str, style: TextStyle, max_width: float
) -> list[str]:
    """
    Wrap text into lines; words longer than a line break anywhere.

    Chinese and Japanese text, which has no spaces, breaks between characters,
    but no line begins with a full stop or ends with an opening bracket.
    """
    lines = [""]
    for word in _split_words(text):
        joined = lines[-1] + word
        if measure_width(canvas, joined.rstrip(), style) <= max_width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        lines[-1] = word.lstrip()
        while measure_width(canvas, lines[-1].rstrip(), style) > max_width:
            fit_count = _count_fitting_chars(
                canvas, lines[-1], style, max_width
            )
            lines[-1:] = [lines[-1][:fit_count], lines[-1][fit_count:]]
    return [line.strip() for line in lines]


def _count_fitting_chars(
    canvas: Canvas, text: str, style: TextStyle, max_width: float
) -> int:
    """Return how many characters of an overlong word fit."""
    count = 1
    while measure_width(canvas, text[: count + 1], style) <= max_width:
        count += 1
    return count


def _split_words(text: str) -> list[str]:
    """Split text into words that keep the space before them."""
    words: list[str] = []
    for number, word in enumerate(text.split(" ")):
        words.extend(split_at_breaks(f" {word}" if number else word))
    return words


def _to_font_style(
    canvas: Canvas, style: TextStyle, *, is_tabular: bool = False
) -> FontStyle:
    pixels = max(_MIN_FONT_SIZE, round(style.size * canvas.scale))
    return FontStyle(style.weight, pixels, is_tabular, canvas.language)
