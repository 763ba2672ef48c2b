"""Draw the settings window: sidebar, groups and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray import __version__
from claude_tray.ui.graphics.canvas import Rect, TextStyle, wrap_text
from claude_tray.ui.graphics.palette import mix_colors
from claude_tray.ui.settings.controls import (
    SWITCH_WIDTH,
    draw_buttons,
    draw_choice,
    draw_icon_choice,
    draw_stepper,
    draw_switch,
    measure_choice,
    measure_stepper,
)
from claude_tray.ui.settings.form_model import (
    ButtonsRow,
    ChoiceRow,
    FormGroup,
    FormRow,
    IconChoiceRow,
    InfoRow,
    SettingsPage,
    StepperRow,
    SwitchRow,
)
from claude_tray.ui.toolkit.surface import DrawSurface, Frame, ViewState

if TYPE_CHECKING:
    from collections.abc import Sequence


_ICON_CHOICE_HEIGHT: Final = 100.0
_BUTTONS_HEIGHT: Final = 52.0
_CONTROL_GAP: Final = 16.0
_LABEL_HEIGHT: Final = 17.0
_HINT_HEIGHT: Final = 15.0
_VERTICAL_PADDING: Final = 23.0
_MIN_ROW_HEIGHT: Final = 46.0
_MIN_SWITCH_HEIGHT: Final = 40.0
_MIN_TEXT_WIDTH: Final = 90.0
_LABEL_SIZE: Final = 13.0
_HINT_SIZE: Final = 11.5
_VALUE_SIZE: Final = 12.5
# Baseline within the height of a line.
_LABEL_BASELINE: Final = 13.0


def compute_row_height(
    surface: DrawSurface, row: FormRow, max_width: float
) -> float:
    """Return the height of a row; its text is wrapped."""
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
    label_style = TextStyle(palette.text, _LABEL_SIZE)
    hint_style = TextStyle(palette.faint, _HINT_SIZE)
    labels, hints = _wrap_texts(surface, row, bounds.width)
    text_height = _LABEL_HEIGHT * len(labels) + _HINT_HEIGHT * len(hints)
    y = bounds.y + (bounds.height - text_height) / 2 + _LABEL_BASELINE
    for line in labels:
        surface.draw_text((bounds.x, y), line, label_style)
        y += _LABEL_HEIGHT
    for line in hints:
        surface.draw_text((bounds.x, y - 1), line, hint_style)
        y += _HINT_HEIGHT


def _wrap_texts(
    surface: DrawSurface,
    row: SwitchRow | ChoiceRow | StepperRow,
    max_width: float,
) -> tuple[list[str], list[str]]:
    """Wrap label and hint into the width left of the controls."""
    control_width = _measure_control(surface, row) + _CONTROL_GAP
    text_width = max(_MIN_TEXT_WIDTH, max_width - control_width)
    label_style, hint_style = (
        TextStyle("", _LABEL_SIZE),
        TextStyle("", _HINT_SIZE),
    )
    labels = wrap_text(surface.canvas, row.label, label_style, text_width)
    if not row.hint:
        return labels, []
    hints = wrap_text(surface.canvas, row.hint, hint_style, text_width)
    return labels, hints


def _measure_control(
    surface: DrawSurface, row: SwitchRow | ChoiceRow | StepperRow
) -> float:
    if isinstance(row, SwitchRow):
        return SWITCH_WIDTH
    if isinstance(row, ChoiceRow):
        return measure_choice(surface, row)
    return measure_stepper(surface, row)


def _wrap_info_value(
    surface: DrawSurface, row: InfoRow, max_width: float
) -> list[str]:
    label_width = surface.measure_text(row.label, TextStyle("", _LABEL_SIZE))
    text_width = max(_MIN_TEXT_WIDTH, max_width - label_width - _CONTROL_GAP)
    style = TextStyle("", _VALUE_SIZE)
    return wrap_text(surface.canvas, row.value, style, text_width)


def _draw_info(surface: DrawSurface, row: InfoRow, bounds: Rect) -> None:
    palette = surface.palette
    colors = {"ok": palette.ok, "critical": palette.critical}
    style = TextStyle(colors.get(row.status, palette.soft), _VALUE_SIZE)
    lines = _wrap_info_value(surface, row, bounds.width)
    text_height = _LABEL_HEIGHT * len(lines)
    y = bounds.y + (bounds.height - text_height) / 2 + _LABEL_BASELINE
    label_style = TextStyle(palette.text, _LABEL_SIZE)
    surface.draw_text((bounds.x, y), row.label, label_style)
    for line in lines:
        surface.draw_text((bounds.right, y), line, style, "end")
        y += _LABEL_HEIGHT


SETTINGS_WIDTH: Final = 680.0
_MIN_HEIGHT: Final = 560.0
_SIDEBAR_WIDTH: Final = 172.0
_SIDEBAR_TEXT_X: Final = 22.0
_TITLE_BASELINE: Final = 34.0
_FIRST_TAB_Y: Final = 52.0
_TAB_HEIGHT: Final = 30.0
_TAB_STEP: Final = 34.0
_TAB_MARGIN: Final = 10.0
_TAB_BASELINE: Final = 19.5
# Baseline of the version, above the lower edge.
_VERSION_RISE: Final = 18.0
_PADDING: Final = 24.0
_TOP_PADDING: Final = 20.0
_BOTTOM_PADDING: Final = 26.0
_GROUP_TITLE_HEIGHT: Final = 21.0
_GROUP_TITLE_BASELINE: Final = 12.0
_GROUP_SPACING: Final = 18.0
_ROW_INSET: Final = 14.0
_MESSAGE_HEIGHT: Final = 28.0
_MESSAGE_PADDING: Final = 14.0
_MESSAGE_BASELINE: Final = 18.5
# Upper edge of the message, above the lower edge of the window.
_MESSAGE_RISE: Final = 40.0


def draw_settings(
    pages: Sequence[SettingsPage],
    title: str,
    view_state: ViewState,
    *,
    is_rtl: bool,
) -> Frame:
    """
    Draw the page that `view_state.tab` names.

    Args:
        pages: All pages.
        title: Title of the window.
        view_state: User input and palette.
        is_rtl: Whether lines start at the right.
    """
    page = next(page for page in pages if page.name == view_state.tab)
    # All pages share the greatest height, so that the window keeps its size.
    probe = DrawSurface((1, 1), view_state, is_rtl=is_rtl)
    height = max(
        _MIN_HEIGHT, *(_compute_page_height(probe, page) for page in pages)
    )
    surface = DrawSurface((SETTINGS_WIDTH, height), view_state, is_rtl=is_rtl)
    _draw_sidebar(surface, pages, title, height)
    y = _TOP_PADDING
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
    group_space = _GROUP_TITLE_HEIGHT + _GROUP_SPACING
    return (
        _TOP_PADDING
        + rows_height
        + len(page.groups) * group_space
        + _BOTTOM_PADDING
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
    title_style = TextStyle(palette.text, 17, "bold")
    surface.draw_text((_SIDEBAR_TEXT_X, _TITLE_BASELINE), title, title_style)
    for number, page in enumerate(pages):
        bounds = Rect(
            _TAB_MARGIN,
            _FIRST_TAB_Y + number * _TAB_STEP,
            _SIDEBAR_WIDTH - 2 * _TAB_MARGIN,
            _TAB_HEIGHT,
        )
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
        position = (_SIDEBAR_TEXT_X, bounds.y + _TAB_BASELINE)
        surface.draw_text(position, text, style)
    version = f"claude-tray {__version__}"
    position = (_SIDEBAR_TEXT_X, height - _VERSION_RISE)
    surface.draw_text(position, version, TextStyle(palette.faint, 11))


def _draw_group(surface: DrawSurface, group: FormGroup, y: float) -> float:
    """Draw a group; return the y of the next one."""
    palette = surface.palette
    x, width = _SIDEBAR_WIDTH + _PADDING, _compute_content_width()
    style = TextStyle(palette.soft, 12, "semibold")
    surface.draw_text((x, y + _GROUP_TITLE_BASELINE), group.title, style)
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
    padding = 2 * _MESSAGE_PADDING
    max_width = _compute_content_width() - padding
    truncated = surface.truncate_text(text, style, max_width)
    width = surface.measure_text(truncated, style) + padding
    bounds = Rect(
        _SIDEBAR_WIDTH + (SETTINGS_WIDTH - _SIDEBAR_WIDTH - width) / 2,
        height - _MESSAGE_RISE,
        width,
        _MESSAGE_HEIGHT,
    )
    surface.draw_box(bounds, palette.text, 8)
    position = (bounds.x + _MESSAGE_PADDING, bounds.y + _MESSAGE_BASELINE)
    surface.draw_text(position, truncated, style)
