from __future__ import annotations

from PIL import Image

from claude_tray.ui.graphics.canvas import Canvas, Rect
from claude_tray.ui.graphics.shapes import (
    Edge,
    Tick,
    draw_bar,
    draw_box,
    draw_dot,
    draw_stacked_bar,
    encode_rounded,
)

BLACK, WHITE, RED = "#000000", "#ffffff", "#ff0000"


def test_a_box_fills_exactly_its_pixels() -> None:
    canvas = Canvas(20, 20, 1, BLACK)

    draw_box(canvas, Rect(3, 4, 5, 6), WHITE)

    assert canvas.picture.getbbox() == (3, 4, 8, 10)


def test_boxes_thinner_than_a_pixel_are_left_out() -> None:
    canvas = Canvas(20, 20, 1, BLACK)

    draw_box(canvas, Rect(3.2, 4, 0.2, 6), WHITE)
    draw_box(canvas, Rect(3, 4, 2, 2), BLACK, 0, Edge(BLACK, 1))

    assert canvas.picture.getbbox() is None


def test_rounded_corners_are_smooth_and_symmetric() -> None:
    canvas = Canvas(20, 20, 1, BLACK)

    draw_box(canvas, Rect(0, 0, 20, 20), WHITE, 6)

    corners = {
        canvas.picture.getpixel(at)
        for at in ((1, 1), (18, 1), (1, 18), (18, 18))
    }
    assert len(corners) == 1
    assert corners.isdisjoint({(0, 0, 0), (255, 255, 255)})


def test_an_edge_surrounds_its_box() -> None:
    canvas = Canvas(20, 20, 1, BLACK)

    draw_box(canvas, Rect(2, 2, 10, 10), BLACK, 3, Edge(RED, 2))

    assert canvas.picture.getpixel((3, 7)) == (255, 0, 0)
    assert canvas.picture.getpixel((4, 7)) == (0, 0, 0)


def test_a_bar_is_filled_from_the_start() -> None:
    for is_rtl, end in ((False, 5), (True, 15)):
        canvas = Canvas(20, 4, 1, BLACK, is_rtl=is_rtl)

        draw_bar(canvas, Rect(0, 0, 20, 4), (0.5, WHITE), RED)

        assert canvas.picture.getpixel((end, 2)) == (255, 255, 255)
        assert canvas.picture.getpixel((19 - end, 2)) == (255, 0, 0)


def test_a_bar_is_limited_to_its_full_width() -> None:
    canvas = Canvas(20, 4, 1, BLACK)

    draw_bar(canvas, Rect(0, 0, 20, 4), (1.7, WHITE), RED, Tick(2, RED, BLACK))

    assert canvas.picture.getpixel((10, 2)) == (255, 255, 255)


def test_parts_of_a_stacked_bar_have_seams() -> None:
    canvas = Canvas(40, 4, 1, BLACK)

    draw_stacked_bar(
        canvas, Rect(0, 0, 40, 4), [(0.5, WHITE), (0.5, RED)], BLACK
    )

    row = [canvas.picture.getpixel((x, 2)) for x in (16, 18, 20)]
    assert row == [(255, 255, 255), (0, 0, 0), (255, 0, 0)]


def test_a_dot_has_a_ring() -> None:
    canvas = Canvas(20, 20, 1, BLACK)

    draw_dot(canvas, (10, 10), 3, WHITE, RED)

    assert canvas.picture.getpixel((10, 10)) == (255, 255, 255)
    assert canvas.picture.getpixel((14, 10)) == (255, 0, 0)


def test_a_rounded_picture_is_encoded_for_x11() -> None:
    picture = Image.new("RGB", (30, 20), "#804020")

    data = encode_rounded(picture, 8)

    pixels = [tuple(data[i : i + 4]) for i in range(0, len(data), 4)]
    assert len(pixels) == 600
    # Blue, green, red, opacity.
    assert pixels[10 * 30 + 15] == (0x20, 0x40, 0x80, 255)
    for x, y in ((0, 0), (29, 0), (0, 19), (29, 19)):
        assert pixels[y * 30 + x] == (0, 0, 0, 0)
    # Colors are multiplied: none is above the opacity.
    partial = [p for p in pixels if 0 < p[3] < 255]
    assert partial
    assert all(abs(p[2] - 0x80 * p[3] / 255) <= 1 for p in partial)
