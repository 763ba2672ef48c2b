"""Measure, truncate, wrap and draw text."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from claude_tray.ui.graphics.fonts import TextRun, split_runs

if TYPE_CHECKING:
    from claude_tray.ui.graphics.canvas import Canvas


TextAnchor = Literal["start", "middle", "end"]

# In pixels; FreeType renders nothing legible below.
_MIN_FONT_SIZE: Final = 6
_ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"


class TextStyle(NamedTuple):
    """
    Style of text.

    Attributes:
        color: "#rrggbb".
        size: In points.
        weight: regular, medium, semibold or bold.
    """

    color: str
    size: float = 12
    weight: str = "regular"


def measure_width(canvas: Canvas, text: str, style: TextStyle) -> float:
    """Return the width of text in points."""
    return (
        _measure_length(text, style.weight, _compute_pixel_size(canvas, style))
        / canvas.scale
    )


def draw_text(
    canvas: Canvas,
    at: tuple[float, float],
    text: str,
    style: TextStyle,
    anchor: TextAnchor = "start",
) -> float:
    """Draw text with its baseline at `at`; return its width in points."""
    pixels = _compute_pixel_size(canvas, style)
    length = _measure_length(text, style.weight, pixels)
    offset = {"start": 0.0, "middle": length / 2, "end": length}[anchor]
    if canvas.is_rtl:
        offset = length - offset
    x = canvas.mirror_x(at[0]) * canvas.scale - offset
    y = round(at[1] * canvas.scale)
    for run in _order_runs(split_runs(text, style.weight, pixels), canvas):
        canvas.pen.text(
            (round(x), y),
            run.text,
            fill=style.color,
            font=run.font,
            anchor="ls",
            direction=run.direction,
            features=list(run.features) if run.features else None,
        )
        x += run.width
    return length / canvas.scale


def truncate_text(
    canvas: Canvas, text: str, style: TextStyle, max_width: float
) -> str:
    """Shorten text to a width, with an ellipsis if it was cut."""
    if measure_width(canvas, text, style) <= max_width:
        return text
    shorter = text
    while (
        shorter
        and measure_width(canvas, shorter + _ELLIPSIS, style) > max_width
    ):
        shorter = shorter[:-1]
    return shorter.rstrip() + _ELLIPSIS


def wrap_text(
    canvas: Canvas, text: str, style: TextStyle, max_width: float
) -> list[str]:
    """Wrap text into lines; words longer than a line break anywhere."""
    lines = [""]
    for word in _split_words(text):
        joined = lines[-1] + word
        if measure_width(canvas, joined.rstrip(), style) <= max_width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        lines[-1] = word.lstrip()
        while measure_width(canvas, lines[-1].rstrip(), style) > max_width:
            fit_count = _count_fitting_chars(
                canvas, lines[-1], style, max_width
            )
            lines[-1:] = [lines[-1][:fit_count], lines[-1][fit_count:]]
    return [line.strip() for line in lines]


def _count_fitting_chars(
    canvas: Canvas, text: str, style: TextStyle, max_width: float
) -> int:
    """Return how many characters of an overlong word fit."""
    count = 1
    while measure_width(canvas, text[: count + 1], style) <= max_width:
        count += 1
    return count


def _split_words(text: str) -> list[str]:
    """Split text into words that keep the space before them."""
    words: list[str] = []
    for number, word in enumerate(text.split(" ")):
        words.append(f" {word}" if number else word)
    return words


def _compute_pixel_size(canvas: Canvas, style: TextStyle) -> int:
    return max(_MIN_FONT_SIZE, round(style.size * canvas.scale))


@lru_cache(maxsize=2048)
def _measure_length(text: str, weight: str, pixels: int) -> float:
    return sum(run.width for run in split_runs(text, weight, pixels))


def _order_runs(
    text_runs: tuple[TextRun, ...], canvas: Canvas
) -> tuple[TextRun, ...]:
    """Return runs in drawing order, from left to right."""
    is_reversed = canvas.is_rtl and any(run.direction for run in text_runs)
    return text_runs[::-1] if is_reversed else text_runs
