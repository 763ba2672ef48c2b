from __future__ import annotations

from claude_tray.ui.graphics.canvas import Canvas
from claude_tray.ui.graphics.strokes import Stroke, draw_line

BLACK, WHITE = "#000000", "#ffffff"


def _count_lit_pixels(canvas: Canvas) -> int:
    return sum(canvas.picture.convert("L").histogram()[128:])


def test_a_line_passes_through_its_points() -> None:
    for scale in (1, 2, 3):
        canvas = Canvas(40, 20, scale, BLACK)

        draw_line(canvas, [(5, 10), (35, 10)], Stroke(WHITE, 2))

        white = (255, 255, 255)
        assert canvas.picture.getpixel((20 * scale, 10 * scale)) == white
        assert canvas.picture.getpixel((20 * scale, 5 * scale)) == (0, 0, 0)


def test_dashes_leave_gaps() -> None:
    solid, dashed = (Canvas(100, 20, 1, BLACK) for _ in range(2))
    points = [(0.0, 10.0), (50.0, 10.0), (100.0, 10.0)]

    draw_line(solid, points, Stroke(WHITE, 2))
    draw_line(dashed, points, Stroke(WHITE, 2, dash=(6, 4)))

    assert 0.5 < _count_lit_pixels(dashed) / _count_lit_pixels(solid) < 0.7


def test_a_translucent_line_shows_the_background() -> None:
    canvas = Canvas(40, 20, 1, BLACK)

    draw_line(canvas, [(5, 10), (35, 10)], Stroke(WHITE, 2, 0.5))

    assert canvas.picture.getpixel((20, 10)) == (127, 127, 127)


def test_a_line_is_mirrored() -> None:
    canvas = Canvas(40, 20, 1, BLACK, is_rtl=True)

    draw_line(canvas, [(0, 10), (10, 10)], Stroke(WHITE, 2))

    assert canvas.picture.getpixel((35, 10)) == (255, 255, 255)
    assert canvas.picture.getpixel((5, 10)) == (0, 0, 0)
