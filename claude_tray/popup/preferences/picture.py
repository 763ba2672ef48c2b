"""The settings window as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray import __version__
from claude_tray.drawing.canvas import Rect
from claude_tray.drawing.lettering import Ink
from claude_tray.drawing.palette import mixed
from claude_tray.popup.drawn.sheet import Drawing, Look, Sheet
from claude_tray.popup.preferences.rows import draw_row, height_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.popup.preferences.form import Group, Page

WIDTH: Final = 680.0
_SIDE: Final = 172.0
_EDGE: Final = 24.0
_LEAST: Final = 560.0
_TITLE: Final = 21.0
_AFTER: Final = 18.0
_INSET: Final = 14.0


def draw_settings(
    pages: Sequence[Page],
    title: str,
    look: Look,
    *,
    is_rtl: bool,
) -> Drawing:
    """
    Return the picture of the page that is shown.

    Args:
        pages: All of them; `look.tab` names the one.
        title: Of the window.
        look: What the hand does.
        is_rtl: Whether a line starts at the right.
    """
    page = next(page for page in pages if page.name == look.tab)
    # Every page is as high as the highest, so that the window stays still.
    probe = Sheet((1, 1), look, is_rtl=is_rtl)
    high = max(_LEAST, *(_height(probe, page) for page in pages))
    sheet = Sheet((WIDTH, high), look, is_rtl=is_rtl)
    _draw_side(sheet, pages, title, high)
    y = 20.0
    for group in page.groups:
        y = _draw_group(sheet, group, y)
    if look.message:
        _draw_message(sheet, look.message, high)
    return sheet.drawing()


def _room() -> float:
    return WIDTH - _SIDE - 2 * _EDGE


def _height(sheet: Sheet, page: Page) -> float:
    room = _room() - 2 * _INSET
    rows = sum(
        height_of(sheet, row, room)
        for group in page.groups
        for row in group.rows
    )
    return 20 + rows + len(page.groups) * (_TITLE + _AFTER) + 26


def _draw_side(
    sheet: Sheet,
    pages: Sequence[Page],
    title: str,
    high: float,
) -> None:
    palette = sheet.palette
    side = mixed(palette.background, palette.card, 0.6)
    sheet.box(Rect(0, 0, _SIDE, high), side)
    sheet.box(Rect(_SIDE, 0, 1, high), palette.line)
    sheet.write((22, 34), title, Ink(palette.text, 17, "bold"))
    for number, page in enumerate(pages):
        at = Rect(10, 52 + number * 34, _SIDE - 20, 30)
        is_hot = sheet.region(f"tab:{page.name}", at, page.label)
        is_on = page.name == sheet.look.tab
        sheet.focus(f"tab:{page.name}", at, 7, side)
        if is_on or is_hot:
            share = 0.10 if is_on else 0.05
            sheet.box(at, mixed(palette.card, palette.text, share), 7)
        ink = Ink(palette.soft, 13, "medium")
        if is_on:
            ink = Ink(palette.text, 13, "semibold")
        text = sheet.fitted(page.label, ink, at.width - 24)
        sheet.write((22, at.y + 19.5), text, ink)
    version = f"claude-tray {__version__}"
    sheet.write((22, high - 18), version, Ink(palette.faint, 11))


def _draw_group(sheet: Sheet, group: Group, y: float) -> float:
    """Draw a group; return where the next one begins."""
    palette = sheet.palette
    x, wide = _SIDE + _EDGE, _room()
    title = Ink(palette.soft, 12, "semibold")
    sheet.write((x, y + 12), group.title, title)
    y += _TITLE
    room = wide - 2 * _INSET
    heights = [height_of(sheet, row, room) for row in group.rows]
    sheet.card(Rect(x, y, wide, sum(heights)))
    for number, (row, high) in enumerate(
        zip(group.rows, heights, strict=True),
    ):
        if number:
            line = Rect(x + _INSET, y, room, 1)
            sheet.box(line, palette.line)
        draw_row(sheet, row, Rect(x + _INSET, y, room, high))
        y += high
    return y + _AFTER


def _draw_message(sheet: Sheet, text: str, high: float) -> None:
    palette = sheet.palette
    ink = Ink(palette.background, 12, "medium")
    shown = sheet.fitted(text, ink, _room() - 28)
    wide = sheet.width(shown, ink) + 28
    at = Rect(_SIDE + (WIDTH - _SIDE - wide) / 2, high - 40, wide, 28)
    sheet.box(at, palette.text, 8)
    sheet.write((at.x + 14, at.y + 18.5), shown, ink)
