from __future__ import annotations

from PIL import Image

from claude_tray.ui.graphics.canvas import Canvas, Rect


def test_points_are_scaled_to_pixels() -> None:
    canvas = Canvas(100, 50, 1.5, "#000000")

    assert canvas.picture.size == (150, 75)
    assert canvas.to_pixels(Rect(10, 4, 20, 6)) == (15, 6, 45, 15)


def test_right_to_left_coordinates_are_mirrored() -> None:
    canvas = Canvas(100, 50, 1, "#000000", is_rtl=True)

    assert canvas.to_pixels(Rect(10, 4, 20, 6)) == (70, 4, 90, 10)
    assert canvas.mirror_x(10) == 90


def test_a_picture_is_pasted_at_the_start() -> None:
    stamp = Image.new("RGBA", (4, 4), "#ffffffff")
    for is_rtl, x in ((False, 2), (True, 94)):
        canvas = Canvas(100, 10, 1, "#000000", is_rtl=is_rtl)

        canvas.paste(stamp, (2, 3))

        assert canvas.picture.getbbox() == (x, 3, x + 4, 7)


def test_a_rect_contains_its_points() -> None:
    box = Rect(10, 10, 20, 20)

    assert box.contains(10, 29.9)
    assert not box.contains(30, 10)
    assert box.expand(2) == Rect(8, 8, 24, 24)
    assert (box.right, box.bottom, box.center_x) == (30, 30, 20)
