"""Icons as files, for systems that take no pixels."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Picture


def ico_of(picture: Picture) -> bytes:
    """Return an .ico with this one picture, as it is."""
    file = io.BytesIO()
    picture.save(file, format="ICO", sizes=[picture.size], bitmap_format="bmp")
    return file.getvalue()


def png_of(picture: Picture) -> bytes:
    """Return a picture as a .png."""
    file = io.BytesIO()
    picture.save(file, "png")
    return file.getvalue()
