"""
Lay out small text in fractions of a pixel.

FreeType places each glyph on a whole pixel, which makes small text uneven.
So small text is drawn larger and reduced: glyphs are where they belong, and
the height of lowercase letters is rounded to whole pixels.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from PIL import Image, ImageChops, ImageDraw

from claude_tray.ui.graphics.fonts import (
    TextRun,
    load_bundled_font,
    split_runs,
)

# Small text is drawn this many times larger.
_OVERSAMPLING: Final = 4
# From this size in pixels on, whole pixels are fine enough.
_LARGE_PIXELS: Final = 22
# Height above and below the baseline, as a fraction of the size.
_ASCENT: Final = 1.5
_DESCENT: Final = 0.5
# Rows on both sides, as enlarged text takes less or more of them.
_SPARE_ROWS: Final = 2
# Pixels that glyphs may reach beyond both ends.
_MARGIN: Final = 2
# Strengthens strokes that cover only parts of two pixels: 0.5 becomes 0.575.
_STRENGTH: Final = 0.3
# Box of a missing character, as fractions of the size.
_BOX_HEIGHT: Final = 0.72
_BOX_LINE: Final = 0.06


class TextMask(NamedTuple):
    """
    A mask of text.

    Attributes:
        mask: Coverage of each pixel.
        left: Pixels of the mask before the start of the text.
        ascent: Pixels of the mask above the baseline.
    """

    mask: Image.Image
    left: int
    ascent: int


class FontStyle(NamedTuple):
    """
    How text is drawn; see `split_runs`.

    Attributes:
        weight: regular, medium, semibold or bold.
        pixels: Size.
        is_tabular: Whether all digits have the same width.
        language: Language of the interface.
    """

    weight: str
    pixels: int
    is_tabular: bool = False
    language: str = ""

    @property
    def oversampling(self) -> int:
        return 1 if self.pixels >= _LARGE_PIXELS else _OVERSAMPLING

    def split(self, text: str) -> tuple[TextRun, ...]:
        """Split text into runs that are `oversampling` times as large."""
        return split_runs(
            text,
            self.weight,
            self.pixels * self.oversampling,
            is_tabular=self.is_tabular,
            language=self.language,
        )


@lru_cache(maxsize=2048)
def measure_length(text: str, style: FontStyle) -> float:
    """Return the width of text in pixels."""
    return sum(run.width for run in style.split(text)) / style.oversampling


@lru_cache(maxsize=512)
def draw_text_mask(
    text: str, style: FontStyle, quarter: int, *, is_rtl: bool
) -> TextMask:
    """
    Draw text in white on black.

    Args:
        text: Not empty.
        style: Font and size.
        quarter: Quarters of a pixel from the left edge of a pixel to the
            start of the text; small text only.
        is_rtl: Whether right-to-left runs are in reading order.
    """
    pixels, factor = style.pixels, style.oversampling
    runs = style.split(text)
    width = int(sum(run.width for run in runs) / factor) + 2 * _MARGIN + 2
    ascent, descent = int(pixels * _ASCENT) + 1, int(pixels * _DESCENT) + 1
    baseline = ascent + _SPARE_ROWS
    rows = baseline + descent + _SPARE_ROWS
    mask = Image.new("L", (width * factor, rows * factor))
    x = float(_MARGIN * factor + quarter * factor // 4)
    for run in _order_runs(runs, is_rtl=is_rtl):
        _draw_run(mask, (round(x), baseline * factor), run)
        x += run.width
    if factor > 1:
        size = (width, ascent + descent)
        return TextMask(_reduce(mask, size, ascent, pixels), _MARGIN, ascent)
    return TextMask(mask, _MARGIN, baseline)


def _draw_run(
    mask: Image.Image, position: tuple[int, int], run: TextRun
) -> None:
    if run.is_missing:
        _draw_boxes(mask, position, run)
        return
    ImageDraw.Draw(mask).text(
        position,
        run.text,
        fill=255,
        font=run.font,
        anchor="ls",
        direction=run.direction,
        features=list(run.features) if run.features else None,
    )


def _draw_boxes(
    mask: Image.Image, position: tuple[int, int], run: TextRun
) -> None:
    """Draw a box as high as a capital letter for each character."""
    pen, (x, baseline) = ImageDraw.Draw(mask), position
    line = max(1, round(run.font.size * _BOX_LINE))
    height = round(run.font.size * _BOX_HEIGHT)
    for number in range(len(run.text)):
        left = x + round(number * run.box_width) + line
        right = x + round((number + 1) * run.box_width) - 2 * line
        corners = (left, baseline - height, max(left, right), baseline)
        pen.rectangle(corners, outline=255, width=line)


def _reduce(
    mask: Image.Image, size: tuple[int, int], ascent: int, pixels: int
) -> Image.Image:
    """Reduce a mask so that lowercase letters are whole pixels high."""
    rows = _OVERSAMPLING / _compute_height_factor(pixels)
    baseline = (ascent + _SPARE_ROWS) * _OVERSAMPLING
    top = baseline - ascent * rows
    bottom = baseline + (size[1] - ascent) * rows
    box = (0, top, mask.width, bottom)
    reduced = mask.resize(size, Image.Resampling.BOX, box)
    strong = ImageChops.screen(reduced, reduced)
    return Image.blend(reduced, strong, _STRENGTH)


@lru_cache(maxsize=32)
def _compute_height_factor(pixels: int) -> float:
    """Return by how much small text is enlarged in height, about 1."""
    font = load_bundled_font("regular", pixels * _OVERSAMPLING)
    height = -font.getbbox("x", anchor="ls")[1] / _OVERSAMPLING
    return max(1.0, round(height)) / height


def _order_runs(
    runs: tuple[TextRun, ...], *, is_rtl: bool
) -> tuple[TextRun, ...]:
    """Return runs in drawing order, from left to right."""
    is_reversed = is_rtl and any(run.direction for run in runs)
    return runs[::-1] if is_reversed else runs
