from __future__ import annotations

import pytest
from PIL import Image, features

from claude_tray.ui.graphics.canvas import (
    Canvas,
    Rect,
    TextStyle,
    draw_text,
    measure_width,
    truncate_text,
    wrap_text,
)


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


STYLE = TextStyle("#ffffff", 12)


def _make_canvas(*, is_rtl: bool = False, scale: float = 1) -> Canvas:
    return Canvas(200, 30, scale, "#000000", is_rtl=is_rtl)


def test_the_measured_width_matches_the_drawn_one() -> None:
    canvas = _make_canvas(scale=2)

    width = draw_text(canvas, (10, 20), "until 15:00", STYLE)

    left, _, right, _ = canvas.picture.getbbox() or (0, 0, 0, 0)
    assert abs((right - left) / 2 - width) < 3
    assert width == measure_width(canvas, "until 15:00", STYLE)


def test_text_is_anchored_at_start_middle_or_end() -> None:
    edges = {}
    for anchor in ("start", "middle", "end"):
        canvas = _make_canvas()
        draw_text(canvas, (100, 20), "HHHH", STYLE, anchor)
        edges[anchor] = canvas.picture.getbbox() or (0, 0, 0, 0)

    assert 99 <= edges["start"][0] <= 103
    assert 97 <= edges["end"][2] <= 101
    assert abs(sum(edges["middle"][::2]) / 2 - 100) <= 1.5


def test_text_is_mirrored() -> None:
    canvas = _make_canvas(is_rtl=True)

    draw_text(canvas, (10, 20), "HHHH", STYLE)

    _, _, right, _ = canvas.picture.getbbox() or (0, 0, 0, 0)
    assert 187 <= right <= 191


def test_no_text_draws_nothing() -> None:
    canvas = _make_canvas()

    assert draw_text(canvas, (10, 20), "", STYLE) == 0
    assert canvas.picture.getbbox() is None


@pytest.mark.skipif(
    not features.check("raqm"),
    reason="lacks libfribidi, without which text is laid out simply",
)
def test_numbers_that_end_at_a_place_form_a_column() -> None:
    lefts = set()
    for number in ("111", "888"):
        canvas = _make_canvas(scale=2)
        style = STYLE._replace(size=18)
        width = draw_text(canvas, (150, 20), number, style, "end")
        lefts.add(round(width, 1))

    assert len(lefts) == 1


def test_truncated_text_ends_in_an_ellipsis() -> None:
    canvas = _make_canvas()

    text = truncate_text(canvas, "thesis-überarbeitung-2026-final", STYLE, 90)

    assert text.endswith("…")
    assert measure_width(canvas, text, STYLE) <= 90
    assert truncate_text(canvas, "short", STYLE, 90) == "short"


def test_wrapping_loses_no_word() -> None:
    canvas = _make_canvas()
    text = "Bei diesem Tempo kommt das Limit um 13:01, viel zu früh."

    lines = wrap_text(canvas, text, STYLE, 120)

    assert " ".join(lines) == text
    assert len(lines) > 2
    assert all(measure_width(canvas, line, STYLE) <= 120 for line in lines)


def test_overlong_words_are_broken() -> None:
    canvas = _make_canvas()

    lines = wrap_text(canvas, "at /home/ada/" + "x" * 60, STYLE, 100)

    assert "".join(lines).replace(" ", "") == "at/home/ada/" + "x" * 60
    assert all(measure_width(canvas, line, STYLE) <= 100 for line in lines)
