from __future__ import annotations

from itertools import pairwise

import pytest
from PIL import features

from claude_tray.ui.graphics.fonts import load_bundled_font
from claude_tray.ui.graphics.system_fonts import can_shape
from claude_tray.ui.graphics.text_mask import (
    FontStyle,
    draw_text_mask,
    measure_length,
)


def find_stems(text: str, pixels: int, quarter: int = 0) -> list[float]:
    """Return the centers of vertical strokes, which touch no other one."""
    drawn = draw_text_mask(
        text, FontStyle("regular", pixels), quarter, is_rtl=False
    )
    row = drawn.ascent - pixels // 3
    box = (0, row, drawn.mask.width, row + 1)
    centers: list[float] = []
    total = moment = 0.0
    for x, level in enumerate([*drawn.mask.crop(box).tobytes(), 0]):
        total, moment = total + level, moment + level * x
        if not level and total:
            centers.append(moment / total - drawn.left)
            total = moment = 0.0
    return centers


@pytest.mark.skipif(
    not features.check("raqm"),
    reason="lacks libfribidi, without which text is laid out simply",
)
@pytest.mark.parametrize("pixels", [11, 12, 13, 15, 18])
def test_equal_letters_of_small_text_have_equal_distances(
    pixels: int,
) -> None:
    # FreeType's own advance at a size where whole pixels do not matter.
    advance = load_bundled_font("regular", 1200).getlength("l") / 1200

    stems = find_stems("l l l l l l l l", pixels)

    space = load_bundled_font("regular", 1200).getlength(" ") / 1200
    expected = pixels * (advance + space)
    distances = [b - a for a, b in pairwise(stems)]
    assert len(distances) == 7
    assert all(abs(d - expected) < 0.35 for d in distances)
    assert stems[-1] - stems[0] == pytest.approx(7 * expected, abs=0.4)


def test_text_starts_at_a_quarter_of_a_pixel() -> None:
    starts = [find_stems("l", 12, quarter)[0] for quarter in range(4)]

    for quarter, start in enumerate(starts):
        assert start - starts[0] == pytest.approx(quarter / 4, abs=0.06)


@pytest.mark.parametrize("pixels", [9, 11, 12, 14, 16, 36])
def test_lowercase_letters_stand_on_the_baseline(pixels: int) -> None:
    drawn = draw_text_mask("xz", FontStyle("regular", pixels), 0, is_rtl=False)

    _, top, _, bottom = drawn.mask.getbbox() or (0, 0, 0, 0)
    assert bottom == drawn.ascent
    # Inter's lowercase letters are 0.546 of its size high.
    assert drawn.ascent - top == pytest.approx(0.546 * pixels, abs=0.6)
    # The top row is not blurred: it is as strong as those of other strokes.
    strip = drawn.mask.crop((0, top, drawn.mask.width, top + 1))
    assert max(strip.tobytes()) > 150


@pytest.mark.skipif(not can_shape(), reason="knows no OpenType features")
@pytest.mark.parametrize("pixels", [12, 36])
def test_only_tabular_digits_have_equal_widths(pixels: int) -> None:
    style = FontStyle("bold", pixels)
    column_style = style._replace(is_tabular=True)
    proportional = {measure_length(d * 4, style) for d in "0123456"}
    tabular = {measure_length(d * 4, column_style) for d in "0123456"}

    assert max(tabular) - min(tabular) < pixels / 40
    assert max(proportional) - min(proportional) > pixels / 4


def test_accents_and_descenders_are_inside_the_mask() -> None:
    drawn = draw_text_mask("ÅÇgj", FontStyle("bold", 12), 3, is_rtl=False)

    left, top, right, bottom = drawn.mask.getbbox() or (0, 0, 0, 0)
    assert left > 0
    assert top > 0
    assert right < drawn.mask.width
    assert bottom < drawn.mask.height


@pytest.mark.parametrize("pixels", [12, 36])
def test_characters_without_a_font_are_boxes(pixels: int) -> None:
    style = FontStyle("regular", pixels)

    drawn = draw_text_mask("\ue123\ue124", style, 0, is_rtl=False)

    left, top, right, bottom = drawn.mask.getbbox() or (0, 0, 0, 0)
    assert pixels * 0.6 < bottom - top < pixels
    assert pixels < right - left <= measure_length("\ue123\ue124", style)
    # Hollow: the middle of the first box is empty.
    middle = (left + round(pixels * 0.3), (top + bottom) // 2)
    assert drawn.mask.getpixel(middle) == 0
