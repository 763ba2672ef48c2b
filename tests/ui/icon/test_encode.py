from __future__ import annotations

import io

import pytest
from PIL import Image

from claude_tray.ui.icon.encode import (
    encode_ico,
    encode_png,
    encode_window_icons,
    flatten_on_tile,
)
from claude_tray.ui.icon.model import IconModel
from claude_tray.ui.icon.render import draw_icon


@pytest.mark.parametrize("size", [16, 20, 28, 40])
def test_ico_has_a_single_size(size: int) -> None:
    picture = draw_icon(IconModel(167, 0.4), size)

    with Image.open(io.BytesIO(encode_ico(picture))) as decoded:
        assert decoded.info["sizes"] == {(size, size)}
        assert decoded.convert("RGBA").tobytes() == picture.tobytes()


def test_png_is_lossless() -> None:
    picture = draw_icon(IconModel(167, 0.4), 44)

    with Image.open(io.BytesIO(encode_png(picture))) as decoded:
        assert decoded.tobytes() == picture.tobytes()


def test_flattened_icon_has_the_color_of_the_tile() -> None:
    flattened = flatten_on_tile(
        draw_icon(IconModel(167, panel="dark"), 22), 32, 24
    )

    assert (flattened.size, flattened.mode) == ((32, 24), "RGB")
    assert flattened.getpixel((0, 0)) == (0x2B, 0x29, 0x27)


def test_window_icons_are_numbers_of_32_bits() -> None:
    pictures = [
        Image.new("RGBA", size, "#11223344") for size in ((2, 1), (1, 3))
    ]

    values = encode_window_icons(map(encode_png, pictures))

    pixel = 0x44112233
    assert values == [2, 1, pixel, pixel, 1, 3, pixel, pixel, pixel]
