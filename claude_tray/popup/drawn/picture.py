"""The popup as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.drawing.canvas import Rect
from claude_tray.drawing.lettering import Ink, wrapped
from claude_tray.popup.drawn import foot, head, lists
from claude_tray.popup.drawn.chart import HEIGHT as CHART
from claude_tray.popup.drawn.chart import draw_chart
from claude_tray.popup.drawn.sheet import Drawing, Look, Sheet

if TYPE_CHECKING:
    from claude_tray.popup.view import PopupView

WIDTH: Final = 400.0
# Of the corners, for windows that can have them round.
RADIUS: Final = 10.0
_EDGE: Final = 18.0
_ACCOUNTS: Final = 39.0
_TABS: Final = 27.0
_NOTE: Final = 15.0
_TAB: Final = "tab:"


def draw_popup(view: PopupView, look: Look) -> Drawing:
    """Return the picture of a view; as high as its sentences need."""
    notes = _notes(view, look)
    size = (WIDTH, _height(view, look, notes))
    sheet = Sheet(size, look, is_rtl=view.is_rtl)
    y = _draw_accounts(sheet, view)
    lines = head.sentence_lines(sheet, view.headline, head.ROOM)
    tall = head.height_of(sheet, lines, view.headline)
    head.draw_head(sheet, view.headline, _band(y, tall))
    y += tall + 3.5
    draw_chart(sheet, view.chart, view.headline.state, _band(y, CHART))
    y += CHART + 12
    if view.weeks:
        lists.draw_weeks(sheet, view.weeks, _band(y, lists.WEEKS))
        y += lists.WEEKS
    lists.draw_tiles(sheet, view.tiles, _band(y, lists.TILES))
    y += lists.TILES + 14
    lists.draw_kinds(sheet, view, _band(y, lists.KINDS))
    y += lists.kinds_height(sheet, view.kinds)
    _draw_tabs(sheet, view, y)
    y += _TABS + 11 + lists.ROWS
    _draw_notes(sheet, notes, y + 14)
    at = _band(size[1] - foot.HEIGHT, foot.HEIGHT)
    foot.draw_foot(sheet, view, at)
    if look.is_menu_open:
        foot.draw_more(sheet, view, WIDTH - _EDGE + 6, at.y - 7)
    return sheet.drawing(RADIUS)


def _band(y: float, height: float) -> Rect:
    return Rect(_EDGE, y, head.ROOM, height)


def _height(view: PopupView, look: Look, notes: list[str]) -> float:
    sheet = Sheet((1, 1), look, is_rtl=view.is_rtl)
    lines = head.sentence_lines(sheet, view.headline, head.ROOM)
    return (
        (_ACCOUNTS if view.accounts else 0)
        + head.height_of(sheet, lines, view.headline)
        + 3.5
        + CHART
        + 12
        + (lists.WEEKS if view.weeks else 0)
        + lists.TILES
        + 14
        + lists.kinds_height(sheet, view.kinds)
        + _TABS
        + 11
        + lists.ROWS
        + 7
        + (len(notes) * _NOTE + 4 if notes else 0)
        + foot.HEIGHT
    )


def _draw_accounts(sheet: Sheet, view: PopupView) -> float:
    """Draw a choice of accounts where there are several; return the y."""
    if not view.accounts:
        return 0
    parts = [
        (f"account:{number}", account.name)
        for number, account in enumerate(view.accounts)
    ]
    shown = [account.is_shown for account in view.accounts].index(True)
    at = Rect(_EDGE, 14, head.ROOM, 27)
    sheet.segments(at, parts, f"account:{shown}", sheet.palette.card)
    return _ACCOUNTS


def _draw_tabs(sheet: Sheet, view: PopupView, y: float) -> None:
    parts = [(button.action, button.label) for button in view.choices.tabs]
    at = Rect(_EDGE, y, head.ROOM, _TABS)
    tab = sheet.look.tab
    sheet.segments(at, parts, _TAB + tab, sheet.palette.card)
    band = _band(y + _TABS + 11, lists.ROWS)
    if tab == "days":
        lists.draw_days(sheet, view.days, band._replace(height=100))
    elif tab == "models":
        lists.draw_rows(sheet, view.models, view.no_rows, band)
    else:
        lists.draw_rows(sheet, view.projects, view.no_rows, band)


def _notes(view: PopupView, look: Look) -> list[str]:
    sheet = Sheet((1, 1), look, is_rtl=view.is_rtl)
    ink = Ink(look.palette.soft, 11)
    return [
        line
        for note in view.notes
        for line in wrapped(sheet.canvas, note, ink, head.ROOM)
    ]


def _draw_notes(sheet: Sheet, notes: list[str], y: float) -> None:
    ink = Ink(sheet.palette.soft, 11)
    for number, text in enumerate(notes):
        sheet.write((_EDGE, y + number * _NOTE), text, ink)
