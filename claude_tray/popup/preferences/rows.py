"""The rows of a page: a label, what it means, and something to press."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.drawing.lettering import Ink, wrapped
from claude_tray.popup.preferences.controls import (
    draw_buttons,
    draw_choice,
    draw_pictures,
    draw_stepper,
    draw_switch,
    width_of_choice,
    width_of_stepper,
)
from claude_tray.popup.preferences.form import (
    Buttons,
    Choice,
    Info,
    Pictures,
    Row,
    Stepper,
    Switch,
)

if TYPE_CHECKING:
    from claude_tray.drawing.canvas import Rect
    from claude_tray.popup.drawn.sheet import Sheet

_PICTURES: Final = 100.0
_BUTTONS: Final = 52.0
_GAP: Final = 16.0
_LABEL: Final = 17.0
_HINT: Final = 15.0
_AROUND: Final = 23.0
_TALL: Final = 46.0
_LOW: Final = 40.0
_SWITCH: Final = 38.0


def height_of(sheet: Sheet, row: Row, room: float) -> float:
    """Return how high a row is; its texts are wrapped."""
    if isinstance(row, Pictures):
        return _PICTURES
    if isinstance(row, Buttons):
        return _BUTTONS
    if isinstance(row, Info):
        lines = _info_lines(sheet, row, room)
        return _AROUND + _LABEL * max(1, len(lines))
    labels, hints = _texts(sheet, row, room)
    text = _AROUND + _LABEL * len(labels) + _HINT * len(hints)
    return max(_LOW if isinstance(row, Switch) else _TALL, text)


def draw_row(sheet: Sheet, row: Row, at: Rect) -> None:
    if isinstance(row, Pictures):
        draw_pictures(sheet, row, at)
    elif isinstance(row, Buttons):
        draw_buttons(sheet, row, at)
    elif isinstance(row, Info):
        _draw_info(sheet, row, at)
    else:
        _draw_labels(sheet, row, at)
        if isinstance(row, Switch):
            draw_switch(sheet, row, at)
        elif isinstance(row, Choice):
            draw_choice(sheet, row, at)
        else:
            draw_stepper(sheet, row, at)


def _draw_labels(
    sheet: Sheet, row: Switch | Choice | Stepper, at: Rect
) -> None:
    palette = sheet.palette
    labels, hints = _texts(sheet, row, at.width)
    high = _LABEL * len(labels) + _HINT * len(hints)
    y = at.y + (at.height - high) / 2 + 13
    for line in labels:
        sheet.write((at.x, y), line, Ink(palette.text, 13))
        y += _LABEL
    for line in hints:
        sheet.write((at.x, y - 1), line, Ink(palette.faint, 11.5))
        y += _HINT


def _texts(
    sheet: Sheet,
    row: Switch | Choice | Stepper,
    room: float,
) -> tuple[list[str], list[str]]:
    """Return label and hint in lines beside what is pressed."""
    rest = max(90.0, room - _control(sheet, row) - _GAP)
    labels = wrapped(sheet.canvas, row.label, Ink("", 13), rest)
    if not row.hint:
        return labels, []
    return labels, wrapped(sheet.canvas, row.hint, Ink("", 11.5), rest)


def _control(sheet: Sheet, row: Switch | Choice | Stepper) -> float:
    if isinstance(row, Switch):
        return _SWITCH
    if isinstance(row, Choice):
        return width_of_choice(sheet, row)
    return width_of_stepper(sheet, row)


def _info_lines(sheet: Sheet, row: Info, room: float) -> list[str]:
    rest = room - sheet.width(row.label, Ink("", 13)) - _GAP
    return wrapped(sheet.canvas, row.value, Ink("", 12.5), max(90.0, rest))


def _draw_info(sheet: Sheet, row: Info, at: Rect) -> None:
    palette = sheet.palette
    colours = {"ok": palette.ok, "critical": palette.critical}
    ink = Ink(colours.get(row.state, palette.soft), 12.5)
    lines = _info_lines(sheet, row, at.width)
    y = at.y + (at.height - _LABEL * len(lines)) / 2 + 13
    sheet.write((at.x, y), row.label, Ink(palette.text, 13))
    for line in lines:
        sheet.write((at.end, y), line, ink, "end")
        y += _LABEL
