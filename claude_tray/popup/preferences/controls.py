"""What is pressed on a page: switches, choices, steppers, buttons, icons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.drawing.canvas import Rect
from claude_tray.drawing.icon import draw as draw_icon
from claude_tray.drawing.lettering import Ink
from claude_tray.drawing.palette import mixed
from claude_tray.drawing.shapes import Edge, dot

if TYPE_CHECKING:
    from claude_tray.popup.drawn.sheet import Sheet
    from claude_tray.popup.preferences.form import (
        Buttons,
        Choice,
        Pictures,
        Stepper,
        Switch,
    )

_HIGH: Final = 28.0
_PAD: Final = 22.0
_STEP: Final = 28.0
_LEAST: Final = 64.0
_ICON: Final = 24.0


def draw_switch(sheet: Sheet, row: Switch, at: Rect) -> None:
    palette = sheet.palette
    place = Rect(at.end - 38, at.y + at.height / 2 - 11, 38, 22)
    whole = Rect(at.x - 6, at.y + 3, at.width + 12, at.height - 6)
    sheet.region(row.action, whole, row.label)
    sheet.focus(row.action, place, 11, palette.card)
    if row.is_on:
        sheet.box(place, palette.ok, 11)
        knob = palette.background if palette.is_dark else palette.on
        dot(sheet.canvas, (place.x + 27, place.y + 11), 7.5, knob)
    else:
        sheet.box(place, palette.track, 11, Edge(palette.faint, 1.5))
        dot(sheet.canvas, (place.x + 11, place.y + 11), 7, palette.soft)


def width_of_choice(sheet: Sheet, row: Choice) -> float:
    return 4 + sum(_widths(sheet, row))


def _widths(sheet: Sheet, row: Choice) -> list[float]:
    ink = Ink("", 12, "semibold")
    return [sheet.width(option.label, ink) + _PAD for option in row.options]


def draw_choice(sheet: Sheet, row: Choice, at: Rect) -> None:
    palette = sheet.palette
    widths = _widths(sheet, row)
    place = Rect(
        at.end - sum(widths) - 4,
        at.y + at.height / 2 - _HIGH / 2,
        sum(widths) + 4,
        _HIGH,
    )
    sheet.box(place, palette.background, 8, Edge(palette.line))
    x = place.x + 2
    for option, wide in zip(row.options, widths, strict=True):
        part = Rect(x, place.y + 2, wide, _HIGH - 4)
        label = f"{row.label}: {option.label}"
        is_hot = sheet.region(option.action, part, label)
        sheet.focus(option.action, part, 6, palette.background)
        if option.is_chosen or is_hot:
            share = 0.14 if option.is_chosen else 0.06
            sheet.box(part, mixed(palette.card, palette.text, share), 6)
        ink = Ink(palette.soft, 12, "medium")
        if option.is_chosen:
            ink = Ink(palette.text, 12, "semibold")
        sheet.write((part.middle, place.y + 18), option.label, ink, "middle")
        x += wide


def width_of_stepper(sheet: Sheet, row: Stepper) -> float:
    text = sheet.width(row.value, Ink("", 12.5, "medium")) + 20
    return max(_LEAST, text) + 2 * _STEP


def draw_stepper(sheet: Sheet, row: Stepper, at: Rect) -> None:
    palette = sheet.palette
    wide = width_of_stepper(sheet, row)
    place = Rect(at.end - wide, at.y + at.height / 2 - 14, wide, _HIGH)
    sheet.box(place, palette.background, 8, Edge(palette.line))
    ink = Ink(palette.text, 12.5, "medium")
    sheet.write((place.middle, place.y + 18.5), row.value, ink, "middle")
    for action, sign, x in (
        (row.less, "\N{MINUS SIGN}", place.x),
        (row.more, "+", place.end - _STEP),
    ):
        part = Rect(x, place.y, _STEP, _HIGH)
        colour = palette.text if action else palette.line
        if action:
            label = f"{row.label}: {sign}"
            is_hot = sheet.region(action, part, label)
            sheet.focus(action, part.grown(-3), 6, palette.background)
            if is_hot:
                sheet.box(part.grown(-3), palette.hover, 6)
        strong = Ink(colour, 15, "medium")
        sheet.write((part.middle, place.y + 19), sign, strong, "middle")


def draw_buttons(sheet: Sheet, row: Buttons, at: Rect) -> None:
    palette = sheet.palette
    x = at.x
    for button in row.buttons:
        ink = Ink(palette.text, 12.5, "medium")
        wide = sheet.width(button.label, ink) + 26
        place = Rect(x, at.y + at.height / 2 - 14, wide, _HIGH)
        is_hot = sheet.region(button.action, place, button.label)
        sheet.focus(button.action, place, 7, palette.card)
        share = 0.14 if is_hot else 0.07
        fill = mixed(palette.card, palette.text, share)
        sheet.box(place, fill, 7, Edge(palette.line))
        base = place.y + 18.5
        sheet.write((place.middle, base), button.label, ink, "middle")
        x += wide + 8


def draw_pictures(sheet: Sheet, row: Pictures, at: Rect) -> None:
    palette = sheet.palette
    count = len(row.options)
    wide = (at.width - 8 * (count - 1)) / count
    for number, (option, icon) in enumerate(row.options):
        x = at.x + number * (wide + 8)
        place = Rect(x, at.y + 12, wide, at.height - 24)
        is_hot = sheet.region(option.action, place, option.label)
        sheet.focus(option.action, place, 9, palette.card)
        edge = Edge(palette.line)
        if option.is_chosen:
            edge = Edge(palette.ok, 2)
        fill = palette.hover if is_hot else palette.background
        sheet.box(place, fill, 9, edge)
        picture = draw_icon(icon, max(16, sheet.canvas.length(_ICON)))
        left = place.middle - _ICON / 2
        sheet.canvas.put(picture, (left, place.y + 12))
        colour = palette.text if option.is_chosen else palette.soft
        ink = Ink(colour, 11.5, "medium")
        text = sheet.fitted(option.label, ink, wide - 8)
        sheet.write((place.middle, place.bottom - 12), text, ink, "middle")
