"""Draw a receipt in the popup, in place of everything above the footer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.ui.graphics import canvas
from claude_tray.ui.popup.render import receipt_parts

if TYPE_CHECKING:
    from claude_tray.presentation.receipt import ReceiptView
    from claude_tray.ui.toolkit.surface import DrawSurface


RECEIPT_AREA: Final = "receipt"
BACK: Final = "back"
_BACK_SIZE: Final = 26.0
_TITLE_BASELINE: Final = 27.0
_TITLE_SIZE: Final = 12.5
_AMOUNT_BASELINE: Final = 69.0
_AMOUNT_SIZE: Final = 32.0
_SENTENCE_SIZE: Final = 12.0
_SENTENCE_LINE: Final = 15.5
_SUMS_TOP: Final = 82.0
_GAP: Final = 8.0
_NOTE_SIZE: Final = 11.0
_NOTE_LINE: Final = 14.5


def draw_receipt(
    surface: DrawSurface, view: ReceiptView, bounds: canvas.Rect, back: str
) -> None:
    """
    Draw a receipt.

    Args:
        surface: Surface to draw on.
        view: The receipt.
        bounds: From the upper edge of the window to the footer.
        back: Label of the button that leaves it.
    """
    _draw_title(surface, view, bounds, back)
    _draw_amount(surface, view, bounds)
    height = receipt_parts.compute_sums_height(view.sums)
    sums = bounds._replace(y=bounds.y + _SUMS_TOP, height=height)
    receipt_parts.draw_sums(surface, view.sums, sums)
    top = sums.bottom + (_GAP if height else 0)
    area = bounds._replace(y=top, height=bounds.bottom - top)
    notes = _wrap_notes(surface, view, bounds.width)
    heights = [
        receipt_parts.compute_section_height(section, len(section.rows))
        for section in view.sections
    ]
    content_height = (
        sum(heights) + _GAP * len(heights) + _NOTE_LINE * len(notes) + _GAP
    )
    with surface.scroll_area(RECEIPT_AREA, area, content_height) as content:
        y = content.y
        for section, section_height in zip(
            view.sections, heights, strict=True
        ):
            place = content._replace(y=y, height=section_height)
            receipt_parts.draw_section(
                surface,
                section,
                place,
                len(section.rows),
                has_points=view.has_points,
            )
            y += section_height + _GAP
        style = canvas.TextStyle(surface.palette.soft, _NOTE_SIZE)
        for note in notes:
            y += _NOTE_LINE
            surface.draw_text((content.x, y - 3), note, style)


def _draw_title(
    surface: DrawSurface, view: ReceiptView, bounds: canvas.Rect, back: str
) -> None:
    """Draw the button back, the limit, and the time."""
    palette = surface.palette
    y = bounds.y + _TITLE_BASELINE
    button = canvas.Rect(
        bounds.x - 7, y - _BACK_SIZE / 2 - 4, _BACK_SIZE, _BACK_SIZE
    )
    surface.draw_icon_button(BACK, "back", button, back)
    surface.add_region(
        RECEIPT_AREA,
        bounds._replace(height=_SUMS_TOP),
        f"{view.limit}, {view.period}: {view.sentence}",
        is_button=False,
    )
    faint = canvas.TextStyle(palette.faint, _TITLE_SIZE - 1)
    width = surface.draw_text((bounds.right, y), view.period, faint, "end")
    strong = canvas.TextStyle(palette.text, _TITLE_SIZE, "semibold")
    x = button.right + 2
    space = bounds.right - width - _GAP - x
    surface.draw_text(
        (x, y), surface.truncate_text(view.limit, strong, space), strong
    )


def _draw_amount(
    surface: DrawSurface, view: ReceiptView, bounds: canvas.Rect
) -> None:
    """Draw the amount, and next to it what it means."""
    palette = surface.palette
    strong = canvas.TextStyle(palette.text, _AMOUNT_SIZE, "semibold")
    y = bounds.y + _AMOUNT_BASELINE
    x = bounds.x + surface.draw_text((bounds.x, y), view.amount, strong) + 12
    style = canvas.TextStyle(palette.soft, _SENTENCE_SIZE)
    lines = canvas.wrap_text(
        surface.canvas, view.sentence, style, bounds.right - x
    )[:2]
    y -= _SENTENCE_LINE * (len(lines) - 1)
    for number, line in enumerate(lines):
        surface.draw_text((x, y + number * _SENTENCE_LINE), line, style)


def _wrap_notes(
    surface: DrawSurface, view: ReceiptView, width: float
) -> list[str]:
    style = canvas.TextStyle("", _NOTE_SIZE)
    # Less than the width: a thumb may be next to them.
    space = width - 14
    return [
        line
        for note in view.notes
        for line in canvas.wrap_text(surface.canvas, note, style, space)
    ]
