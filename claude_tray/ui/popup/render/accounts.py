"""Draw a chip for each account, with its own state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.ui.graphics import canvas, shapes
from claude_tray.ui.graphics.palette import mix_colors
from claude_tray.ui.popup.render.header import (
    ALARMING_STATUSES,
    select_status_color,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.status import AccountStatus
    from claude_tray.ui.popup.compose import AccountTab
    from claude_tray.ui.toolkit.surface import DrawSurface


_GAP: Final = 6.0
_PADDING: Final = 10.0
_DOT_RADIUS: Final = 3.5
# From the edge of a chip to its text, past the dot.
_TEXT_X: Final = 22.0
_SIZE: Final = 12.0
_BASELINE: Final = 4.3


def draw_accounts(
    surface: DrawSurface, accounts: Sequence[AccountTab], bounds: canvas.Rect
) -> None:
    """Draw the accounts in a row; their names share what space there is."""
    style = canvas.TextStyle("", _SIZE, "semibold")
    widths = [
        surface.measure_text(_format_label(account), style)
        + (_TEXT_X if account.status else _PADDING)
        + _PADDING
        for account in accounts
    ]
    space = bounds.width - _GAP * (len(accounts) - 1)
    scale = min(1.0, space / sum(widths))
    x = bounds.x
    for number, (account, width) in enumerate(
        zip(accounts, widths, strict=True)
    ):
        chip = canvas.Rect(x, bounds.y, width * scale, bounds.height)
        _draw_account(surface, number, account, chip)
        x += chip.width + _GAP


def _format_label(account: AccountTab) -> str:
    return f"{account.name} {account.value}".strip()


def _draw_account(
    surface: DrawSurface, number: int, account: AccountTab, chip: canvas.Rect
) -> None:
    palette, name = surface.palette, f"account:{number}"
    label = " ".join(filter(None, (_format_label(account), account.pill)))
    tooltip = "\n".join(filter(None, (account.name, account.pill)))
    is_hovered = surface.add_region(name, chip, label, tooltip=tooltip)
    radius = chip.height / 2
    surface.draw_focus_ring(name, chip, radius, palette.background)
    fill = palette.card
    if account.is_selected or is_hovered:
        mix = 0.13 if account.is_selected else 0.05
        fill = mix_colors(palette.card, palette.text, mix)
    surface.draw_box(chip, fill, radius, shapes.Edge(palette.line))
    text_x = chip.x + _PADDING
    if account.status is not None:
        _draw_dot(surface, account.status, chip, fill)
        text_x = chip.x + _TEXT_X
    style = canvas.TextStyle(palette.soft, _SIZE, "medium")
    if account.is_selected:
        style = canvas.TextStyle(palette.text, _SIZE, "semibold")
    space = chip.right - text_x - _PADDING + 2
    text = _fit_label(surface, account, style, space)
    y = chip.y + chip.height / 2 + _BASELINE
    surface.draw_text((text_x, y), text, style)


def _fit_label(
    surface: DrawSurface,
    account: AccountTab,
    style: canvas.TextStyle,
    space: float,
) -> str:
    """Shorten the name, not the share behind it."""
    label = _format_label(account)
    if surface.measure_text(label, style) <= space:
        return label
    value = f" {account.value}" if account.value else ""
    name_space = space - surface.measure_text(value, style)
    return surface.truncate_text(account.name, style, name_space) + value


def _draw_dot(
    surface: DrawSurface, status: AccountStatus, chip: canvas.Rect, fill: str
) -> None:
    """Draw a dot, or a ring, as color alone shows no state."""
    center = (chip.x + _PADDING + 3, chip.y + chip.height / 2)
    color = select_status_color(status, surface.palette)
    shapes.draw_dot(surface.canvas, center, _DOT_RADIUS, color)
    if status.color_status not in ALARMING_STATUSES:
        shapes.draw_dot(surface.canvas, center, _DOT_RADIUS - 1.5, fill)
