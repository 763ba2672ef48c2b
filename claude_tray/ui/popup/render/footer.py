"""Draw the footer of the popup and its menu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.ui.graphics.canvas import Rect, TextStyle
from claude_tray.ui.graphics.palette import mix_colors
from claude_tray.ui.graphics.shapes import Edge
from claude_tray.ui.popup.render.header import select_status_color

if TYPE_CHECKING:
    from claude_tray.ui.popup.compose import PopupView
    from claude_tray.ui.toolkit.surface import DrawSurface
    from claude_tray.ui.toolkit.widgets import Button


FOOTER_HEIGHT: Final = 43.0
_PICTOGRAMS: Final = {
    "refresh": "refresh",
    "dashboard": "chart",
    "settings": "gear",
    "more": "dots",
}
_BUTTON_SIZE: Final = 30.0
_BUTTON_STEP: Final = _BUTTON_SIZE + 2
_BUTTON_TOP: Final = 6.5
# Pictograms align with the text above, so buttons overhang the padding.
_OVERHANG: Final = 6.0
_STATUS_TOP: Final = 7.5
_STATUS_HEIGHT: Final = 28.0
_STATUS_GAP: Final = 10.0
_STATUS_BASELINE: Final = 26.0
_STATUS_TEXT_X: Final = 20.0
_STATUS_TEXT_SIZE: Final = 11.5
_STATUS_RADIUS: Final = 7.0
_PICTOGRAM_SIZE: Final = 15.0
_MIN_MENU_WIDTH: Final = 216.0
_MENU_PADDING: Final = 5.0
_MENU_RADIUS: Final = 10.0
_ENTRY_HEIGHT: Final = 28.0
_ENTRY_PADDING: Final = 10.0
_ENTRY_BASELINE: Final = 18.5
_LABEL_SIZE: Final = 12.5
_SHORTCUT_SIZE: Final = 11.0
# Space in an entry besides label and shortcut.
_ENTRY_SPACE: Final = 56.0
_SEPARATOR_HEIGHT: Final = 9.0


def draw_footer(surface: DrawSurface, view: PopupView, bounds: Rect) -> None:
    palette = surface.palette
    surface.draw_box(Rect(0, bounds.y, surface.canvas.width, 1), palette.line)
    buttons = view.controls.buttons
    last_gap = _BUTTON_STEP - _BUTTON_SIZE
    buttons_width = len(buttons) * _BUTTON_STEP - last_gap
    first_x = bounds.right + _OVERHANG - buttons_width
    status_width = first_x - bounds.x - _STATUS_GAP
    _draw_sync_status(surface, view, bounds, status_width)
    for number, button in enumerate(buttons):
        button_bounds = Rect(
            first_x + number * _BUTTON_STEP,
            bounds.y + _BUTTON_TOP,
            _BUTTON_SIZE,
            _BUTTON_SIZE,
        )
        label = (
            f"{button.label} ({button.shortcut})" if button.shortcut else ""
        )
        surface.draw_icon_button(
            button.action,
            _PICTOGRAMS[button.action],
            button_bounds,
            label or button.label,
        )


def _draw_sync_status(
    surface: DrawSurface, view: PopupView, bounds: Rect, width: float
) -> None:
    """Draw the state of sync, or the message of the last action."""
    palette, sync = surface.palette, view.sync
    message = surface.view_state.message
    if message:
        style = TextStyle(palette.text, _STATUS_TEXT_SIZE, "medium")
        text = surface.truncate_text(message, style, width - 30)
        _draw_status_text(surface, bounds, ("check", palette.ok), text, style)
        return
    row = Rect(
        bounds.x - _OVERHANG, bounds.y + _STATUS_TOP, width, _STATUS_HEIGHT
    )
    is_hovered = surface.add_region("sync", row, sync.text)
    surface.draw_focus_ring("sync", row, _STATUS_RADIUS, palette.background)
    if is_hovered:
        surface.draw_box(row, palette.hover, _STATUS_RADIUS)
    color = palette.text if is_hovered else palette.soft
    style = TextStyle(color, _STATUS_TEXT_SIZE)
    text = surface.truncate_text(sync.text, style, width - 34)
    pictogram = (sync.pictogram, select_status_color(sync.status, palette))
    _draw_status_text(surface, bounds, pictogram, text, style)


def _draw_status_text(
    surface: DrawSurface,
    bounds: Rect,
    pictogram: tuple[str, str],
    text: str,
    style: TextStyle,
) -> None:
    name, color = pictogram
    corner = (bounds.x - 1, bounds.y + _STATUS_TOP + 6)
    surface.draw_pictogram(name, corner, _PICTOGRAM_SIZE, color)
    position = (bounds.x + _STATUS_TEXT_X, bounds.y + _STATUS_BASELINE)
    surface.draw_text(position, text, style)


def draw_menu(
    surface: DrawSurface, view: PopupView, end: float, bottom: float
) -> None:
    """Draw the menu; all regions below it stop reacting."""
    palette, entries = surface.palette, view.controls.menu
    widths = [_measure_entry(surface, entry) for entry in entries if entry]
    width = max(_MIN_MENU_WIDTH, *widths)
    heights = [
        _ENTRY_HEIGHT if entry else _SEPARATOR_HEIGHT for entry in entries
    ]
    height = sum(heights) + 2 * _MENU_PADDING
    bounds = Rect(end - width, bottom - height, width, height)
    # The button itself stays, so that a second press closes the menu.
    surface.regions = [
        region for region in surface.regions if region.name == "more"
    ]
    _draw_menu_background(surface, bounds)
    y = bounds.y + _MENU_PADDING
    for entry, entry_height in zip(entries, heights, strict=True):
        if entry is None:
            line_width = width - 2 * _ENTRY_PADDING
            line = Rect(bounds.x + _ENTRY_PADDING, y + 4, line_width, 1)
            surface.draw_box(line, palette.line)
        else:
            _draw_entry(
                surface,
                entry,
                Rect(
                    bounds.x + _MENU_PADDING,
                    y,
                    width - 2 * _MENU_PADDING,
                    entry_height,
                ),
            )
        y += entry_height


def _draw_menu_background(surface: DrawSurface, bounds: Rect) -> None:
    palette = surface.palette
    shadow_mix = 0.35 if palette.is_dark else 0.10
    shadow = mix_colors(palette.background, "#000000", shadow_mix)
    shadow_bounds = Rect(
        bounds.x - 2, bounds.y - 1, bounds.width + 4, bounds.height + 5
    )
    surface.draw_box(shadow_bounds, shadow, _MENU_RADIUS + 1)
    edge = Edge(palette.line)
    surface.draw_box(bounds, palette.card, _MENU_RADIUS, edge)


def _draw_entry(surface: DrawSurface, entry: Button, bounds: Rect) -> None:
    palette = surface.palette
    is_hovered = surface.add_region(entry.action, bounds, entry.label)
    if is_hovered or surface.view_state.focus == entry.action:
        fill = mix_colors(palette.card, palette.text, 0.1)
        surface.draw_box(bounds, fill, 6)
    y = bounds.y + _ENTRY_BASELINE
    style = TextStyle(palette.text, _LABEL_SIZE)
    faint = TextStyle(palette.faint, _SHORTCUT_SIZE)
    surface.draw_text((bounds.x + _ENTRY_PADDING, y), entry.label, style)
    surface.draw_text(
        (bounds.right - _ENTRY_PADDING, y), entry.shortcut, faint, "end"
    )


def _measure_entry(surface: DrawSurface, entry: Button) -> float:
    shortcut_style = TextStyle("", _SHORTCUT_SIZE)
    return (
        _ENTRY_SPACE
        + surface.measure_text(entry.shortcut, shortcut_style)
        + surface.measure_text(entry.label, TextStyle("", _LABEL_SIZE))
    )
