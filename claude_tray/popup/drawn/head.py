"""The answer at the top of the popup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.drawing.canvas import Rect
from claude_tray.drawing.lettering import Ink, wrapped
from claude_tray.drawing.palette import Palette, tinted
from claude_tray.drawing.shapes import bar, dot
from claude_tray.popup.view import State

if TYPE_CHECKING:
    from claude_tray.popup.drawn.sheet import Sheet
    from claude_tray.popup.view import Headline

_SIZES: Final = (36, 32, 28, 24, 20)
# So many of them are large enough to have something beside them.
_BESIDE: Final = 3
_BELOW: Final = 20.0
_LINE: Final = 16.5
# What is between the edges of the popup.
ROOM: Final = 364.0
_SIGNS: Final = {
    State.OK: "check",
    State.WARNING: "warn",
    State.CRITICAL: "warn",
    State.LIMIT: "pause",
    State.ERROR: "warn",
    State.STALE: "clock",
}
_LOUD: Final = frozenset({State.CRITICAL, State.LIMIT, State.ERROR})


def sentence_lines(sheet: Sheet, head: Headline, room: float) -> list[str]:
    """Return the sentence as it is wrapped."""
    return wrapped(
        sheet.canvas, head.sentence, _sentence_ink(sheet, head), room
    )


def height_of(sheet: Sheet, lines: list[str], head: Headline) -> float:
    """Return how high the head is."""
    progress = 14 if head.progress is not None else 0
    _, is_below = _size(sheet, head, ROOM)
    below = _BELOW if is_below else 0
    return 80.0 + below + _LINE * len(lines) + progress


def draw_head(sheet: Sheet, head: Headline, at: Rect) -> None:
    palette = sheet.palette
    soft, faint = Ink(palette.soft, 12, "medium"), Ink(palette.faint, 12)
    sheet.write((at.x, at.y + 25), head.title, soft)
    sheet.write((at.end, at.y + 25), head.corner, faint, "end")
    _draw_pill(sheet, head, at.end, at.y + 43)
    is_below = _countdown(sheet, head, at)
    y = at.y + 86 + (_BELOW if is_below else 0)
    for line in sentence_lines(sheet, head, at.width):
        sheet.write((at.x, y), line, _sentence_ink(sheet, head))
        y += _LINE
    if head.progress is not None:
        track = Rect(at.x, y - 6, at.width, 5)
        filled = (head.progress, palette.accent)
        bar(sheet.canvas, track, filled, palette.track)


def _countdown(sheet: Sheet, head: Headline, at: Rect) -> bool:
    """Draw the countdown; tell whether "until" went below it."""
    palette = sheet.palette
    is_quiet = head.state in (State.IDLE, State.READING)
    colour = palette.faint if is_quiet else palette.text
    size, is_below = _size(sheet, head, at.width)
    large = Ink(colour, size, "bold")
    width = sheet.write((at.x, at.y + 63), head.large, large)
    place = (at.x + width + 8, at.y + 63)
    if is_below:
        place = (at.x, at.y + 84)
    if head.beside:
        sheet.write(place, head.beside, Ink(palette.soft, 14))
    return is_below


def _size(sheet: Sheet, head: Headline, room: float) -> tuple[float, bool]:
    """Return the countdown's size, and whether "until" goes below it."""
    alone = room - _pill_width(sheet, head) - 12
    beside = alone - 8 - sheet.width(head.beside, Ink("", 14))
    widths = [
        (size, sheet.width(head.large, Ink("", size, "bold")))
        for size in _SIZES
    ]
    for size, width in widths[:_BESIDE]:
        if width <= beside:
            return size, False
    fitting = [size for size, width in widths if width <= alone]
    return fitting[0] if fitting else _SIZES[-1], True


def _pill_width(sheet: Sheet, head: Headline) -> float:
    return sheet.width(head.pill, Ink("", 12, "semibold")) + 34


def _draw_pill(sheet: Sheet, head: Headline, end: float, y: float) -> None:
    """Draw the verdict as a sign and a word."""
    palette = sheet.palette
    colour = colour_of(head.state, palette)
    is_loud = head.state in _LOUD
    text, below = tinted(palette, colour)
    if is_loud:
        text, below = palette.on, palette.fill
    ink = Ink(text, 12, "semibold")
    width = _pill_width(sheet, head)
    x = end - width
    sheet.box(Rect(x, y, width, 23), below, 11.5)
    sign = _SIGNS.get(head.state)
    if sign:
        sheet.sign(sign, (x + 10, y + 5.5), 12, ink.colour)
    else:
        dot(sheet.canvas, (x + 16, y + 11.5), 3, ink.colour)
    sheet.write((x + 25, y + 15.8), head.pill, ink)


def colour_of(state: State, palette: Palette) -> str:
    """Return the colour that tells a state, beside its sign."""
    if state is State.OK:
        return palette.ok
    if state in (State.WARNING, State.STALE):
        return palette.warning
    if state in _LOUD:
        return palette.critical
    return palette.soft


def _sentence_ink(sheet: Sheet, head: Headline) -> Ink:
    palette = sheet.palette
    is_loud = head.state in _LOUD
    return Ink(palette.critical if is_loud else palette.soft, 12.5)
