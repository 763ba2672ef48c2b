from __future__ import annotations

from claude_tray.drawing.canvas import Canvas
from claude_tray.drawing.lettering import Ink, fitted, width_of, wrapped, write

INK = Ink("#ffffff", 12)


def _canvas(*, is_rtl: bool = False, scale: float = 1) -> Canvas:
    return Canvas(200, 30, scale, "#000000", is_rtl=is_rtl)


def test_a_text_is_as_wide_as_it_says() -> None:
    canvas = _canvas(scale=2)

    width = write(canvas, (10, 20), "until 15:00", INK)

    left, _, right, _ = canvas.picture.getbbox() or (0, 0, 0, 0)
    assert abs((right - left) / 2 - width) < 3
    assert width == width_of(canvas, "until 15:00", INK)


def test_a_text_starts_ends_or_is_centred_where_it_is_told() -> None:
    edges = {}
    for anchor in ("start", "middle", "end"):
        canvas = _canvas()
        write(canvas, (100, 20), "HHHH", INK, anchor)
        edges[anchor] = canvas.picture.getbbox() or (0, 0, 0, 0)

    assert 99 <= edges["start"][0] <= 103
    assert 97 <= edges["end"][2] <= 101
    assert abs(sum(edges["middle"][::2]) / 2 - 100) <= 1.5


def test_where_lines_start_at_the_right_so_does_a_text() -> None:
    canvas = _canvas(is_rtl=True)

    write(canvas, (10, 20), "HHHH", INK)

    _, _, right, _ = canvas.picture.getbbox() or (0, 0, 0, 0)
    assert 187 <= right <= 191


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    canvas = _canvas()

    text = fitted(canvas, "thesis-überarbeitung-2026-final", INK, 90)

    assert text.endswith("…")
    assert width_of(canvas, text, INK) <= 90
    assert fitted(canvas, "short", INK, 90) == "short"


def test_sentences_are_wrapped_and_no_word_is_lost() -> None:
    canvas = _canvas()
    text = "Bei diesem Tempo kommt das Limit um 13:01, viel zu früh."

    lines = wrapped(canvas, text, INK, 120)

    assert " ".join(lines) == text
    assert len(lines) > 2
    assert all(width_of(canvas, line, INK) <= 120 for line in lines)


def test_a_word_that_is_too_long_is_broken() -> None:
    canvas = _canvas()

    lines = wrapped(canvas, "at /home/ada/" + "x" * 60, INK, 100)

    assert "".join(lines).replace(" ", "") == "at/home/ada/" + "x" * 60
    assert all(width_of(canvas, line, INK) <= 100 for line in lines)
