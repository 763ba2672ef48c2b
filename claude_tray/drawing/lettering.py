"""Texts: measured, cut to the room there is, wrapped, drawn."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from claude_tray.drawing.fonts import Run, runs

if TYPE_CHECKING:
    from claude_tray.drawing.canvas import Canvas

Anchor = Literal["start", "middle", "end"]

_SMALLEST: Final = 6
_ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"


class Ink(NamedTuple):
    """
    How a text looks.

    Attributes:
        colour: "#rrggbb".
        size: In points.
        weight: regular, medium, semibold or bold.
    """

    colour: str
    size: float = 12
    weight: str = "regular"


def width_of(canvas: Canvas, text: str, ink: Ink) -> float:
    """Return how wide a text is, in points."""
    return _length(text, ink.weight, _pixels(canvas, ink)) / canvas.scale


def write(
    canvas: Canvas,
    at: tuple[float, float],
    text: str,
    ink: Ink,
    anchor: Anchor = "start",
) -> float:
    """Write a text, its baseline at `at`; return its width in points."""
    pixels = _pixels(canvas, ink)
    length = _length(text, ink.weight, pixels)
    back = {"start": 0.0, "middle": length / 2, "end": length}[anchor]
    if canvas.is_rtl:
        back = length - back
    x = canvas.x(at[0]) * canvas.scale - back
    y = round(at[1] * canvas.scale)
    for run in _in_order(runs(text, ink.weight, pixels), canvas):
        canvas.pen.text(
            (round(x), y),
            run.text,
            fill=ink.colour,
            font=run.font,
            anchor="ls",
            direction=run.direction,
            features=list(run.features) if run.features else None,
        )
        x += run.length
    return length / canvas.scale


def fitted(canvas: Canvas, text: str, ink: Ink, room: float) -> str:
    """Return what of a text fits; one that is cut ends in an ellipsis."""
    if width_of(canvas, text, ink) <= room:
        return text
    shorter = text
    while shorter and width_of(canvas, shorter + _ELLIPSIS, ink) > room:
        shorter = shorter[:-1]
    return shorter.rstrip() + _ELLIPSIS


def wrapped(canvas: Canvas, text: str, ink: Ink, room: float) -> list[str]:
    """Return a text in lines; languages without spaces wrap anywhere."""
    lines = [""]
    for word in _words(text):
        joined = lines[-1] + word
        if width_of(canvas, joined.rstrip(), ink) <= room:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        lines[-1] = word.lstrip()
        while width_of(canvas, lines[-1].rstrip(), ink) > room:
            fits = _fits(canvas, lines[-1], ink, room)
            lines[-1:] = [lines[-1][:fits], lines[-1][fits:]]
    return [line.strip() for line in lines]


def _fits(canvas: Canvas, text: str, ink: Ink, room: float) -> int:
    """Return how many letters of a word that is too long fit."""
    count = 1
    while width_of(canvas, text[: count + 1], ink) <= room:
        count += 1
    return count


def _words(text: str) -> list[str]:
    """Return words with the spaces before them."""
    words: list[str] = []
    for number, word in enumerate(text.split(" ")):
        words.append(f" {word}" if number else word)
    return words


def _pixels(canvas: Canvas, ink: Ink) -> int:
    return max(_SMALLEST, round(ink.size * canvas.scale))


@lru_cache(maxsize=2048)
def _length(text: str, weight: str, pixels: int) -> float:
    return sum(run.length for run in runs(text, weight, pixels))


def _in_order(found: tuple[Run, ...], canvas: Canvas) -> tuple[Run, ...]:
    """Return runs from left to right, as they are drawn."""
    is_turned = canvas.is_rtl and any(run.direction for run in found)
    return found[::-1] if is_turned else found
