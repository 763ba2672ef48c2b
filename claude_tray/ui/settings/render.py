"""What is pressed on a page: switches, choices, steppers, buttons, icons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray import __version__
from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.graphics.palette import mix_colors
from claude_tray.ui.graphics.shapes import Edge, draw_dot
from claude_tray.ui.graphics.text_layout import TextStyle, wrap_text
from claude_tray.ui.icon.render import draw_icon
from claude_tray.ui.settings.form_model import (
    ButtonsRow,
    ChoiceRow,
    FormRow,
    IconChoiceRow,
    InfoRow,
    StepperRow,
    SwitchRow,
)
from claude_tray.ui.toolkit.surface import DrawSurface, Frame, ViewState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.ui.settings.form_model import FormGroup, SettingsPage


_CONTROL_HEIGHT: Final = 28.0
_OPTION_PADDING: Final = 22.0
_STEP_BUTTON_WIDTH: Final = 28.0
_STEPPER_MIN_WIDTH: Final = 64.0
_ICON_SIZE: Final = 24.0


def draw_switch(surface: DrawSurface, row: SwitchRow, bounds: Rect) -> None:
    palette = surface.palette
    track = Rect(bounds.right - 38, bounds.y + bounds.height / 2 - 11, 38, 22)
    row_bounds = Rect(
        bounds.x - 6, bounds.y + 3, bounds.width + 12, bounds.height - 6
    )
    surface.add_region(row.action, row_bounds, row.label)
    surface.draw_focus_ring(row.action, track, 11, palette.card)
    if row.is_on:
        surface.draw_box(track, palette.ok, 11)
        knob = palette.background if palette.is_dark else palette.on
        draw_dot(surface.canvas, (track.x + 27, track.y + 11), 7.5, knob)
    else:
        surface.draw_box(track, palette.track, 11, Edge(palette.faint, 1.5))
        draw_dot(surface.canvas, (track.x + 11, track.y + 11), 7, palette.soft)


def measure_choice(surface: DrawSurface, row: ChoiceRow) -> float:
    return 4 + sum(_measure_options(surface, row))


def _measure_options(surface: DrawSurface, row: ChoiceRow) -> list[float]:
    style = TextStyle("", 12, "semibold")
    return [
        surface.measure_text(option.label, style) + _OPTION_PADDING
        for option in row.options
    ]


def draw_choice(surface: DrawSurface, row: ChoiceRow, bounds: Rect) -> None:
    palette = surface.palette
    widths = _measure_options(surface, row)
    box = Rect(
        bounds.right - sum(widths) - 4,
        bounds.y + bounds.height / 2 - _CONTROL_HEIGHT / 2,
        sum(widths) + 4,
        _CONTROL_HEIGHT,
    )
    surface.draw_box(box, palette.background, 8, Edge(palette.line))
    x = box.x + 2
    for option, width in zip(row.options, widths, strict=True):
        option_bounds = Rect(x, box.y + 2, width, _CONTROL_HEIGHT - 4)
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
        style = TextStyle(palette.soft, 12, "medium")
        if option.is_selected:
            style = TextStyle(palette.text, 12, "semibold")
        surface.draw_text(
            (option_bounds.center_x, box.y + 18), option.label, style, "middle"
        )
        x += width


def measure_stepper(surface: DrawSurface, row: StepperRow) -> float:
    value_width = (
        surface.measure_text(row.value, TextStyle("", 12.5, "medium")) + 20
    )
    return max(_STEPPER_MIN_WIDTH, value_width) + 2 * _STEP_BUTTON_WIDTH


def draw_stepper(surface: DrawSurface, row: StepperRow, bounds: Rect) -> None:
    palette = surface.palette
    width = measure_stepper(surface, row)
    box = Rect(
        bounds.right - width,
        bounds.y + bounds.height / 2 - 14,
        width,
        _CONTROL_HEIGHT,
    )
    surface.draw_box(box, palette.background, 8, Edge(palette.line))
    style = TextStyle(palette.text, 12.5, "medium")
    surface.draw_text((box.center_x, box.y + 18.5), row.value, style, "middle")
    for action, sign, x in (
        (row.decrease_action, "\N{MINUS SIGN}", box.x),
        (row.increase_action, "+", box.right - _STEP_BUTTON_WIDTH),
    ):
        button_bounds = Rect(x, box.y, _STEP_BUTTON_WIDTH, _CONTROL_HEIGHT)
        color = palette.text if action else palette.line
        if action:
            label = f"{row.label}: {sign}"
            is_hovered = surface.add_region(action, button_bounds, label)
            surface.draw_focus_ring(
                action, button_bounds.expand(-3), 6, palette.background
            )
            if is_hovered:
                surface.draw_box(button_bounds.expand(-3), palette.hover, 6)
        sign_style = TextStyle(color, 15, "medium")
        surface.draw_text(
            (button_bounds.center_x, box.y + 19), sign, sign_style, "middle"
        )


def draw_buttons(surface: DrawSurface, row: ButtonsRow, bounds: Rect) -> None:
    palette = surface.palette
    x = bounds.x
    for button in row.buttons:
        style = TextStyle(palette.text, 12.5, "medium")
        width = surface.measure_text(button.label, style) + 26
        box = Rect(
            x, bounds.y + bounds.height / 2 - 14, width, _CONTROL_HEIGHT
        )
        is_hovered = surface.add_region(button.action, box, button.label)
        surface.draw_focus_ring(button.action, box, 7, palette.card)
        mix = 0.14 if is_hovered else 0.07
        fill = mix_colors(palette.card, palette.text, mix)
        surface.draw_box(box, fill, 7, Edge(palette.line))
        baseline = box.y + 18.5
        surface.draw_text(
            (box.center_x, baseline), button.label, style, "middle"
        )
        x += width + 8


def draw_icon_choice(
    surface: DrawSurface, row: IconChoiceRow, bounds: Rect
) -> None:
    palette = surface.palette
    count = len(row.options)
    width = (bounds.width - 8 * (count - 1)) / count
    for number, (option, icon) in enumerate(row.options):
        x = bounds.x + number * (width + 8)
        box = Rect(x, bounds.y + 12, width, bounds.height - 24)
        is_hovered = surface.add_region(option.action, box, option.label)
        surface.draw_focus_ring(option.action, box, 9, palette.card)
        edge = Edge(palette.line)
        if option.is_selected:
            edge = Edge(palette.ok, 2)
        fill = palette.hover if is_hovered else palette.background
        surface.draw_box(box, fill, 9, edge)
        picture = draw_icon(
            icon, max(16, surface.canvas.to_pixel_length(_ICON_SIZE))
        )
        left = box.center_x - _ICON_SIZE / 2
        surface.canvas.paste(picture, (left, box.y + 12))
        color = palette.text if option.is_selected else palette.soft
        style = TextStyle(color, 11.5, "medium")
        text = surface.truncate_text(option.label, style, width - 8)
        surface.draw_text(
            (box.center_x, box.bottom - 12), text, style, "middle"
        )


_ICON_CHOICE_HEIGHT: Final = 100.0
_BUTTONS_HEIGHT: Final = 52.0
_CONTROL_GAP: Final = 16.0
_LABEL_HEIGHT: Final = 17.0
_HINT_HEIGHT: Final = 15.0
_VERTICAL_PADDING: Final = 23.0
_MIN_ROW_HEIGHT: Final = 46.0
_MIN_SWITCH_HEIGHT: Final = 40.0
_SWITCH_WIDTH: Final = 38.0


def compute_row_height(
    surface: DrawSurface, row: FormRow, max_width: float
) -> float:
    """Return how high a row is; its texts are wrapped."""
    if isinstance(row, IconChoiceRow):
        return _ICON_CHOICE_HEIGHT
    if isinstance(row, ButtonsRow):
        return _BUTTONS_HEIGHT
    if isinstance(row, InfoRow):
        lines = _wrap_info_value(surface, row, max_width)
        return _VERTICAL_PADDING + _LABEL_HEIGHT * max(1, len(lines))
    labels, hints = _wrap_texts(surface, row, max_width)
    text_height = (
        _VERTICAL_PADDING
        + _LABEL_HEIGHT * len(labels)
        + _HINT_HEIGHT * len(hints)
    )
    return max(
        _MIN_SWITCH_HEIGHT if isinstance(row, SwitchRow) else _MIN_ROW_HEIGHT,
        text_height,
    )


def draw_row(surface: DrawSurface, row: FormRow, bounds: Rect) -> None:
    if isinstance(row, IconChoiceRow):
        draw_icon_choice(surface, row, bounds)
    elif isinstance(row, ButtonsRow):
        draw_buttons(surface, row, bounds)
    elif isinstance(row, InfoRow):
        _draw_info(surface, row, bounds)
    else:
        _draw_labels(surface, row, bounds)
        if isinstance(row, SwitchRow):
            draw_switch(surface, row, bounds)
        elif isinstance(row, ChoiceRow):
            draw_choice(surface, row, bounds)
        else:
            draw_stepper(surface, row, bounds)


def _draw_labels(
    surface: DrawSurface, row: SwitchRow | ChoiceRow | StepperRow, bounds: Rect
) -> None:
    palette = surface.palette
    labels, hints = _wrap_texts(surface, row, bounds.width)
    text_height = _LABEL_HEIGHT * len(labels) + _HINT_HEIGHT * len(hints)
    y = bounds.y + (bounds.height - text_height) / 2 + 13
    for line in labels:
        surface.draw_text((bounds.x, y), line, TextStyle(palette.text, 13))
        y += _LABEL_HEIGHT
    for line in hints:
        surface.draw_text(
            (bounds.x, y - 1), line, TextStyle(palette.faint, 11.5)
        )
        y += _HINT_HEIGHT


def _wrap_texts(
    surface: DrawSurface,
    row: SwitchRow | ChoiceRow | StepperRow,
    max_width: float,
) -> tuple[list[str], list[str]]:
    """Return label and hint in lines beside what is pressed."""
    text_width = max(
        90.0, max_width - _measure_control(surface, row) - _CONTROL_GAP
    )
    labels = wrap_text(
        surface.canvas, row.label, TextStyle("", 13), text_width
    )
    if not row.hint:
        return labels, []
    return labels, wrap_text(
        surface.canvas, row.hint, TextStyle("", 11.5), text_width
    )


def _measure_control(
    surface: DrawSurface, row: SwitchRow | ChoiceRow | StepperRow
) -> float:
    if isinstance(row, SwitchRow):
        return _SWITCH_WIDTH
    if isinstance(row, ChoiceRow):
        return measure_choice(surface, row)
    return measure_stepper(surface, row)


def _wrap_info_value(
    surface: DrawSurface, row: InfoRow, max_width: float
) -> list[str]:
    text_width = (
        max_width
        - surface.measure_text(row.label, TextStyle("", 13))
        - _CONTROL_GAP
    )
    return wrap_text(
        surface.canvas, row.value, TextStyle("", 12.5), max(90.0, text_width)
    )


def _draw_info(surface: DrawSurface, row: InfoRow, bounds: Rect) -> None:
    palette = surface.palette
    colors = {"ok": palette.ok, "critical": palette.critical}
    style = TextStyle(colors.get(row.status, palette.soft), 12.5)
    lines = _wrap_info_value(surface, row, bounds.width)
    y = bounds.y + (bounds.height - _LABEL_HEIGHT * len(lines)) / 2 + 13
    surface.draw_text((bounds.x, y), row.label, TextStyle(palette.text, 13))
    for line in lines:
        surface.draw_text((bounds.right, y), line, style, "end")
        y += _LABEL_HEIGHT


SETTINGS_WIDTH: Final = 680.0
_SIDEBAR_WIDTH: Final = 172.0
_PADDING: Final = 24.0
_MIN_HEIGHT: Final = 560.0
_GROUP_TITLE_HEIGHT: Final = 21.0
_GROUP_SPACING: Final = 18.0
_ROW_INSET: Final = 14.0


def draw_settings(
    pages: Sequence[SettingsPage],
    title: str,
    view_state: ViewState,
    *,
    is_rtl: bool,
) -> Frame:
    """
    Return the picture of the page that is shown.

    Args:
        pages: All of them; `look.tab` names the one.
        title: Of the window.
        view_state: What the hand does.
        is_rtl: Whether a line starts at the right.
    """
    page = next(page for page in pages if page.name == view_state.tab)
    # Every page is as high as the highest, so that the window stays still.
    probe = DrawSurface((1, 1), view_state, is_rtl=is_rtl)
    height = max(
        _MIN_HEIGHT, *(_compute_page_height(probe, page) for page in pages)
    )
    surface = DrawSurface((SETTINGS_WIDTH, height), view_state, is_rtl=is_rtl)
    _draw_sidebar(surface, pages, title, height)
    y = 20.0
    for group in page.groups:
        y = _draw_group(surface, group, y)
    if view_state.message:
        _draw_message(surface, view_state.message, height)
    return surface.finish()


def _compute_content_width() -> float:
    return SETTINGS_WIDTH - _SIDEBAR_WIDTH - 2 * _PADDING


def _compute_page_height(surface: DrawSurface, page: SettingsPage) -> float:
    row_width = _compute_content_width() - 2 * _ROW_INSET
    rows_height = sum(
        compute_row_height(surface, row, row_width)
        for group in page.groups
        for row in group.rows
    )
    return (
        20
        + rows_height
        + len(page.groups) * (_GROUP_TITLE_HEIGHT + _GROUP_SPACING)
        + 26
    )


def _draw_sidebar(
    surface: DrawSurface,
    pages: Sequence[SettingsPage],
    title: str,
    height: float,
) -> None:
    palette = surface.palette
    fill = mix_colors(palette.background, palette.card, 0.6)
    surface.draw_box(Rect(0, 0, _SIDEBAR_WIDTH, height), fill)
    surface.draw_box(Rect(_SIDEBAR_WIDTH, 0, 1, height), palette.line)
    surface.draw_text((22, 34), title, TextStyle(palette.text, 17, "bold"))
    for number, page in enumerate(pages):
        bounds = Rect(10, 52 + number * 34, _SIDEBAR_WIDTH - 20, 30)
        is_hovered = surface.add_region(f"tab:{page.name}", bounds, page.label)
        is_current = page.name == surface.view_state.tab
        surface.draw_focus_ring(f"tab:{page.name}", bounds, 7, fill)
        if is_current or is_hovered:
            mix = 0.10 if is_current else 0.05
            surface.draw_box(
                bounds, mix_colors(palette.card, palette.text, mix), 7
            )
        style = TextStyle(palette.soft, 13, "medium")
        if is_current:
            style = TextStyle(palette.text, 13, "semibold")
        text = surface.truncate_text(page.label, style, bounds.width - 24)
        surface.draw_text((22, bounds.y + 19.5), text, style)
    version = f"claude-tray {__version__}"
    surface.draw_text((22, height - 18), version, TextStyle(palette.faint, 11))


def _draw_group(surface: DrawSurface, group: FormGroup, y: float) -> float:
    """Draw a group; return where the next one begins."""
    palette = surface.palette
    x, width = _SIDEBAR_WIDTH + _PADDING, _compute_content_width()
    style = TextStyle(palette.soft, 12, "semibold")
    surface.draw_text((x, y + 12), group.title, style)
    y += _GROUP_TITLE_HEIGHT
    row_width = width - 2 * _ROW_INSET
    heights = [
        compute_row_height(surface, row, row_width) for row in group.rows
    ]
    surface.draw_card(Rect(x, y, width, sum(heights)))
    for number, (row, height) in enumerate(
        zip(group.rows, heights, strict=True),
    ):
        if number:
            line = Rect(x + _ROW_INSET, y, row_width, 1)
            surface.draw_box(line, palette.line)
        draw_row(surface, row, Rect(x + _ROW_INSET, y, row_width, height))
        y += height
    return y + _GROUP_SPACING


def _draw_message(surface: DrawSurface, text: str, height: float) -> None:
    palette = surface.palette
    style = TextStyle(palette.background, 12, "medium")
    truncated = surface.truncate_text(
        text, style, _compute_content_width() - 28
    )
    width = surface.measure_text(truncated, style) + 28
    bounds = Rect(
        _SIDEBAR_WIDTH + (SETTINGS_WIDTH - _SIDEBAR_WIDTH - width) / 2,
        height - 40,
        width,
        28,
    )
    surface.draw_box(bounds, palette.text, 8)
    surface.draw_text((bounds.x + 14, bounds.y + 18.5), truncated, style)
