"""Draw rows of options, chips and labelled buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.ui.graphics import canvas, shapes
from claude_tray.ui.graphics.palette import mix_colors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.ui.toolkit.surface import DrawSurface
    from claude_tray.ui.toolkit.widgets import Button


CHOICES_HEIGHT: Final = 27.0
_INSET: Final = 2.0
_RADIUS: Final = 8.0
# The first that has room for all labels is taken.
_TEXT_SIZES: Final = (12.0, 11.5, 11.0, 10.5, 10.0)
# Least space between two labels.
_LABEL_GAP: Final = 4.0
_PADDING: Final = 8.0
# Baseline of text below the middle of its box.
_BASELINE: Final = 4.3
CHIP_HEIGHT: Final = 22.0
_CHIP_SIZE: Final = 11.5
_CLOSE_SIZE: Final = 10.0
_BUTTON_SIZE: Final = 12.0
_BUTTON_PADDING: Final = 11.0


def draw_choices(
    surface: DrawSurface,
    bounds: canvas.Rect,
    buttons: Sequence[Button],
    selected: str,
) -> None:
    """
    Draw a row of options as wide as their labels need, one selected.

    Long labels are drawn smaller, and are cut if they are still too long.
    """
    palette = surface.palette
    fill = palette.card
    surface.draw_box(bounds, fill, _RADIUS, shapes.Edge(palette.line))
    space = bounds.width - 2 * _INSET
    size, widths = _TEXT_SIZES[0], list[float]()
    for size in _TEXT_SIZES:
        widths = _measure_labels(surface, buttons, size)
        if sum(widths) + _LABEL_GAP * len(widths) <= space:
            break
    extra = (space - sum(widths)) / max(1, len(buttons))
    scale = 1.0 if extra > 0 else space / sum(widths)
    x = bounds.x + _INSET
    for button, width in zip(buttons, widths, strict=True):
        part_width = width * scale + max(0.0, extra)
        part = canvas.Rect(
            x, bounds.y + _INSET, part_width, bounds.height - 2 * _INSET
        )
        x += part_width
        is_selected = button.action == selected
        _draw_choice(surface, part, button, size, is_selected=is_selected)


def measure_choices(surface: DrawSurface, buttons: Sequence[Button]) -> float:
    """Return the width that a row of options needs in full size."""
    widths = _measure_labels(surface, buttons, _TEXT_SIZES[0])
    return sum(widths) + _LABEL_GAP * len(widths) + 2 * _INSET


def _measure_labels(
    surface: DrawSurface, buttons: Sequence[Button], size: float
) -> list[float]:
    strong = canvas.TextStyle("", size, "semibold")
    return [surface.measure_text(b.label, strong) for b in buttons]


def _draw_choice(
    surface: DrawSurface,
    part: canvas.Rect,
    button: Button,
    size: float,
    *,
    is_selected: bool,
) -> None:
    palette, fill = surface.palette, surface.palette.card
    is_hovered = surface.add_region(
        button.action, part, button.label, tooltip=format_tooltip(button)
    )
    surface.draw_focus_ring(button.action, part, _RADIUS - _INSET, fill)
    if is_selected or is_hovered:
        mix = 0.13 if is_selected else 0.05
        color = mix_colors(fill, palette.text, mix)
        surface.draw_box(part, color, _RADIUS - _INSET)
    style = canvas.TextStyle(palette.soft, size, "medium")
    if is_selected:
        style = canvas.TextStyle(palette.text, size, "semibold")
    text = surface.truncate_text(button.label, style, part.width - 2)
    position = (part.center_x, part.y + part.height / 2 + _BASELINE)
    surface.draw_text(position, text, style, "middle")


def format_tooltip(button: Button) -> str:
    """Return a button's label with its key: "Refresh now (F5)"."""
    if not button.shortcut:
        return button.label
    return f"{button.label} ({button.shortcut})"


def draw_chip(
    surface: DrawSurface,
    corner: tuple[float, float],
    button: Button,
    max_width: float,
) -> float:
    """Draw a chip with a cross; return its width."""
    palette = surface.palette
    style = canvas.TextStyle(palette.text, _CHIP_SIZE, "medium")
    space = max_width - 2 * _PADDING - _CLOSE_SIZE - 4
    text = surface.truncate_text(button.label, style, space)
    text_width = surface.measure_text(text, style)
    width = text_width + 2 * _PADDING + _CLOSE_SIZE + 4
    chip = canvas.Rect(*corner, width, CHIP_HEIGHT)
    is_hovered = surface.add_region(
        button.action, chip, button.label, tooltip=format_tooltip(button)
    )
    radius = CHIP_HEIGHT / 2
    surface.draw_focus_ring(button.action, chip, radius, palette.background)
    mix = 0.3 if is_hovered else 0.18
    surface.draw_box(
        chip, mix_colors(palette.background, palette.accent, mix), radius
    )
    baseline = chip.y + chip.height / 2 + _BASELINE
    surface.draw_text((chip.x + _PADDING, baseline), text, style)
    cross = (
        chip.right - _PADDING - _CLOSE_SIZE,
        chip.y + (CHIP_HEIGHT - _CLOSE_SIZE) / 2,
    )
    surface.draw_pictogram("close", cross, _CLOSE_SIZE, palette.soft)
    return width


def measure_button(surface: DrawSurface, label: str) -> float:
    """Return the width of a labelled button."""
    style = canvas.TextStyle("", _BUTTON_SIZE, "medium")
    return surface.measure_text(label, style) + 2 * _BUTTON_PADDING


def draw_button(
    surface: DrawSurface, bounds: canvas.Rect, button: Button, fill: str
) -> None:
    """Draw a labelled button on a background."""
    palette = surface.palette
    is_hovered = surface.add_region(
        button.action, bounds, button.label, tooltip=button.shortcut
    )
    surface.draw_focus_ring(button.action, bounds, 7, fill)
    mix = 0.16 if is_hovered else 0.07
    edge = shapes.Edge(mix_colors(fill, palette.text, 0.16))
    surface.draw_box(bounds, mix_colors(fill, palette.text, mix), 7, edge)
    style = canvas.TextStyle(palette.text, _BUTTON_SIZE, "medium")
    text = surface.truncate_text(button.label, style, bounds.width - 8)
    position = (bounds.center_x, bounds.y + bounds.height / 2 + _BASELINE)
    surface.draw_text(position, text, style, "middle")
