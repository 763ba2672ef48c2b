"""The tray icon: the time left over a bar of the time gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import Image, ImageDraw

from claude_tray.drawing.glyphs import NARROW, WIDE, dots_of

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_HOUR: Final = 60
# From here on letters are drawn with dots of several pixels.
_WIDE_FROM: Final = 20
_DIM: Final = 130
# Every text has the letters of the longest one, so that none jumps.
_LONGEST: Final = "0:00"


class Colours(NamedTuple):
    """What the icon is drawn with: at least 3:1 on its panel."""

    text: str
    bar: str
    tile: str | None = None


PANELS: Final = {
    "dark": Colours("#ffffff", "#45c9b0"),
    "light": Colours("#1d1b1a", "#087a80"),
    # For panels of unknown colour, and where there is no transparency.
    "tile": Colours("#ffffff", "#45c9b0", "#2b2927"),
}


class Icon(NamedTuple):
    """
    What is drawn.

    Attributes:
        text: At most four letters of the alphabet, as "2:47".
        gone: How far the bar goes, 0 to 1.
        is_dim: Nothing runs.
    """

    text: str
    gone: float = 0.0
    is_dim: bool = False


def time_text(minutes: int) -> str:
    """Return a countdown as "2:47", below an hour as "47m"."""
    hours, rest = divmod(minutes, _HOUR)
    return f"{hours}:{rest:02d}" if hours else f"{rest}m"


def draw(icon: Icon, size: int, panel: str = "tile") -> Picture:
    """
    Return the icon at exactly size by size pixels.

    Args:
        icon: What is drawn.
        size: 16 or more.
        panel: A key of PANELS.
    """
    colours = PANELS[panel]
    picture = Image.new("RGBA", (size, size))
    pen = ImageDraw.Draw(picture)
    pad = 0
    if colours.tile:
        pad = max(1, size // 16)
        corner = (0, 0, size - 1, size - 1)
        pen.rounded_rectangle(corner, size * 0.22, fill=colours.tile)
    _draw_text(pen, icon.text, size, _tinted(colours.text, icon))
    _draw_bar(pen, icon, size, pad, colours)
    return picture


def _draw_text(
    pen: ImageDraw.ImageDraw,
    text: str,
    size: int,
    colour: str,
) -> None:
    alphabet = WIDE if size >= _WIDE_FROM else NARROW
    if len(dots_of(text, alphabet)[0]) > size:
        alphabet = NARROW
    dots, longest = dots_of(text, alphabet), dots_of(_LONGEST, alphabet)
    width = max(len(dots[0]), len(longest[0]))
    scale = max(1, min(size // width, size * 6 // 10 // len(dots)))
    left = (size - len(dots[0]) * scale) // 2
    top = (size * 7 // 10 - len(dots) * scale) // 2 + 1
    for y, row in enumerate(dots):
        for x, is_set in enumerate(row):
            if is_set:
                corner = (left + x * scale, top + y * scale)
                end = (corner[0] + scale - 1, corner[1] + scale - 1)
                pen.rectangle((corner, end), fill=colour)


def _draw_bar(
    pen: ImageDraw.ImageDraw,
    icon: Icon,
    size: int,
    pad: int,
    colours: Colours,
) -> None:
    thick = max(3, size // 7)
    top = size - pad - thick - 1
    left, right = 2 * pad, size - 1 - 2 * pad
    bottom = top + thick - 1
    pen.rectangle((left, top, right, bottom), fill=colours.text + "48")
    reach = round((right - left + 1) * min(1.0, max(0.0, icon.gone)))
    if reach:
        end = (left, top, left + reach - 1, bottom)
        pen.rectangle(end, fill=_tinted(colours.bar, icon))


def _tinted(colour: str, icon: Icon) -> str:
    return f"{colour}{_DIM:02x}" if icon.is_dim else colour
