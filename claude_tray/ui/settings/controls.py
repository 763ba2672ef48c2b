"""Draw the controls of a form: switches, choices, steppers, buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.ui.graphics.canvas import Rect, TextStyle
from claude_tray.ui.graphics.palette import mix_colors
from claude_tray.ui.graphics.shapes import Edge, draw_dot
from claude_tray.ui.icon.render import draw_icon

if TYPE_CHECKING:
    from claude_tray.ui.settings.form_model import (
        ButtonsRow,
        ChoiceRow,
        IconChoiceRow,
        StepperRow,
        SwitchRow,
    )
    from claude_tray.ui.toolkit.surface import DrawSurface


SWITCH_WIDTH: Final = 38.0
SWITCH_HEIGHT: Final = 22.0
_KNOB_RADIUS: Final = 7.5
_CONTROL_HEIGHT: Final = 28.0
_BOX_RADIUS: Final = 8.0
_OPTION_SIZE: Final = 12.0
_OPTION_PADDING: Final = 22.0
_OPTION_INSET: Final = 2.0
_OPTION_BASELINE: Final = 18.0
_STEP_WIDTH: Final = 28.0
_MIN_VALUE_WIDTH: Final = 64.0
_VALUE_PADDING: Final = 20.0
_SIGN_SIZE: Final = 15.0
_SIGN_BASELINE: Final = 19.0
_BUTTON_SIZE: Final = 12.5
_BUTTON_BASELINE: Final = 18.5
_BUTTON_PADDING: Final = 26.0
_BUTTON_GAP: Final = 8.0
_ICON_SIZE: Final = 24.0
_MIN_ICON_PIXELS: Final = 16
_ICON_PADDING: Final = 12.0


def draw_switch(surface: DrawSurface, row: SwitchRow, bounds: Rect) -> None:
    palette = surface.palette
    radius = SWITCH_HEIGHT / 2
    track = Rect(
        bounds.right - SWITCH_WIDTH,
        _center_vertically(bounds, SWITCH_HEIGHT),
        SWITCH_WIDTH,
        SWITCH_HEIGHT,
    )
    # The whole row can be pressed.
    row_bounds = Rect(
        bounds.x - 6, bounds.y + 3, bounds.width + 12, bounds.height - 6
    )
    surface.add_region(row.action, row_bounds, row.label)
    surface.draw_focus_ring(row.action, track, radius, palette.card)
    if row.is_on:
        surface.draw_box(track, palette.ok, radius)
        knob = palette.background if palette.is_dark else palette.on
        center = (track.right - radius, track.y + radius)
        draw_dot(surface.canvas, center, _KNOB_RADIUS, knob)
    else:
        edge = Edge(palette.faint, 1.5)
        surface.draw_box(track, palette.track, radius, edge)
        center = (track.x + radius, track.y + radius)
        draw_dot(surface.canvas, center, _KNOB_RADIUS - 0.5, palette.soft)


def measure_choice(surface: DrawSurface, row: ChoiceRow) -> float:
    """Return the width of a choice."""
    return 2 * _OPTION_INSET + sum(_measure_options(surface, row))


def _measure_options(surface: DrawSurface, row: ChoiceRow) -> list[float]:
    # The selected option is semibold; no other may move when that changes.
    style = TextStyle("", _OPTION_SIZE, "semibold")
    return [
        surface.measure_text(option.label, style) + _OPTION_PADDING
        for option in row.options
    ]


def draw_choice(surface: DrawSurface, row: ChoiceRow, bounds: Rect) -> None:
    palette = surface.palette
    widths, total_width = (
        _measure_options(surface, row),
        measure_choice(surface, row),
    )
    box = _build_control_box(bounds, total_width)
    surface.draw_box(box, palette.background, _BOX_RADIUS, Edge(palette.line))
    x = box.x + _OPTION_INSET
    for option, width in zip(row.options, widths, strict=True):
        option_bounds = Rect(
            x, box.y + _OPTION_INSET, width, box.height - 2 * _OPTION_INSET
        )
        label = f"{row.label}: {option.label}"
        is_hovered = surface.add_region(option.action, option_bounds, label)
        surface.draw_focus_ring(
            option.action, option_bounds, 6, palette.background
        )
        if option.is_selected or is_hovered:
            mix = 0.14 if option.is_selected else 0.06
            surface.draw_box(
                option_bounds, mix_colors(palette.card, palette.text, mix), 6
            )
        style = TextStyle(palette.soft, _OPTION_SIZE, "medium")
        if option.is_selected:
            style = TextStyle(palette.text, _OPTION_SIZE, "semibold")
        position = (option_bounds.center_x, box.y + _OPTION_BASELINE)
        surface.draw_text(position, option.label, style, "middle")
        x += width


def measure_stepper(surface: DrawSurface, row: StepperRow) -> float:
    """Return the width of a stepper."""
    style = TextStyle("", _BUTTON_SIZE, "medium")
    value_width = surface.measure_text(row.value, style) + _VALUE_PADDING
    return max(_MIN_VALUE_WIDTH, value_width) + 2 * _STEP_WIDTH


def draw_stepper(surface: DrawSurface, row: StepperRow, bounds: Rect) -> None:
    palette = surface.palette
    box = _build_control_box(bounds, measure_stepper(surface, row))
    surface.draw_box(box, palette.background, _BOX_RADIUS, Edge(palette.line))
    style = TextStyle(palette.text, _BUTTON_SIZE, "medium")
    position = (box.center_x, box.y + _BUTTON_BASELINE)
    surface.draw_text(position, row.value, style, "middle")
    for action, sign, x in (
        (row.decrease_action, "\N{MINUS SIGN}", box.x),
        (row.increase_action, "+", box.right - _STEP_WIDTH),
    ):
        button_bounds = Rect(x, box.y, _STEP_WIDTH, box.height)
        _draw_step(surface, (action, sign, row.label), button_bounds)


def _draw_step(
    surface: DrawSurface, step: tuple[str, str, str], bounds: Rect
) -> None:
    """Draw one button of a stepper; without an action it is disabled."""
    palette = surface.palette
    action, sign, name = step
    if action:
        inner = bounds.expand(-3)
        is_hovered = surface.add_region(action, bounds, f"{name}: {sign}")
        surface.draw_focus_ring(action, inner, 6, palette.background)
        if is_hovered:
            surface.draw_box(inner, palette.hover, 6)
    color = palette.text if action else palette.line
    style = TextStyle(color, _SIGN_SIZE, "medium")
    position = (bounds.center_x, bounds.y + _SIGN_BASELINE)
    surface.draw_text(position, sign, style, "middle")


def draw_buttons(surface: DrawSurface, row: ButtonsRow, bounds: Rect) -> None:
    palette = surface.palette
    x = bounds.x
    for button in row.buttons:
        style = TextStyle(palette.text, _BUTTON_SIZE, "medium")
        width = surface.measure_text(button.label, style) + _BUTTON_PADDING
        box = _build_control_box(bounds, width)._replace(x=x)
        is_hovered = surface.add_region(button.action, box, button.label)
        surface.draw_focus_ring(button.action, box, 7, palette.card)
        mix = 0.14 if is_hovered else 0.07
        fill = mix_colors(palette.card, palette.text, mix)
        surface.draw_box(box, fill, 7, Edge(palette.line))
        position = (box.center_x, box.y + _BUTTON_BASELINE)
        surface.draw_text(position, button.label, style, "middle")
        x += width + _BUTTON_GAP


def draw_icon_choice(
    surface: DrawSurface, row: IconChoiceRow, bounds: Rect
) -> None:
    palette = surface.palette
    count = len(row.options)
    width = (bounds.width - _BUTTON_GAP * (count - 1)) / count
    for number, (option, icon) in enumerate(row.options):
        x = bounds.x + number * (width + _BUTTON_GAP)
        height = bounds.height - 2 * _ICON_PADDING
        box = Rect(x, bounds.y + _ICON_PADDING, width, height)
        is_hovered = surface.add_region(option.action, box, option.label)
        surface.draw_focus_ring(option.action, box, 9, palette.card)
        edge = Edge(palette.line)
        if option.is_selected:
            edge = Edge(palette.ok, 2)
        fill = palette.hover if is_hovered else palette.background
        surface.draw_box(box, fill, 9, edge)
        pixels = surface.canvas.to_pixel_length(_ICON_SIZE)
        picture = draw_icon(icon, max(_MIN_ICON_PIXELS, pixels))
        left = box.center_x - _ICON_SIZE / 2
        surface.canvas.paste(picture, (left, box.y + _ICON_PADDING))
        color = palette.text if option.is_selected else palette.soft
        style = TextStyle(color, 11.5, "medium")
        text = surface.truncate_text(option.label, style, width - 8)
        position = (box.center_x, box.bottom - _ICON_PADDING)
        surface.draw_text(position, text, style, "middle")


def _build_control_box(bounds: Rect, width: float) -> Rect:
    """Return the box of a control at the end of a row."""
    y = _center_vertically(bounds, _CONTROL_HEIGHT)
    return Rect(bounds.right - width, y, width, _CONTROL_HEIGHT)


def _center_vertically(bounds: Rect, height: float) -> float:
    return bounds.y + bounds.height / 2 - height / 2
