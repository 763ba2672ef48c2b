"""The foot of the popup, and the menu that opens from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.drawing.canvas import Rect
from claude_tray.drawing.lettering import Ink
from claude_tray.drawing.palette import mixed
from claude_tray.drawing.shapes import Edge
from claude_tray.popup.drawn.head import colour_of

if TYPE_CHECKING:
    from claude_tray.popup.drawn.sheet import Sheet
    from claude_tray.popup.view import Button, PopupView

HEIGHT: Final = 43.0
_SIGNS: Final = {
    "refresh": "refresh",
    "dashboard": "chart",
    "settings": "gear",
    "more": "dots",
}
_BUTTON: Final = 30.0
_ROW: Final = 28.0
_GAP: Final = 9.0


def draw_foot(sheet: Sheet, view: PopupView, at: Rect) -> None:
    palette = sheet.palette
    sheet.box(Rect(0, at.y, sheet.canvas.width, 1), palette.line)
    buttons = view.choices.buttons
    first = at.end + 6 - len(buttons) * (_BUTTON + 2) + 2
    _draw_sync(sheet, view, at, first - at.x - 10)
    for number, button in enumerate(buttons):
        place = Rect(
            first + number * (_BUTTON + 2), at.y + 6.5, _BUTTON, _BUTTON
        )
        label = f"{button.label} ({button.keys})" if button.keys else ""
        sheet.icon_button(
            button.action,
            _SIGNS[button.action],
            place,
            label or button.label,
        )


def _draw_sync(sheet: Sheet, view: PopupView, at: Rect, room: float) -> None:
    palette, sync = sheet.palette, view.sync
    place = Rect(at.x - 6, at.y + 7.5, room, 28)
    if sheet.look.message:
        ink = Ink(palette.text, 11.5, "medium")
        sheet.sign("check", (at.x - 1, at.y + 13.5), 15, palette.ok)
        text = sheet.fitted(sheet.look.message, ink, room - 30)
        sheet.write((at.x + 20, at.y + 26), text, ink)
        return
    is_hot = sheet.region("sync", place, sync.text)
    sheet.focus("sync", place, 7, palette.background)
    if is_hot:
        sheet.box(place, palette.hover, 7)
    colour = colour_of(sync.state, palette)
    sheet.sign(sync.sign, (at.x - 1, at.y + 13.5), 15, colour)
    ink = Ink(palette.text if is_hot else palette.soft, 11.5)
    text = sheet.fitted(sync.text, ink, room - 34)
    sheet.write((at.x + 20, at.y + 26), text, ink)


def draw_more(sheet: Sheet, view: PopupView, end: float, floor: float) -> None:
    """Draw the menu; while it is open nothing else reacts."""
    palette, entries = sheet.palette, view.choices.more
    width = max(216.0, *(_width(sheet, e) for e in entries if e))
    height = sum(_ROW if entry else _GAP for entry in entries) + 10
    at = Rect(end - width, floor - height, width, height)
    sheet.regions = [r for r in sheet.regions if r.name == "more"]
    shade = 0.35 if palette.is_dark else 0.10
    shadow = mixed(palette.background, "#000000", shade)
    sheet.box(Rect(at.x - 2, at.y - 1, width + 4, height + 5), shadow, 11)
    sheet.box(at, palette.card, 10, Edge(palette.line))
    y = at.y + 5
    for entry in entries:
        if entry is None:
            line = Rect(at.x + 10, y + 4, width - 20, 1)
            sheet.box(line, palette.line)
            y += _GAP
        else:
            _draw_entry(sheet, entry, Rect(at.x + 5, y, width - 10, _ROW))
            y += _ROW


def _draw_entry(sheet: Sheet, entry: Button, at: Rect) -> None:
    palette = sheet.palette
    is_hot = sheet.region(entry.action, at, entry.label)
    if is_hot or sheet.look.focus == entry.action:
        sheet.box(at, mixed(palette.card, palette.text, 0.1), 6)
    ink, faint = Ink(palette.text, 12.5), Ink(palette.faint, 11)
    sheet.write((at.x + 10, at.y + 18.5), entry.label, ink)
    sheet.write((at.end - 10, at.y + 18.5), entry.keys, faint, "end")


def _width(sheet: Sheet, entry: Button) -> float:
    keys = sheet.width(entry.keys, Ink("", 11))
    return 56 + keys + sheet.width(entry.label, Ink("", 12.5))
