from __future__ import annotations

from PIL import Image

from claude_tray.ui.graphics.backdrop import add_backdrop
from claude_tray.ui.graphics.palette import DARK, LIGHT


def test_the_picture_is_centered_on_its_backdrop() -> None:
    for palette in (DARK, LIGHT):
        white = Image.new("RGB", (40, 20), "#ffffff")

        combined = add_backdrop(white, palette, 2)

        assert combined.size == (40 + 192, 20 + 192)
        assert combined.getpixel((116, 106)) == (255, 255, 255)
        assert combined.getpixel((0, 0)) != combined.getpixel((0, 211))
