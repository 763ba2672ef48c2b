"""A square to draw an icon on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image, ImageChops

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_SOLID: Final = 255


class IconCanvas:
    """A picture of size by size pixels, clear at first."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.picture = Image.new("RGBA", (size, size))

    @property
    def mask(self) -> Picture:
        """What has been drawn, without its colours."""
        return self.picture.getchannel("A")

    def put(
        self,
        mask: Picture,
        colour: str,
        alpha: int = _SOLID,
        at: tuple[int, int] = (0, 0),
    ) -> None:
        """Colour what a mask shows."""
        if alpha < _SOLID:
            mask = mask.point(lambda value: value * alpha // _SOLID)
        whole = Image.new("L", self.picture.size)
        whole.paste(mask, at)
        layer = Image.new("RGBA", self.picture.size, colour)
        layer.putalpha(whole)
        self.picture.alpha_composite(layer)

    def box(
        self,
        corner: tuple[int, int],
        extent: tuple[int, int],
        colour: str,
        alpha: int = _SOLID,
    ) -> None:
        """Fill a box; one without an extent is left out."""
        if min(extent) > 0:
            mask = Image.new("L", extent, _SOLID)
            self.put(mask, colour, alpha, corner)

    def cut(self, mask: Picture) -> None:
        """Make clear what a mask shows."""
        self.picture.putalpha(ImageChops.subtract(self.mask, mask))

    def clear(self, corner: tuple[int, int], extent: tuple[int, int]) -> None:
        """Make a box clear."""
        x, y = corner
        right, bottom = x + extent[0], y + extent[1]
        self.picture.paste((0, 0, 0, 0), (x, y, right, bottom))

    def centre(self, mask: Picture, y: int | None = None) -> tuple[int, int]:
        """Return where a mask stands in the middle."""
        top = (self.size - mask.height) // 2 if y is None else y
        return (self.size - mask.width) // 2, top

    def pause(self, y: int, unit: int, colour: str) -> None:
        """Draw the mark of what waits: two bars, three units high."""
        x = (self.size - 3 * unit) // 2
        self.box((x, y), (unit, unit * 3), colour)
        self.box((x + unit * 2, y), (unit, unit * 3), colour)
