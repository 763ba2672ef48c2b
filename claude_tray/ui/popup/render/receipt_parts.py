"""Draw sums and parts of a receipt: a stacked bar and lists with bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.ui.graphics import canvas, palette, shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.presentation.receipt import ReceiptRow, ReceiptSection
    from claude_tray.ui.toolkit.surface import DrawSurface


TITLE_HEIGHT: Final = 22.0
ROW_HEIGHT: Final = 22.0
SUMS_BAR_HEIGHT: Final = 10.0
_SUM_HEIGHT: Final = 19.0
_TITLE_BASELINE: Final = 15.0
_TITLE_SIZE: Final = 11.0
_BASELINE: Final = 14.5
_PADDING: Final = 7.0
_RADIUS: Final = 5.0
_NAME_SIZE: Final = 12.0
_SHARE_SIZE: Final = 11.0
_SHARE_WIDTH: Final = 44.0
_POINTS_WIDTH: Final = 40.0
_GAP: Final = 8.0
_KEY_SIZE: Final = 8.0


def select_sum_colors(colors: palette.Palette) -> tuple[str, ...]:
    """Return the colors of this computer, elsewhere and rounding."""
    return colors.accent, colors.kinds[1], colors.faint


def compute_sums_height(rows: Sequence[ReceiptRow]) -> float:
    """Return the height of the stacked bar with its legend."""
    return SUMS_BAR_HEIGHT + 6 + _SUM_HEIGHT * len(rows) if rows else 0.0


def draw_sums(
    surface: DrawSurface, rows: Sequence[ReceiptRow], bounds: canvas.Rect
) -> None:
    """Draw what was used here and elsewhere as one bar with a legend."""
    if not rows:
        return
    colors = select_sum_colors(surface.palette)
    bar = bounds._replace(height=SUMS_BAR_HEIGHT)
    parts = [
        (row.fraction, color)
        for row, color in zip(rows, colors, strict=False)
        if row.fraction > 0
    ]
    shapes.draw_stacked_bar(surface.canvas, bar, parts, surface.palette.track)
    y = bar.bottom + 6
    for row, color in zip(rows, colors, strict=False):
        line = canvas.Rect(bounds.x, y, bounds.width, _SUM_HEIGHT)
        key = canvas.Rect(line.x, line.y + 5.5, _KEY_SIZE, _KEY_SIZE)
        surface.draw_box(key, color, 2)
        _draw_line(surface, row, line, _KEY_SIZE + 7, has_points=True)
        y += _SUM_HEIGHT


def compute_section_height(section: ReceiptSection, max_rows: int) -> float:
    """Return the height of a section with at most so many rows."""
    return TITLE_HEIGHT + ROW_HEIGHT * min(max_rows, len(section.rows))


def draw_section(
    surface: DrawSurface,
    section: ReceiptSection,
    bounds: canvas.Rect,
    max_rows: int,
    *,
    has_points: bool,
) -> None:
    """Draw the title of a section and its largest rows, each on its bar."""
    colors = surface.palette
    style = canvas.TextStyle(colors.soft, _TITLE_SIZE, "semibold")
    title = surface.truncate_text(section.title, style, bounds.width)
    surface.draw_text((bounds.x, bounds.y + _TITLE_BASELINE), title, style)
    y = bounds.y + TITLE_HEIGHT
    for row in section.rows[:max_rows]:
        line = canvas.Rect(bounds.x, y, bounds.width, ROW_HEIGHT - 2)
        width = line.width * min(1.0, max(0.0, row.fraction))
        if width > 0:
            fill = palette.mix_colors(colors.background, colors.accent, 0.24)
            bar = line._replace(width=max(3.0, width))
            surface.draw_box(bar, fill, min(_RADIUS, bar.width / 2))
        _draw_line(surface, row, line, _PADDING, has_points=has_points)
        y += ROW_HEIGHT


def _draw_line(
    surface: DrawSurface,
    row: ReceiptRow,
    line: canvas.Rect,
    indent: float,
    *,
    has_points: bool,
) -> None:
    """Draw label, points and share of a row; the label is shortened."""
    colors, y = surface.palette, line.y + _BASELINE
    end = line.right - _PADDING
    soft = canvas.TextStyle(colors.soft, _SHARE_SIZE)
    share_width = surface.draw_text((end, y), row.share, soft, "end")
    end -= max(_SHARE_WIDTH, share_width + _GAP)
    strong = canvas.TextStyle(colors.text, _NAME_SIZE, "medium")
    value = row.points if has_points else row.cost
    value_width = surface.draw_text((end, y), value, strong, "end")
    end -= max(_POINTS_WIDTH if has_points else 0, value_width) + _GAP
    name = canvas.TextStyle(colors.text, _NAME_SIZE)
    start = line.x + indent
    text = surface.truncate_text(row.label, name, end - start)
    surface.draw_text((start, y), text, name)
