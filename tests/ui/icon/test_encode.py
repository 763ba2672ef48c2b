from __future__ import annotations

import io

import pytest
from PIL import Image

from claude_tray.ui.icon.encode import encode_ico, encode_png, flatten_on_tile
from claude_tray.ui.icon.model import IconModel
from claude_tray.ui.icon.render import draw_icon


@pytest.mark.parametrize("size", [16, 20, 28, 40])
def test_an_ico_has_just_the_size_that_windows_asks_for(size: int) -> None:
    picture = draw_icon(IconModel(167, 0.4), size)

    with Image.open(io.BytesIO(encode_ico(picture))) as again:
        assert again.info["sizes"] == {(size, size)}
        assert again.convert("RGBA").tobytes() == picture.tobytes()


def test_a_png_keeps_every_pixel() -> None:
    picture = draw_icon(IconModel(167, 0.4), 44)

    with Image.open(io.BytesIO(encode_png(picture))) as again:
        assert again.tobytes() == picture.tobytes()


def test_where_nothing_is_clear_the_icon_stands_on_a_tile() -> None:
    grounded = flatten_on_tile(
        draw_icon(IconModel(167, panel="dark"), 22), 32, 24
    )

    assert (grounded.size, grounded.mode) == ((32, 24), "RGB")
    assert grounded.getpixel((0, 0)) == (0x2B, 0x29, 0x27)
