"""An icon where there is no transparency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from claude_tray.drawing.icon_colours import TILE

if TYPE_CHECKING:
    from PIL.Image import Image as Picture


def on_ground(picture: Picture, width: int, height: int) -> Picture:
    """Return an icon in the middle of an opaque box, on a tile's colour."""
    ground = Image.new("RGB", (width, height), TILE)
    corner = (width - picture.width) // 2, (height - picture.height) // 2
    ground.paste(picture, corner, picture)
    return ground
