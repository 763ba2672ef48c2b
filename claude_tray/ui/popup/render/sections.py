"""Weekly limits, tiles, kinds of tokens, projects, models, days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.graphics.palette import mix_colors
from claude_tray.ui.graphics.shapes import Tick, draw_bar, draw_stacked_bar
from claude_tray.ui.graphics.text_layout import TextStyle
from claude_tray.ui.popup.render.header import (
    CONTENT_WIDTH,
    select_status_color,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.presentation.breakdown import TokenCostRow
    from claude_tray.presentation.daily_bars import DailyCosts
    from claude_tray.presentation.rows import CostTile, RankingRow
    from claude_tray.presentation.weekly_limits import WeeklyLimitMeter
    from claude_tray.ui.popup.view_model import PopupView
    from claude_tray.ui.toolkit.surface import DrawSurface


WEEKLY_LIMITS_HEIGHT: Final = 59.0
TILES_HEIGHT: Final = 62.0
TOKEN_COSTS_HEIGHT: Final = 75.0
RANKING_HEIGHT: Final = 104.0
_COST_LINE_HEIGHT: Final = 15.0
_ROW_HEIGHT: Final = 26.0
_MAX_ROWS: Final = 4
_DAYS_REGION: Final = "days"
_WEEKDAY_MIX: Final = 0.55
_WEEKEND_MIX: Final = 0.33


def draw_weekly_limits(
    surface: DrawSurface, limits: Sequence[WeeklyLimitMeter], bounds: Rect
) -> None:
    count = max(2, len(limits))
    column_width = (bounds.width - 14 * (count - 1)) / count
    if len(limits) == 1:
        column_width = bounds.width
    for number, meter in enumerate(limits):
        x = bounds.x + number * (column_width + 14)
        _draw_meter(
            surface, meter, Rect(x, bounds.y, column_width, bounds.height)
        )


def _draw_meter(
    surface: DrawSurface, meter: WeeklyLimitMeter, bounds: Rect
) -> None:
    palette = surface.palette
    value_style = TextStyle(palette.text, 12.5, "semibold")
    name_style = TextStyle(palette.text, 12.5, "medium")
    faint = TextStyle(palette.faint, 11)
    width = surface.draw_text(
        (bounds.right, bounds.y + 14), meter.value, value_style, "end"
    )
    title = surface.truncate_text(
        meter.name, name_style, bounds.width - width - 8
    )
    surface.draw_text((bounds.x, bounds.y + 14), title, name_style)
    tick = None
    if meter.elapsed_fraction is not None:
        tick = Tick(meter.elapsed_fraction, palette.text, palette.background)
    color = select_status_color(meter.status, palette)
    track = Rect(bounds.x, bounds.y + 23, bounds.width, 6)
    draw_bar(
        surface.canvas, track, (meter.fraction, color), palette.track, tick
    )
    reset_width = surface.draw_text(
        (bounds.x, bounds.y + 45), meter.reset_text, faint
    )
    if (
        reset_width + surface.measure_text(meter.remaining_text, faint) + 8
        <= bounds.width
    ):
        surface.draw_text(
            (bounds.right, bounds.y + 45), meter.remaining_text, faint, "end"
        )


def draw_tiles(
    surface: DrawSurface, tiles: Sequence[CostTile], bounds: Rect
) -> None:
    palette = surface.palette
    column_width = (bounds.width - 8 * (len(tiles) - 1)) / len(tiles)
    name_style, small_style = (
        TextStyle(palette.soft, 11, "medium"),
        TextStyle(palette.faint, 11),
    )
    for number, tile in enumerate(tiles):
        x = bounds.x + number * (column_width + 8)
        surface.draw_card(Rect(x, bounds.y, column_width, bounds.height), 9)
        max_width = column_width - 18
        cost_style = TextStyle(palette.text, 17, "semibold")
        if surface.measure_text(tile.cost, cost_style) > max_width:
            cost_style = TextStyle(palette.text, 13, "semibold")
        for y, text, style in (
            (17, tile.name, name_style),
            (37, tile.cost, cost_style),
            (53, tile.tokens, small_style),
        ):
            truncated = surface.truncate_text(text, style, max_width)
            surface.draw_text((x + 10, bounds.y + y), truncated, style)


def draw_token_costs(
    surface: DrawSurface, view: PopupView, bounds: Rect
) -> None:
    palette = surface.palette
    title_style = TextStyle(palette.text, 12.5, "medium")
    faint = TextStyle(palette.faint, 11)
    pace_width = surface.draw_text(
        (bounds.right, bounds.y + 12), view.pace_text, faint, "end"
    )
    text = surface.truncate_text(
        view.token_costs_title, title_style, bounds.width - pace_width - 10
    )
    surface.draw_text((bounds.x, bounds.y + 12), text, title_style)
    parts = [
        (token_cost.fraction, color)
        for token_cost, color in zip(
            view.token_costs, palette.kinds, strict=True
        )
    ]
    strip = Rect(bounds.x, bounds.y + 21, bounds.width, 8)
    draw_stacked_bar(surface.canvas, strip, parts, palette.track)
    column_width = bounds.width / len(view.token_costs)
    is_one_line = _fits_one_line(surface, view.token_costs)
    for number, token_cost in enumerate(view.token_costs):
        x = bounds.x + number * column_width
        surface.draw_box(
            Rect(x, bounds.y + 38, 7, 7), palette.kinds[number], 2
        )
        cell = Rect(x + 11, bounds.y, column_width - 13, bounds.height)
        _draw_token_cost(surface, token_cost, cell, is_one_line=is_one_line)


def compute_token_costs_height(
    surface: DrawSurface, token_costs: Sequence[TokenCostRow]
) -> float:
    """Return how high the kinds are: costs may need a line of their own."""
    return TOKEN_COSTS_HEIGHT + (
        0 if _fits_one_line(surface, token_costs) else _COST_LINE_HEIGHT
    )


def _fits_one_line(
    surface: DrawSurface, token_costs: Sequence[TokenCostRow]
) -> bool:
    max_width = CONTENT_WIDTH / max(1, len(token_costs)) - 15
    return all(
        surface.measure_text(token_cost.tokens, TextStyle("", 11.5, "medium"))
        + surface.measure_text(token_cost.cost, TextStyle("", 11))
        <= max_width
        for token_cost in token_costs
    )


def _draw_token_cost(
    surface: DrawSurface,
    token_cost: TokenCostRow,
    bounds: Rect,
    *,
    is_one_line: bool,
) -> None:
    palette = surface.palette
    name_style, count_style = (
        TextStyle(palette.soft, 11),
        TextStyle(palette.text, 11.5, "medium"),
    )
    truncated = surface.truncate_text(
        token_cost.name, name_style, bounds.width
    )
    surface.draw_text((bounds.x, bounds.y + 45), truncated, name_style)
    width = surface.draw_text(
        (bounds.x, bounds.y + 60), token_cost.tokens, count_style
    )
    position = (bounds.x + width + 4, bounds.y + 60)
    if not is_one_line:
        position = (bounds.x, bounds.y + 60 + _COST_LINE_HEIGHT)
    surface.draw_text(position, token_cost.cost, TextStyle(palette.faint, 11))


def draw_ranking(
    surface: DrawSurface,
    rows: Sequence[RankingRow],
    empty_text: str,
    bounds: Rect,
) -> None:
    """Draw the greatest, four at most."""
    palette = surface.palette
    if not rows:
        style = TextStyle(palette.soft, 12, "medium")
        surface.draw_text(
            (bounds.center_x, bounds.y + 44), empty_text, style, "middle"
        )
        return
    name_style, tokens_style = (
        TextStyle(palette.text, 12.5),
        TextStyle(palette.faint, 11.5),
    )
    cost_style = TextStyle(palette.text, 12.5, "medium")
    for number, row in enumerate(rows[:_MAX_ROWS]):
        baseline = bounds.y + number * _ROW_HEIGHT + 13
        truncated = surface.truncate_text(row.name, name_style, 132)
        surface.draw_text((bounds.x, baseline), truncated, name_style)
        track = Rect(bounds.x + 140, baseline - 7, bounds.width - 140 - 124, 6)
        draw_bar(
            surface.canvas,
            track,
            (row.fraction, palette.accent),
            palette.track,
        )
        width = surface.draw_text(
            (bounds.right, baseline), row.cost, cost_style, "end"
        )
        cost_width = max(58, width + 8)
        surface.draw_text(
            (bounds.right - cost_width, baseline),
            row.tokens,
            tokens_style,
            "end",
        )


def draw_daily_costs(
    surface: DrawSurface, daily_costs: DailyCosts, bounds: Rect
) -> None:
    palette = surface.palette
    surface.add_region(
        _DAYS_REGION, bounds, daily_costs.total, is_button=False
    )
    step = bounds.width / max(1, len(daily_costs.bars))
    x = surface.find_pointer_x(_DAYS_REGION)
    hovered = -1 if x is None else int((x - bounds.x) // step)
    max_height = bounds.height - 36
    bottom = bounds.bottom - 18
    for number, day in enumerate(daily_costs.bars):
        left = bounds.x + number * step
        height = max(2, max_height * day.fraction)
        is_highlighted = number in (hovered, len(daily_costs.bars) - 1)
        mix = _WEEKEND_MIX if day.is_weekend else _WEEKDAY_MIX
        color = mix_colors(palette.background, palette.accent, mix)
        if is_highlighted:
            color = palette.accent
        column = Rect(left + 1, bottom - height, step - 2, height)
        surface.draw_box(column, color, min(2.5, height / 2))
    _draw_day_marks(surface, daily_costs, bounds, step)
    soft, faint = (
        TextStyle(palette.soft, 11, "medium"),
        TextStyle(palette.faint, 11),
    )
    strong = TextStyle(palette.text, 11.5, "semibold")
    texts = (daily_costs.total, daily_costs.average, faint)
    if 0 <= hovered < len(daily_costs.bars):
        texts = (
            daily_costs.bars[hovered].name,
            daily_costs.bars[hovered].cost,
            strong,
        )
    surface.draw_text((bounds.x, bounds.y + 9), texts[0], soft)
    surface.draw_text((bounds.right, bounds.y + 9), texts[1], texts[2], "end")


def _draw_day_marks(
    surface: DrawSurface, daily_costs: DailyCosts, bounds: Rect, step: float
) -> None:
    style = TextStyle(surface.palette.faint, 10)
    for number, day in enumerate(daily_costs.bars):
        if not day.mark:
            continue
        x = bounds.x + number * step + 1
        if x + surface.measure_text(day.mark, style) > bounds.right:
            surface.draw_text(
                (bounds.right, bounds.bottom - 4), day.mark, style, "end"
            )
        else:
            surface.draw_text((x, bounds.bottom - 4), day.mark, style)
