"""Draw a receipt as a picture to send, without names unless asked for."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from claude_tray.core.receipt_parts import Dimension
from claude_tray.platform.new_file import write_new_file
from claude_tray.ui.graphics import canvas, palette
from claude_tray.ui.popup.render import receipt_parts
from claude_tray.ui.toolkit.surface import DrawSurface, ViewState

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.i18n.translator import Translator
    from claude_tray.presentation.receipt import ReceiptView


# 1200 by 630 pixels, as chats and social networks show previews of links.
_SIZE: Final = (600.0, 315.0)
_SCALE: Final = 2.0
_MARGIN: Final = 36.0
_TITLE_BASELINE: Final = 38.0
_TITLE_SIZE: Final = 13.0
_AMOUNT_BASELINE: Final = 86.0
_AMOUNT_SIZE: Final = 44.0
_SENTENCE_SIZE: Final = 13.0
_SENTENCE_LINE: Final = 17.0
_SUMS_TOP: Final = 100.0
_SECTIONS_GAP: Final = 12.0
_COLUMN_GAP: Final = 28.0
_BOTTOM: Final = 300.0


def encode_receipt_picture(
    view: ReceiptView,
    translator: Translator,
    *,
    theme: str,
    has_projects: bool,
) -> bytes:
    """Draw a receipt, as `draw_receipt_picture` does; return it as PNG."""
    stream = io.BytesIO()
    draw_receipt_picture(
        view, translator, theme=theme, has_projects=has_projects
    ).save(stream, "PNG")
    return stream.getvalue()


def save_receipt_picture(
    view: ReceiptView, path: Path, translator: Translator, *, is_dark: bool
) -> None:
    """
    Save a receipt without names of projects as a new file.

    Raises:
        OSError: The file cannot be written.
    """
    data = encode_receipt_picture(
        view,
        translator,
        theme="dark" if is_dark else "light",
        has_projects=False,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_new_file(path, data, replaces=True)


def draw_receipt_picture(
    view: ReceiptView,
    translator: Translator,
    *,
    theme: str,
    has_projects: bool,
) -> canvas.Picture:
    """
    Draw a receipt.

    Args:
        view: What to draw.
        translator: Gives language and direction of the text.
        theme: "light" or "dark".
        has_projects: Show the names of projects; else models.
    """
    colors = palette.LIGHT if theme == "light" else palette.DARK
    surface = DrawSurface(
        _SIZE,
        ViewState(_SCALE, colors),
        is_rtl=translator.is_rtl,
        language=translator.language,
    )
    bounds = canvas.Rect(_MARGIN, 0, _SIZE[0] - 2 * _MARGIN, _SIZE[1])
    _draw_head(surface, view, bounds)
    height = receipt_parts.compute_sums_height(view.sums)
    sums = bounds._replace(y=_SUMS_TOP, height=height)
    receipt_parts.draw_sums(surface, view.sums, sums)
    top = sums.bottom + (_SECTIONS_GAP if height else 0)
    width = (bounds.width - _COLUMN_GAP) / 2
    first = Dimension.PROJECT if has_projects else Dimension.MODEL
    x = bounds.x
    sections = {section.dimension: section for section in view.sections}
    rows = int((_BOTTOM - top) // receipt_parts.ROW_HEIGHT) - 1
    for dimension in (first, Dimension.CAUSE):
        if dimension in sections:
            receipt_parts.draw_section(
                surface,
                sections[dimension],
                canvas.Rect(x, top, width, _BOTTOM - top),
                rows,
                has_points=view.has_points,
            )
            x += width + _COLUMN_GAP
    return surface.canvas.picture


def _draw_head(
    surface: DrawSurface, view: ReceiptView, bounds: canvas.Rect
) -> None:
    """Draw whose limit it is and when, the amount, and what it means."""
    colors = surface.palette
    soft = canvas.TextStyle(colors.soft, _TITLE_SIZE, "medium")
    faint = canvas.TextStyle(colors.faint, _TITLE_SIZE)
    y = _TITLE_BASELINE
    surface.draw_text((bounds.x, y), view.limit, soft)
    surface.draw_text((bounds.right, y), view.period, faint, "end")
    strong = canvas.TextStyle(colors.text, _AMOUNT_SIZE, "semibold")
    y = _AMOUNT_BASELINE
    width = surface.draw_text((bounds.x, y), view.amount, strong)
    style = canvas.TextStyle(colors.soft, _SENTENCE_SIZE)
    x = bounds.x + width + 16
    lines = canvas.wrap_text(
        surface.canvas, view.sentence, style, bounds.right - x
    )[:2]
    y -= _SENTENCE_LINE * (len(lines) - 1)
    for number, line in enumerate(lines):
        surface.draw_text((x, y + number * _SENTENCE_LINE), line, style)
    brand = canvas.TextStyle(colors.faint, 10.5)
    surface.draw_text(
        (bounds.right, _SIZE[1] - 12), "claude-tray", brand, "end"
    )
