"""The foot of the popup, and the menu that opens from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.graphics.palette import mix_colors
from claude_tray.ui.graphics.shapes import Edge
from claude_tray.ui.graphics.text_layout import TextStyle
from claude_tray.ui.popup.render.header import select_status_color

if TYPE_CHECKING:
    from claude_tray.ui.popup.view_model import PopupView
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
_ENTRY_HEIGHT: Final = 28.0
_SEPARATOR_HEIGHT: Final = 9.0


def draw_footer(surface: DrawSurface, view: PopupView, bounds: Rect) -> None:
    palette = surface.palette
    surface.draw_box(Rect(0, bounds.y, surface.canvas.width, 1), palette.line)
    buttons = view.controls.buttons
    first_x = bounds.right + 6 - len(buttons) * (_BUTTON_SIZE + 2) + 2
    _draw_sync_status(surface, view, bounds, first_x - bounds.x - 10)
    for number, button in enumerate(buttons):
        button_bounds = Rect(
            first_x + number * (_BUTTON_SIZE + 2),
            bounds.y + 6.5,
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
    palette, sync = surface.palette, view.sync
    row_bounds = Rect(bounds.x - 6, bounds.y + 7.5, width, 28)
    if surface.view_state.message:
        style = TextStyle(palette.text, 11.5, "medium")
        surface.draw_pictogram(
            "check", (bounds.x - 1, bounds.y + 13.5), 15, palette.ok
        )
        text = surface.truncate_text(
            surface.view_state.message, style, width - 30
        )
        surface.draw_text((bounds.x + 20, bounds.y + 26), text, style)
        return
    is_hovered = surface.add_region("sync", row_bounds, sync.text)
    surface.draw_focus_ring("sync", row_bounds, 7, palette.background)
    if is_hovered:
        surface.draw_box(row_bounds, palette.hover, 7)
    color = select_status_color(sync.status, palette)
    surface.draw_pictogram(
        sync.pictogram, (bounds.x - 1, bounds.y + 13.5), 15, color
    )
    style = TextStyle(palette.text if is_hovered else palette.soft, 11.5)
    text = surface.truncate_text(sync.text, style, width - 34)
    surface.draw_text((bounds.x + 20, bounds.y + 26), text, style)


def draw_menu(
    surface: DrawSurface, view: PopupView, end: float, bottom: float
) -> None:
    """Draw the menu; while it is open nothing else reacts."""
    palette, entries = surface.palette, view.controls.menu
    width = max(216.0, *(_measure_entry(surface, e) for e in entries if e))
    height = (
        sum(_ENTRY_HEIGHT if entry else _SEPARATOR_HEIGHT for entry in entries)
        + 10
    )
    bounds = Rect(end - width, bottom - height, width, height)
    surface.regions = [
        region for region in surface.regions if region.name == "more"
    ]
    shadow_mix = 0.35 if palette.is_dark else 0.10
    shadow = mix_colors(palette.background, "#000000", shadow_mix)
    surface.draw_box(
        Rect(bounds.x - 2, bounds.y - 1, width + 4, height + 5), shadow, 11
    )
    surface.draw_box(bounds, palette.card, 10, Edge(palette.line))
    y = bounds.y + 5
    for entry in entries:
        if entry is None:
            line = Rect(bounds.x + 10, y + 4, width - 20, 1)
            surface.draw_box(line, palette.line)
            y += _SEPARATOR_HEIGHT
        else:
            _draw_entry(
                surface,
                entry,
                Rect(bounds.x + 5, y, width - 10, _ENTRY_HEIGHT),
            )
            y += _ENTRY_HEIGHT


def _draw_entry(surface: DrawSurface, entry: Button, bounds: Rect) -> None:
    palette = surface.palette
    is_hovered = surface.add_region(entry.action, bounds, entry.label)
    if is_hovered or surface.view_state.focus == entry.action:
        surface.draw_box(
            bounds, mix_colors(palette.card, palette.text, 0.1), 6
        )
    style, faint = TextStyle(palette.text, 12.5), TextStyle(palette.faint, 11)
    surface.draw_text((bounds.x + 10, bounds.y + 18.5), entry.label, style)
    surface.draw_text(
        (bounds.right - 10, bounds.y + 18.5), entry.shortcut, faint, "end"
    )


def _measure_entry(surface: DrawSurface, entry: Button) -> float:
    shortcut_width = surface.measure_text(entry.shortcut, TextStyle("", 11))
    return (
        56
        + shortcut_width
        + surface.measure_text(entry.label, TextStyle("", 12.5))
    )
