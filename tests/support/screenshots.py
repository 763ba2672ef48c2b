"""Find the icon on a screenshot."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageChops

from claude_tray.ui.icon.colors import PANEL_COLORS
from claude_tray.ui.icon.render import draw_icon

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image as Picture

    from claude_tray.ui.icon.model import IconModel


# Sizes that panels show.
_ICON_SIZES = range(16, 49)


class FoundIcon(NamedTuple):
    """Center and edge length of an icon on a screenshot, in pixels."""

    center: tuple[int, int]
    size: int


def find_bar_box(picture: Picture) -> tuple[int, int, int, int] | None:
    """Return the bounds of the icon's bar, found by its color."""
    bar_color = Image.new("RGB", (1, 1), PANEL_COLORS["dark"].ok).getpixel(
        (0, 0)
    )
    reference = Image.new("RGB", picture.size, bar_color)
    bands = ImageChops.difference(picture.convert("RGB"), reference).split()
    distance = ImageChops.lighter(ImageChops.lighter(*bands[:2]), bands[2])
    return distance.point(lambda value: 255 if value < 12 else 0).getbbox()


def locate_icon(picture: Picture, icon: IconModel) -> FoundIcon | None:
    """
    Find an icon that is shown as drawn; None if there is none.

    All its opaque pixels are exactly those of the drawing of some size. A
    panel that scales a drawing of another size blurs it.
    """
    box = find_bar_box(picture)
    if box is None:
        return None
    screen = picture.convert("RGB")
    for size in _ICON_SIZES:
        center = _find_drawing(screen, draw_icon(icon, size), box)
        if center is not None:
            return FoundIcon(center, size)
    return None


def _find_drawing(
    screen: Picture,
    drawn: Picture,
    box: tuple[int, int, int, int],
) -> tuple[int, int] | None:
    """Return the center of a drawing whose bar is about at a box."""
    drawn_box = find_bar_box(_paste_on_black(drawn))
    if (
        drawn_box is None
        or abs(drawn_box[2] - drawn_box[0] - box[2] + box[0]) > 2
    ):
        return None
    x = (box[0] + box[2] - drawn_box[0] - drawn_box[2]) // 2
    y = (box[1] + box[3] - drawn_box[1] - drawn_box[3]) // 2
    for left, top in product(range(x - 2, x + 3), range(y - 2, y + 3)):
        if _is_equal(screen, drawn, left, top):
            return left + drawn.width // 2, top + drawn.height // 2
    return None


def _is_equal(screen: Picture, drawn: Picture, left: int, top: int) -> bool:
    """Return whether all opaque pixels of a drawing are on the screen."""
    size = drawn.width
    region = screen.crop((left, top, left + size, top + size))
    opaque = drawn.getchannel("A").point(lambda a: 255 if a == 255 else 0)
    expected = region.copy()
    expected.paste(drawn, (0, 0), opaque)
    difference = ImageChops.difference(region, expected)
    # Panels may round the conversion of a color.
    return max(difference.tobytes()) <= 1


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
