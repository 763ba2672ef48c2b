from __future__ import annotations

import pytest
from PIL import Image

from claude_tray.ui.graphics import pictograms
from claude_tray.ui.graphics.canvas import Canvas
from claude_tray.ui.graphics.pictograms import draw_pictogram


@pytest.mark.parametrize("name", sorted(pictograms.PICTOGRAMS))
@pytest.mark.parametrize("scale", [1, 1.25, 2, 3])
def test_a_pictogram_stays_within_its_box(name: str, scale: float) -> None:
    canvas = Canvas(32, 32, scale, "#000000")

    draw_pictogram(canvas, name, (8, 8), 16, "#ffffff")

    left, top, right, bottom = canvas.picture.getbbox() or (0, 0, 0, 0)
    assert left >= 8 * scale - 1
    assert top >= 8 * scale - 1
    assert right <= 24 * scale + 1
    assert bottom <= 24 * scale + 1


def test_directional_pictograms_are_mirrored() -> None:
    ahead, back = (
        Canvas(16, 16, 4, "#000000", is_rtl=is_rtl) for is_rtl in (False, True)
    )

    for canvas in (ahead, back):
        draw_pictogram(canvas, "next", (0, 0), 16, "#ffffff")

    flipped = back.picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert flipped.tobytes() == ahead.picture.tobytes()
