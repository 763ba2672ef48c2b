"""Draw the limits with bars and their pace in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.status import AccountStatus
from claude_tray.ui.graphics import canvas, shapes
from claude_tray.ui.graphics.palette import tint_color
from claude_tray.ui.popup.render.header import select_status_color

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.presentation.limit_meters import LimitMeter
    from claude_tray.ui.toolkit.surface import DrawSurface


# Heights of a limit with and without a bar, and the space below all of them.
_METER_HEIGHT: Final = 35.0
_AMOUNT_HEIGHT: Final = 22.0
_LIMITS_GAP: Final = 7.0
_METER_BASELINE: Final = 13.0
_METER_BAR_TOP: Final = 20.0
_BAR_HEIGHT: Final = 6.0
# Minimum space between two texts on one line.
_TEXT_GAP: Final = 8.0


def compute_limits_height(limits: Sequence[LimitMeter]) -> float:
    """Return the height of the meters and the space below them."""
    if not limits:
        return 0.0
    heights = [_get_meter_height(meter) for meter in limits]
    return sum(heights) + _LIMITS_GAP


def draw_limits(
    surface: DrawSurface, limits: Sequence[LimitMeter], bounds: canvas.Rect
) -> None:
    """Draw the meters below each other."""
    y = bounds.y
    for meter in limits:
        height = _get_meter_height(meter)
        _draw_meter(
            surface, meter, canvas.Rect(bounds.x, y, bounds.width, height)
        )
        y += height


def _get_meter_height(meter: LimitMeter) -> float:
    return _AMOUNT_HEIGHT if meter.fraction is None else _METER_HEIGHT


def _draw_meter(
    surface: DrawSurface, meter: LimitMeter, bounds: canvas.Rect
) -> None:
    """Draw name, end and value in a line, and a bar below."""
    palette = surface.palette
    color = select_status_color(meter.status, palette)
    is_calm = meter.status is AccountStatus.OK
    value_style = canvas.TextStyle(palette.text, 12.5, "semibold")
    name_style = canvas.TextStyle(palette.text, 12.5, "medium")
    end_style = canvas.TextStyle(
        palette.faint if is_calm else tint_color(palette, color)[0], 11
    )
    y = bounds.y + _METER_BASELINE
    value_width = surface.draw_text(
        (bounds.right, y), meter.value, value_style, "end"
    )
    width = bounds.width - value_width - _TEXT_GAP
    name = surface.truncate_text(meter.name, name_style, width)
    used = surface.draw_text((bounds.x, y), name, name_style) + _TEXT_GAP
    end = surface.truncate_text(meter.end_text, end_style, width - used)
    surface.draw_text((bounds.x + used, y), end, end_style)
    if meter.fraction is None:
        return
    tick = None
    if meter.elapsed_fraction is not None:
        tick = shapes.Tick(
            meter.elapsed_fraction, palette.text, palette.background
        )
    track = canvas.Rect(
        bounds.x, bounds.y + _METER_BAR_TOP, bounds.width, _BAR_HEIGHT
    )
    shapes.draw_bar(
        surface.canvas, track, (meter.fraction, color), palette.track, tick
    )
