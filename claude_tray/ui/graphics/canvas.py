"""
Map points to pixels at any scale, mirrored for right-to-left text.

Coordinates are in points from the start of a line, which is the right edge in
right-to-left languages.
"""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image, ImageDraw

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
    """

    def __init__(
        self,
        width: float,
        height: float,
        scale: float,
        background: str,
        *,
        is_rtl: bool = False,
    ) -> None:
        self.width = width
        self.height = height
        self.scale = scale
        self.is_rtl = is_rtl
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
