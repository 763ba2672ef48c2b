from __future__ import annotations

from PIL import Image

from claude_tray.drawing.ground import on_ground
from claude_tray.drawing.palette import DARK, LIGHT


def test_a_picture_lies_in_the_middle_of_its_ground() -> None:
    for palette in (DARK, LIGHT):
        white = Image.new("RGB", (40, 20), "#ffffff")

        whole = on_ground(white, palette, 2)

        assert whole.size == (40 + 192, 20 + 192)
        assert whole.getpixel((116, 106)) == (255, 255, 255)
        assert whole.getpixel((0, 0)) != whole.getpixel((0, 211))
