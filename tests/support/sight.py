"""What is to be seen on a screenshot."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageStat

from claude_tray.drawing.icon import draw
from claude_tray.drawing.icon_colours import ON
from claude_tray.drawing.pixmap import SIZES

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image as Picture

    from claude_tray.drawing.icon_look import Icon

# Panels show one of the sizes they are given, or scale the next one.
_SHOWN = range(16, 33)
_ALIKE = 16.0


def bar_box(picture: Picture) -> tuple[int, int, int, int] | None:
    """Where the icon's bar is, by its colour."""
    wanted = Image.new("RGB", (1, 1), ON["dark"].ok).getpixel((0, 0))
    ground = Image.new("RGB", picture.size, wanted)
    bands = ImageChops.difference(picture.convert("RGB"), ground).split()
    far = ImageChops.lighter(ImageChops.lighter(*bands[:2]), bands[2])
    return far.point(lambda value: 255 if value < 12 else 0).getbbox()


def icon_place(picture: Picture, icon: Icon) -> tuple[int, int] | None:
    """
    Where the centre of an icon is; None where nothing looks like it.

    It is looked for around its bar, in every size that panels are given and
    in those that they make of them.
    """
    box = bar_box(picture)
    if box is None:
        return None
    screen = picture.convert("RGB")
    for given, shown in product(SIZES, _SHOWN):
        drawn = draw(icon, given)
        if given != shown:
            drawn = drawn.resize((shown, shown), Image.Resampling.BILINEAR)
        own = bar_box(_on_black(drawn))
        if own is None or abs(own[2] - own[0] - box[2] + box[0]) > 2:
            continue
        x = (box[0] + box[2] - own[0] - own[2]) // 2
        y = (box[1] + box[3] - own[1] - own[3]) // 2
        for left, top in product(range(x - 2, x + 3), range(y - 2, y + 3)):
            if _is_alike(screen, drawn, left, top):
                return left + shown // 2, top + shown // 2
    return None


def _is_alike(screen: Picture, drawn: Picture, left: int, top: int) -> bool:
    size = drawn.width
    seen = screen.crop((left, top, left + size, top + size))
    wanted = seen.copy()
    wanted.paste(drawn, (0, 0), drawn)
    change = ImageChops.difference(seen, wanted)
    return max(ImageStat.Stat(change).mean) < _ALIKE


def changed_pixels(before: Path, after: Path) -> int:
    """How many pixels of two screenshots differ."""
    return _changed(before, after).histogram()[255]


def changed_box(before: Path, after: Path) -> tuple[int, int, int, int]:
    """The box around what differs in two screenshots."""
    box = _changed(before, after).getbbox()
    assert box is not None
    return box


def _changed(before: Path, after: Path) -> Picture:
    with Image.open(before) as one, Image.open(after) as other:
        change = ImageChops.difference(
            one.convert("RGB"),
            other.convert("RGB"),
        )
    return change.convert("L").point(lambda value: 255 if value else 0)


def _on_black(drawn: Picture) -> Picture:
    ground = Image.new("RGB", drawn.size, "#000000")
    ground.paste(drawn, (0, 0), drawn)
    return ground
