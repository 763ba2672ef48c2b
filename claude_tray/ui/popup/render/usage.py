"""Draw the live row, the sum of the period and its list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.presentation import now_row, usage_list
from claude_tray.ui.graphics import canvas, shapes
from claude_tray.ui.graphics.palette import mix_colors
from claude_tray.ui.popup.render import choices, header
from claude_tray.ui.toolkit.widgets import Button

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.ui.popup.compose import PopupView
    from claude_tray.ui.toolkit.surface import DrawSurface


LIST_AREA: Final = "list"
ROW_HEIGHT: Final = 26.0
NOW_HEIGHT: Final = 30.0
CHIPS_HEIGHT: Final = choices.CHIP_HEIGHT + 6
_SUM_LINE: Final = 18.0
_SUM_BASELINE: Final = 15.0
_SUM_SIZE: Final = 16.0
_NOTE_SIZE: Final = 11.0
_GAP: Final = 8.0
# Space for the ring of the focus around a row.
_RING: Final = 3.0
_ROW_RADIUS: Final = 5.0
_ROW_BASELINE: Final = 16.5
_ROW_PADDING: Final = 8.0
_NAME_SIZE: Final = 12.5
_TOKENS_SIZE: Final = 11.0
_MIN_PROJECT_WIDTH: Final = 84.0
_MIN_COST_WIDTH: Final = 56.0
_ICON_SIZE: Final = 15.0
_LINK_SIZE: Final = 11.0
_EMPTY_BASELINE: Final = 40.0
_SEARCH_WIDTH: Final = 28.0
_ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"
_CARET: Final = "\N{LEFT ONE EIGHTH BLOCK}"


def draw_sessions(
    surface: DrawSurface,
    rows: Sequence[now_row.NowRow],
    bounds: canvas.Rect,
) -> None:
    """Draw the running session, and those that a limit has cut off."""
    for number, row in enumerate(rows):
        y = bounds.y + number * NOW_HEIGHT
        _draw_session(
            surface,
            f"session:{number}",
            row,
            bounds._replace(y=y, height=NOW_HEIGHT),
        )


def _draw_session(
    surface: DrawSurface, action: str, row: now_row.NowRow, bounds: canvas.Rect
) -> None:
    """Draw a session, as a button that copies its command."""
    palette = surface.palette
    label = f"{row.title}: {row.project}, {row.details}"
    box = bounds._replace(height=bounds.height - 4)
    is_hovered = surface.add_region(action, box, label, tooltip=row.tooltip)
    surface.draw_focus_ring(action, box, 7, palette.background)
    fill = palette.hover if is_hovered else palette.card
    surface.draw_box(box, fill, 7, shapes.Edge(palette.line))
    baseline = box.y + box.height / 2 + 4.3
    x, end = box.x + _ROW_PADDING, box.right - _ROW_PADDING
    center = (x + 4, box.y + box.height / 2)
    color = palette.ok if row.is_running else palette.warning
    shapes.draw_dot(surface.canvas, center, 6, mix_colors(fill, color, 0.25))
    shapes.draw_dot(surface.canvas, center, 3.5, color)
    x += 16
    strong = canvas.TextStyle(palette.text, 12, "semibold")
    x += surface.draw_text((x, baseline), row.title, strong) + _GAP
    soft = canvas.TextStyle(palette.soft, _NOTE_SIZE)
    name = canvas.TextStyle(palette.text, 12)
    details_width = surface.measure_text(row.details, soft)
    space = max(_MIN_PROJECT_WIDTH, end - x - details_width - _GAP)
    text = truncate_middle(surface, row.project, name, space)
    x += surface.draw_text((x, baseline), text, name) + _GAP
    details = surface.truncate_text(row.details, soft, end - x)
    surface.draw_text((end, baseline), details, soft, "end")


def compute_sum_height(
    surface: DrawSurface, total: usage_list.PeriodSum
) -> float:
    """Return the height of the sum: a line, or two if it is long."""
    return _SUM_LINE * (1 if _fits_one_line(surface, total) else 2) + 4


def has_link_in_sum(surface: DrawSurface, view: PopupView) -> bool:
    """Return whether the sum's second line has space for the receipt's link."""
    has_chips = view.range_text or view.project_text
    return (
        view.controls.receipt is not None
        and not has_chips
        and not _fits_one_line(surface, view.total)
    )


def draw_sum(
    surface: DrawSurface, view: PopupView, bounds: canvas.Rect
) -> None:
    """Draw cost and tokens of the period."""
    palette, total = surface.palette, view.total
    link, link_width = view.controls.receipt, 0.0
    if link is not None and has_link_in_sum(surface, view):
        line = bounds._replace(y=bounds.bottom - choices.CHIP_HEIGHT)
        link_width = _draw_receipt_link(surface, link, line)
    label = ", ".join(
        filter(None, (total.cost, total.change, total.cost_note, total.tokens))
    )
    surface.add_region(
        "sum", bounds, label, is_button=False, tooltip=total.tooltip
    )
    cost_style = canvas.TextStyle(palette.text, _SUM_SIZE, "semibold")
    soft = canvas.TextStyle(palette.soft, _NOTE_SIZE)
    y = bounds.y + _SUM_BASELINE
    width = surface.draw_text((bounds.x, y), total.cost, cost_style)
    note_x = bounds.x + width + 6
    change = canvas.TextStyle(palette.text, _NOTE_SIZE, "medium")
    surface.draw_text((bounds.right, y), total.change, change, "end")
    end = bounds.right - surface.measure_text(total.change, change)
    end -= _GAP if total.change else 0
    note = surface.truncate_text(total.cost_note, soft, end - note_x)
    surface.draw_text((note_x, y), note, soft)
    if _fits_one_line(surface, total):
        surface.draw_text((bounds.right, y), total.tokens, soft, "end")
    else:
        space = bounds.width - link_width
        text = surface.truncate_text(total.tokens, soft, space)
        surface.draw_text((bounds.x, y + _SUM_LINE), text, soft)


def _fits_one_line(surface: DrawSurface, total: usage_list.PeriodSum) -> bool:
    soft = canvas.TextStyle("", _NOTE_SIZE)
    width = surface.measure_text(
        total.cost, canvas.TextStyle("", _SUM_SIZE, "semibold")
    )
    width += sum(
        surface.measure_text(text, soft)
        for text in (total.cost_note, total.tokens)
    )
    return not total.change and width + 2 * _GAP + 6 <= header.CONTENT_WIDTH


def draw_chips(
    surface: DrawSurface, view: PopupView, bounds: canvas.Rect
) -> None:
    """Draw range and project, each with a cross, and what opens the receipt."""
    texts = {
        "clear:range": view.range_text,
        "clear:project": view.project_text,
    }
    chips = [(action, text) for action, text in texts.items() if text]
    x, end, link = bounds.x, bounds.right, view.controls.receipt
    if link is not None and not has_link_in_sum(surface, view):
        end -= _draw_receipt_link(surface, link, bounds)
    space = (end - x - _GAP * len(chips)) / max(1, len(chips))
    for action, text in chips:
        button = Button(action, text, "Esc")
        x += choices.draw_chip(surface, (x, bounds.y), button, space) + _GAP


def _draw_receipt_link(
    surface: DrawSurface, button: Button, bounds: canvas.Rect
) -> float:
    """Draw what opens the receipt, at the end of the line; return its width."""
    palette = surface.palette
    style = canvas.TextStyle(palette.soft, _NAME_SIZE - 0.5, "medium")
    label_width = surface.measure_text(button.label, style)
    width = label_width + _LINK_SIZE + 2 * _ROW_PADDING
    box = canvas.Rect(
        bounds.right - width, bounds.y, width, choices.CHIP_HEIGHT
    )
    is_hovered = surface.add_region(
        button.action,
        box,
        button.label,
        tooltip=choices.format_tooltip(button),
    )
    surface.draw_focus_ring(button.action, box, 7, palette.background)
    if is_hovered:
        surface.draw_box(box, palette.hover, 7)
        style = style._replace(color=palette.text)
    x, baseline = box.x + _ROW_PADDING, box.y + box.height / 2 + 4.3
    surface.draw_text((x, baseline), button.label, style)
    corner = (x + label_width + 2, box.y + (box.height - _LINK_SIZE) / 2)
    surface.draw_pictogram("next", corner, _LINK_SIZE, style.color)
    return width + _GAP


def draw_groupings(
    surface: DrawSurface, view: PopupView, bounds: canvas.Rect
) -> None:
    """Draw what the list is grouped by, or the search field."""
    if view.selection.search is not None:
        _draw_search(surface, view, view.selection.search, bounds)
        return
    palette, controls = surface.palette, view.controls
    style = canvas.TextStyle(palette.soft, 12, "medium")
    baseline = bounds.y + bounds.height / 2 + 4.3
    text = f"{controls.list_title}:"
    x = bounds.x + surface.measure_text(text, style) + 8
    width = bounds.right - x - _SEARCH_WIDTH - 4
    if choices.measure_choices(surface, controls.groupings) <= width:
        surface.draw_text((bounds.x, baseline), text, style)
    else:
        # The options are clear without it.
        x, width = bounds.x, bounds.width - _SEARCH_WIDTH - 4
    choices.draw_choices(
        surface,
        canvas.Rect(x, bounds.y, width, bounds.height),
        controls.groupings,
        f"by:{view.selection.grouping}",
    )
    button = canvas.Rect(
        bounds.right - _SEARCH_WIDTH, bounds.y, _SEARCH_WIDTH, bounds.height
    )
    surface.draw_icon_button(
        "search", "search", button, f"{controls.search} (/)"
    )


def _draw_search(
    surface: DrawSurface, view: PopupView, text: str, bounds: canvas.Rect
) -> None:
    palette = surface.palette
    edge = shapes.Edge(palette.focus, 1.5)
    surface.draw_box(bounds, palette.card, 8, edge)
    baseline = bounds.y + bounds.height / 2 + 4.3
    corner = (bounds.x + 8, bounds.y + (bounds.height - 13) / 2)
    surface.draw_pictogram("search", corner, 13, palette.soft)
    style = canvas.TextStyle(palette.text if text else palette.faint, 12.5)
    shown = f"{text}{_CARET}" if text else view.controls.search
    position = (bounds.x + 28, baseline)
    surface.draw_text(position, shown, style)
    close = canvas.Rect(
        bounds.right - _SEARCH_WIDTH, bounds.y, _SEARCH_WIDTH, bounds.height
    )
    label = f"{view.controls.back} (Esc)"
    surface.draw_icon_button("clear:search", "close", close, label)


def draw_list(
    surface: DrawSurface, view: PopupView, bounds: canvas.Rect
) -> None:
    """Draw the rows in a scroll area."""
    rows = view.usage.rows
    if not rows:
        style = canvas.TextStyle(surface.palette.soft, 12, "medium")
        position = (bounds.center_x, bounds.y + _EMPTY_BASELINE)
        surface.draw_text(position, view.usage.empty_text, style, "middle")
        return
    height = len(rows) * ROW_HEIGHT
    area = bounds._replace(x=bounds.x - _RING, width=bounds.width + 2 * _RING)
    with surface.scroll_area(LIST_AREA, area, height) as content:
        for number in range(len(rows)):
            y = content.y + number * ROW_HEIGHT + 1
            width = content.width - 2 * _RING
            box = canvas.Rect(content.x + _RING, y, width, ROW_HEIGHT - 2)
            is_visible = bounds.y < box.bottom and box.y < bounds.bottom
            _draw_row(surface, view, number, box, is_visible=is_visible)


def _draw_row(
    surface: DrawSurface,
    view: PopupView,
    number: int,
    bounds: canvas.Rect,
    *,
    is_visible: bool,
) -> None:
    """Draw a bar with name, tokens and cost on it, unless out of sight."""
    palette, name = surface.palette, f"row:{number}"
    row = view.usage.rows[number]
    grouping = view.usage.grouping
    is_button = row.key != usage_list.OTHERS_KEY and grouping in (
        usage_list.Grouping.PROJECT,
        usage_list.Grouping.SESSION,
        usage_list.Grouping.DAY,
    )
    label = f"{row.name}, {row.cost}, {row.tokens}"
    is_hovered = surface.add_region(
        name, bounds, label, is_button=is_button, tooltip=row.tooltip
    )
    if not is_visible:
        return
    surface.draw_focus_ring(name, bounds, _ROW_RADIUS, palette.background)
    if is_button and is_hovered:
        surface.draw_box(bounds, palette.hover, _ROW_RADIUS)
    elif surface.view_state.focus == name:
        surface.draw_box(bounds, palette.background, _ROW_RADIUS)
    bar = bounds._replace(width=max(3.0, bounds.width * row.fraction))
    if row.fraction > 0:
        fill = mix_colors(palette.background, palette.accent, 0.24)
        surface.draw_box(bar, fill, min(_ROW_RADIUS, bar.width / 2))
    end = _draw_values(surface, number, row, bounds)
    style = canvas.TextStyle(palette.text, _NAME_SIZE)
    if row.key == usage_list.OTHERS_KEY:
        style = canvas.TextStyle(palette.soft, _NAME_SIZE)
    space = end - bounds.x - _ROW_PADDING - _GAP
    text = truncate_middle(surface, row.name, style, space)
    position = (bounds.x + _ROW_PADDING, bounds.y + _ROW_BASELINE)
    surface.draw_text(position, text, style)


def _draw_values(
    surface: DrawSurface,
    number: int,
    row: usage_list.ListRow,
    bounds: canvas.Rect,
) -> float:
    """Draw cost and tokens, or the folder button; return where they begin."""
    palette, view_state = surface.palette, surface.view_state
    y = bounds.y + _ROW_BASELINE
    cost_style = canvas.TextStyle(palette.text, _NAME_SIZE, "medium")
    end = bounds.right - _ROW_PADDING
    width = surface.draw_text((end, y), row.cost, cost_style, "end")
    end -= max(_MIN_COST_WIDTH, width + _GAP)
    folder = f"folder:{number}"
    names = (f"row:{number}", folder)
    if row.path and (view_state.hover in names or view_state.focus in names):
        button = canvas.Rect(
            end - bounds.height, bounds.y, bounds.height, bounds.height
        )
        label = f"{row.name}: {row.path}"
        is_hovered = surface.add_region(
            folder, button, label, tooltip=row.path
        )
        surface.draw_focus_ring(folder, button, 5, palette.background)
        inset = (bounds.height - _ICON_SIZE) / 2
        color = palette.text if is_hovered else palette.soft
        corner = (button.x + inset, button.y + inset)
        surface.draw_pictogram("folder", corner, _ICON_SIZE, color)
        return button.x
    style = canvas.TextStyle(palette.soft, _TOKENS_SIZE)
    return end - surface.draw_text((end, y), row.tokens, style, "end")


def truncate_middle(
    surface: DrawSurface, text: str, style: canvas.TextStyle, max_width: float
) -> str:
    """Shorten text in its middle: both ends tell similar names apart."""
    if surface.measure_text(text, style) <= max_width:
        return text
    low, high = 0, len(text) - 1
    while low < high:
        count = (low + high + 1) // 2
        shortened = _remove_middle(text, count)
        if surface.measure_text(shortened, style) <= max_width:
            low = count
        else:
            high = count - 1
    return _remove_middle(text, low)


def _remove_middle(text: str, count: int) -> str:
    """Return the first and last characters with an ellipsis between."""
    first = text[: (count + 1) // 2].rstrip()
    last = text[len(text) - count // 2 :].lstrip()
    return f"{first}{_ELLIPSIS}{last}"
