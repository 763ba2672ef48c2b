"""Find the icon on a screenshot."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageStat

from claude_tray.ui.icon.colors import PANEL_COLORS
from claude_tray.ui.icon.encode import PIXMAP_SIZES
from claude_tray.ui.icon.render import draw_icon

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image as Picture

    from claude_tray.ui.icon.model import IconModel


# Panels show one of the offered sizes or scale another one.
_ICON_SIZES = range(16, 33)
_MAX_DIFFERENCE = 16.0


def find_bar_box(picture: Picture) -> tuple[int, int, int, int] | None:
    """Return the bounds of the icon's bar, found by its color."""
    bar_color = Image.new("RGB", (1, 1), PANEL_COLORS["dark"].ok).getpixel(
        (0, 0)
    )
    reference = Image.new("RGB", picture.size, bar_color)
    bands = ImageChops.difference(picture.convert("RGB"), reference).split()
    distance = ImageChops.lighter(ImageChops.lighter(*bands[:2]), bands[2])
    return distance.point(lambda value: 255 if value < 12 else 0).getbbox()


def locate_icon(picture: Picture, icon: IconModel) -> tuple[int, int] | None:
    """
    Return the center of an icon; None if it is not visible.

    Searches around the bar, in every offered size and in the sizes that panels
    scale them to.
    """
    box = find_bar_box(picture)
    if box is None:
        return None
    screen = picture.convert("RGB")
    for rendered_size, displayed_size in product(PIXMAP_SIZES, _ICON_SIZES):
        drawn = draw_icon(icon, rendered_size)
        if rendered_size != displayed_size:
            drawn = drawn.resize(
                (displayed_size, displayed_size), Image.Resampling.BILINEAR
            )
        drawn_box = find_bar_box(_paste_on_black(drawn))
        if (
            drawn_box is None
            or abs(drawn_box[2] - drawn_box[0] - box[2] + box[0]) > 2
        ):
            continue
        x = (box[0] + box[2] - drawn_box[0] - drawn_box[2]) // 2
        y = (box[1] + box[3] - drawn_box[1] - drawn_box[3]) // 2
        for left, top in product(range(x - 2, x + 3), range(y - 2, y + 3)):
            if _is_similar(screen, drawn, left, top):
                return left + displayed_size // 2, top + displayed_size // 2
    return None


def _is_similar(screen: Picture, drawn: Picture, left: int, top: int) -> bool:
    size = drawn.width
    region = screen.crop((left, top, left + size, top + size))
    expected = region.copy()
    expected.paste(drawn, (0, 0), drawn)
    difference = ImageChops.difference(region, expected)
    return max(ImageStat.Stat(difference).mean) < _MAX_DIFFERENCE


def count_changed_pixels(before: Path, after: Path) -> int:
    """Count the pixels that differ between two screenshots."""
    return _compute_difference(before, after).histogram()[255]


def find_changed_box(before: Path, after: Path) -> tuple[int, int, int, int]:
    """Return the bounds of the difference of two screenshots."""
    box = _compute_difference(before, after).getbbox()
    assert box is not None
    return box


def _compute_difference(before: Path, after: Path) -> Picture:
    with Image.open(before) as first, Image.open(after) as second:
        difference = ImageChops.difference(
            first.convert("RGB"),
            second.convert("RGB"),
        )
    return difference.convert("L").point(lambda value: 255 if value else 0)


def _paste_on_black(drawn: Picture) -> Picture:
    background = Image.new("RGB", drawn.size, "#000000")
    background.paste(drawn, (0, 0), drawn)
    return background
