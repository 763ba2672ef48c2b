"""Draw the footer of the popup and its menu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.ui.graphics import canvas, shapes
from claude_tray.ui.graphics.palette import mix_colors
from claude_tray.ui.popup.render import choices, header

if TYPE_CHECKING:
    from claude_tray.ui.popup.compose import PopupView
    from claude_tray.ui.toolkit.surface import DrawSurface
    from claude_tray.ui.toolkit.widgets import Button


FOOTER_HEIGHT: Final = 43.0
_PICTOGRAMS: Final = {
    "refresh": "refresh",
    "settings": "gear",
    "more": "dots",
}
_BUTTON_SIZE: Final = 30.0
_BUTTON_STEP: Final = _BUTTON_SIZE + 2
_DASHBOARD_HEIGHT: Final = 26.0
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


def draw_footer(
    surface: DrawSurface, view: PopupView, bounds: canvas.Rect
) -> None:
    """Draw age or sync, the dashboard's button and those without a label."""
    palette, controls = surface.palette, view.controls
    surface.draw_box(
        canvas.Rect(0, bounds.y, surface.canvas.width, 1), palette.line
    )
    x = bounds.right + _OVERHANG - len(controls.buttons) * _BUTTON_STEP
    for number, button in enumerate(controls.buttons):
        button_bounds = canvas.Rect(
            x + number * _BUTTON_STEP + 2,
            bounds.y + _BUTTON_TOP,
            _BUTTON_SIZE,
            _BUTTON_SIZE,
        )
        pictogram = _PICTOGRAMS[button.action]
        label = choices.format_tooltip(button)
        surface.draw_icon_button(
            button.action, pictogram, button_bounds, label
        )
    if controls.dashboard is not None:
        width = choices.measure_button(surface, controls.dashboard.label)
        x -= width + 4
        button_bounds = canvas.Rect(x, bounds.y + 9, width, _DASHBOARD_HEIGHT)
        fill = palette.background
        choices.draw_button(surface, button_bounds, controls.dashboard, fill)
    _draw_state(surface, view, bounds, x - bounds.x - _STATUS_GAP)


def _draw_state(
    surface: DrawSurface, view: PopupView, bounds: canvas.Rect, width: float
) -> None:
    """Draw the message of the last action, else the state of sync, or age."""
    palette, sync = surface.palette, view.sync
    message = surface.view_state.message
    if message:
        style = canvas.TextStyle(palette.text, _STATUS_TEXT_SIZE, "medium")
        text = surface.truncate_text(message, style, width - _STATUS_TEXT_X)
        _draw_status_text(surface, bounds, ("check", palette.ok), text, style)
        return
    style = canvas.TextStyle(palette.soft, _STATUS_TEXT_SIZE)
    if sync is None:
        age = view.age_text or view.controls.updated
        text = surface.truncate_text(age, style, width)
        y = bounds.y + _STATUS_BASELINE
        surface.draw_text((bounds.x, y), text, style)
        return
    row = canvas.Rect(
        bounds.x - _OVERHANG, bounds.y + _STATUS_TOP, width, _STATUS_HEIGHT
    )
    is_hovered = surface.add_region(
        "sync", row, sync.text, tooltip=f"{sync.text}\n{view.age_text}"
    )
    surface.draw_focus_ring("sync", row, _STATUS_RADIUS, palette.background)
    if is_hovered:
        surface.draw_box(row, palette.hover, _STATUS_RADIUS)
        style = style._replace(color=palette.text)
    text = surface.truncate_text(sync.text, style, width - 30)
    pictogram = (
        sync.pictogram,
        header.select_status_color(sync.status, palette),
    )
    _draw_status_text(surface, bounds, pictogram, text, style)


def _draw_status_text(
    surface: DrawSurface,
    bounds: canvas.Rect,
    pictogram: tuple[str, str],
    text: str,
    style: canvas.TextStyle,
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
    bounds = canvas.Rect(end - width, bottom - height, width, height)
    # The button itself stays, so that a second press closes the menu.
    surface.regions = [
        region for region in surface.regions if region.name == "more"
    ]
    _draw_menu_background(surface, bounds)
    y = bounds.y + _MENU_PADDING
    for entry, entry_height in zip(entries, heights, strict=True):
        if entry is None:
            line_width = width - 2 * _ENTRY_PADDING
            line = canvas.Rect(bounds.x + _ENTRY_PADDING, y + 4, line_width, 1)
            surface.draw_box(line, palette.line)
        else:
            _draw_entry(
                surface,
                entry,
                canvas.Rect(
                    bounds.x + _MENU_PADDING,
                    y,
                    width - 2 * _MENU_PADDING,
                    entry_height,
                ),
            )
        y += entry_height


def _draw_menu_background(surface: DrawSurface, bounds: canvas.Rect) -> None:
    palette = surface.palette
    shadow_mix = 0.35 if palette.is_dark else 0.10
    shadow = mix_colors(palette.background, "#000000", shadow_mix)
    shadow_bounds = canvas.Rect(
        bounds.x - 2, bounds.y - 1, bounds.width + 4, bounds.height + 5
    )
    surface.draw_box(shadow_bounds, shadow, _MENU_RADIUS + 1)
    edge = shapes.Edge(palette.line)
    surface.draw_box(bounds, palette.card, _MENU_RADIUS, edge)


def _draw_entry(
    surface: DrawSurface, entry: Button, bounds: canvas.Rect
) -> None:
    palette = surface.palette
    is_hovered = surface.add_region(entry.action, bounds, entry.label)
    if is_hovered or surface.view_state.focus == entry.action:
        fill = mix_colors(palette.card, palette.text, 0.1)
        surface.draw_box(bounds, fill, 6)
    y = bounds.y + _ENTRY_BASELINE
    style = canvas.TextStyle(palette.text, _LABEL_SIZE)
    faint = canvas.TextStyle(palette.faint, _SHORTCUT_SIZE)
    surface.draw_text((bounds.x + _ENTRY_PADDING, y), entry.label, style)
    surface.draw_text(
        (bounds.right - _ENTRY_PADDING, y), entry.shortcut, faint, "end"
    )


def _measure_entry(surface: DrawSurface, entry: Button) -> float:
    shortcut_style = canvas.TextStyle("", _SHORTCUT_SIZE)
    return (
        _ENTRY_SPACE
        + surface.measure_text(entry.shortcut, shortcut_style)
        + surface.measure_text(entry.label, canvas.TextStyle("", _LABEL_SIZE))
    )
