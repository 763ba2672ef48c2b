from __future__ import annotations

import pytest

from claude_tray.drawing.glyphs import NARROW, WIDE
from claude_tray.drawing.icon import PANELS, Icon, draw, time_text
from claude_tray.drawing.pixmap import SIZES, pixmaps_of


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(300, "5:00"), (167, "2:47"), (60, "1:00"), (59, "59m"), (1, "1m")],
)
def test_the_countdown_fits_four_letters(minutes: int, text: str) -> None:
    assert time_text(minutes) == text


def test_every_letter_has_one_height_and_straight_rows() -> None:
    for alphabet, height in ((NARROW, 7), (WIDE, 9)):
        for rows in (glyph.split() for glyph in alphabet.values()):
            assert len(rows) == height
            assert len({len(row) for row in rows}) == 1


@pytest.mark.parametrize("size", [16, 22, 24, 32, 64])
@pytest.mark.parametrize("panel", PANELS)
def test_every_size_is_drawn_within_its_bounds(size: int, panel: str) -> None:
    for text in ("5:00", "47m", "5h", "!", "..."):
        picture = draw(Icon(text, 2.0), size, panel)

        assert picture.size == (size, size)
        assert picture.getbbox() is not None


def test_the_bar_grows_with_the_time_that_is_gone() -> None:
    def filled(gone: float) -> int:
        picture = draw(Icon("2:47", gone), 22, "dark")
        bar = (*bytes.fromhex(PANELS["dark"].bar[1:]), 255)
        found = {c: n for n, c in picture.getcolors() or []}
        return found.get(bar, 0)

    assert filled(0) == 0
    assert filled(0.5) * 2 == filled(1)


def test_text_and_bar_stand_out_from_their_panel() -> None:
    for panel, ground in (
        ("dark", "#2b2927"),
        ("light", "#f6f5f4"),
        ("tile", "#2b2927"),
    ):
        colours = PANELS[panel]
        assert _contrast(colours.text, ground) >= 4.5
        assert _contrast(colours.bar, ground) >= 3


def test_panels_get_all_sizes_as_argb() -> None:
    pixmaps = pixmaps_of(Icon("2:47"), "tile")

    assert [width for width, _, _ in pixmaps] == list(SIZES)
    for width, height, data in pixmaps:
        assert len(data) == width * height * 4
    middle = pixmaps[0][2][8 * 16 * 4 :][:4]
    assert middle[0] == 255


def _contrast(one: str, other: str) -> float:
    """The contrast of two colours, by WCAG 2.2."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [byte / 255 for byte in bytes.fromhex(colour[1:])]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
