"""Weekly limits, tiles, kinds of tokens, projects, models, days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.drawing.canvas import Rect
from claude_tray.drawing.lettering import Ink
from claude_tray.drawing.palette import mixed
from claude_tray.drawing.shapes import Tick, bar, stack
from claude_tray.popup.drawn.head import ROOM, colour_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.popup.drawn.sheet import Sheet
    from claude_tray.popup.view import (
        Days,
        KindRow,
        Meter,
        PopupView,
        ShareRow,
        Tile,
    )

WEEKS: Final = 59.0
TILES: Final = 62.0
KINDS: Final = 75.0
ROWS: Final = 104.0
_COST_LINE: Final = 15.0
_ROW: Final = 26.0
_SHOWN: Final = 4
_DAYS: Final = "days"
_WEEKDAY: Final = 0.55
_WEEKEND: Final = 0.33


def draw_weeks(sheet: Sheet, weeks: Sequence[Meter], at: Rect) -> None:
    count = max(2, len(weeks))
    wide = (at.width - 14 * (count - 1)) / count
    if len(weeks) == 1:
        wide = at.width
    for number, meter in enumerate(weeks):
        x = at.x + number * (wide + 14)
        _draw_meter(sheet, meter, Rect(x, at.y, wide, at.height))


def _draw_meter(sheet: Sheet, meter: Meter, at: Rect) -> None:
    palette = sheet.palette
    value = Ink(palette.text, 12.5, "semibold")
    name = Ink(palette.text, 12.5, "medium")
    faint = Ink(palette.faint, 11)
    width = sheet.write((at.end, at.y + 14), meter.value, value, "end")
    title = sheet.fitted(meter.name, name, at.width - width - 8)
    sheet.write((at.x, at.y + 14), title, name)
    tick = None
    if meter.gone is not None:
        tick = Tick(meter.gone, palette.text, palette.background)
    colour = colour_of(meter.state, palette)
    track = Rect(at.x, at.y + 23, at.width, 6)
    bar(sheet.canvas, track, (meter.share, colour), palette.track, tick)
    used = sheet.write((at.x, at.y + 45), meter.resets, faint)
    if used + sheet.width(meter.left, faint) + 8 <= at.width:
        sheet.write((at.end, at.y + 45), meter.left, faint, "end")


def draw_tiles(sheet: Sheet, tiles: Sequence[Tile], at: Rect) -> None:
    palette = sheet.palette
    wide = (at.width - 8 * (len(tiles) - 1)) / len(tiles)
    name, small = Ink(palette.soft, 11, "medium"), Ink(palette.faint, 11)
    for number, tile in enumerate(tiles):
        x = at.x + number * (wide + 8)
        sheet.card(Rect(x, at.y, wide, at.height), 9)
        room = wide - 18
        cost = Ink(palette.text, 17, "semibold")
        if sheet.width(tile.cost, cost) > room:
            cost = Ink(palette.text, 13, "semibold")
        for y, text, ink in (
            (17, tile.name, name),
            (37, tile.cost, cost),
            (53, tile.tokens, small),
        ):
            shown = sheet.fitted(text, ink, room)
            sheet.write((x + 10, at.y + y), shown, ink)


def draw_kinds(sheet: Sheet, view: PopupView, at: Rect) -> None:
    palette = sheet.palette
    title = Ink(palette.text, 12.5, "medium")
    faint = Ink(palette.faint, 11)
    side = sheet.write((at.end, at.y + 12), view.kinds_side, faint, "end")
    text = sheet.fitted(view.kinds_title, title, at.width - side - 10)
    sheet.write((at.x, at.y + 12), text, title)
    parts = [
        (kind.share, colour)
        for kind, colour in zip(view.kinds, palette.kinds, strict=True)
    ]
    strip = Rect(at.x, at.y + 21, at.width, 8)
    stack(sheet.canvas, strip, parts, palette.track)
    wide = at.width / len(view.kinds)
    is_one_line = _is_one_line(sheet, view.kinds)
    for number, kind in enumerate(view.kinds):
        x = at.x + number * wide
        sheet.box(Rect(x, at.y + 38, 7, 7), palette.kinds[number], 2)
        place = Rect(x + 11, at.y, wide - 13, at.height)
        _draw_kind(sheet, kind, place, is_one_line=is_one_line)


def kinds_height(sheet: Sheet, kinds: Sequence[KindRow]) -> float:
    """Return how high the kinds are: costs may need a line of their own."""
    return KINDS + (0 if _is_one_line(sheet, kinds) else _COST_LINE)


def _is_one_line(sheet: Sheet, kinds: Sequence[KindRow]) -> bool:
    room = ROOM / max(1, len(kinds)) - 15
    return all(
        sheet.width(kind.tokens, Ink("", 11.5, "medium"))
        + sheet.width(kind.cost, Ink("", 11))
        <= room
        for kind in kinds
    )


def _draw_kind(
    sheet: Sheet,
    kind: KindRow,
    at: Rect,
    *,
    is_one_line: bool,
) -> None:
    palette = sheet.palette
    name, count = Ink(palette.soft, 11), Ink(palette.text, 11.5, "medium")
    shown = sheet.fitted(kind.name, name, at.width)
    sheet.write((at.x, at.y + 45), shown, name)
    width = sheet.write((at.x, at.y + 60), kind.tokens, count)
    place = (at.x + width + 4, at.y + 60)
    if not is_one_line:
        place = (at.x, at.y + 60 + _COST_LINE)
    sheet.write(place, kind.cost, Ink(palette.faint, 11))


def draw_rows(
    sheet: Sheet,
    rows: Sequence[ShareRow],
    empty: str,
    at: Rect,
) -> None:
    """Draw the greatest, four at most."""
    palette = sheet.palette
    if not rows:
        ink = Ink(palette.soft, 12, "medium")
        sheet.write((at.middle, at.y + 44), empty, ink, "middle")
        return
    name, tokens = Ink(palette.text, 12.5), Ink(palette.faint, 11.5)
    cost = Ink(palette.text, 12.5, "medium")
    for number, row in enumerate(rows[:_SHOWN]):
        base = at.y + number * _ROW + 13
        shown = sheet.fitted(row.name, name, 132)
        sheet.write((at.x, base), shown, name)
        track = Rect(at.x + 140, base - 7, at.width - 140 - 124, 6)
        bar(sheet.canvas, track, (row.share, palette.accent), palette.track)
        width = sheet.write((at.end, base), row.cost, cost, "end")
        beside = max(58, width + 8)
        sheet.write((at.end - beside, base), row.tokens, tokens, "end")


def draw_days(sheet: Sheet, days: Days, at: Rect) -> None:
    palette = sheet.palette
    sheet.region(_DAYS, at, days.total, is_button=False)
    step = at.width / max(1, len(days.bars))
    x = sheet.pointer_on(_DAYS)
    hot = -1 if x is None else int((x - at.x) // step)
    high = at.height - 36
    base = at.bottom - 18
    for number, day in enumerate(days.bars):
        left = at.x + number * step
        tall = max(2, high * day.share)
        is_strong = number in (hot, len(days.bars) - 1)
        share = _WEEKEND if day.is_weekend else _WEEKDAY
        colour = mixed(palette.background, palette.accent, share)
        if is_strong:
            colour = palette.accent
        column = Rect(left + 1, base - tall, step - 2, tall)
        sheet.box(column, colour, min(2.5, tall / 2))
    _draw_marks(sheet, days, at, step)
    soft, faint = Ink(palette.soft, 11, "medium"), Ink(palette.faint, 11)
    strong = Ink(palette.text, 11.5, "semibold")
    texts = (days.total, days.average, faint)
    if 0 <= hot < len(days.bars):
        texts = (days.bars[hot].name, days.bars[hot].cost, strong)
    sheet.write((at.x, at.y + 9), texts[0], soft)
    sheet.write((at.end, at.y + 9), texts[1], texts[2], "end")


def _draw_marks(sheet: Sheet, days: Days, at: Rect, step: float) -> None:
    ink = Ink(sheet.palette.faint, 10)
    for number, day in enumerate(days.bars):
        if not day.mark:
            continue
        x = at.x + number * step + 1
        if x + sheet.width(day.mark, ink) > at.end:
            sheet.write((at.end, at.bottom - 4), day.mark, ink, "end")
        else:
            sheet.write((x, at.bottom - 4), day.mark, ink)
