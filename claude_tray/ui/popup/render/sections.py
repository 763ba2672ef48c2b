"""Draw limits, tiles, token costs, rankings and daily costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.status import AccountStatus
from claude_tray.ui.graphics.canvas import Rect, TextStyle
from claude_tray.ui.graphics.palette import mix_colors, tint_color
from claude_tray.ui.graphics.shapes import Tick, draw_bar, draw_stacked_bar
from claude_tray.ui.popup.render.header import (
    CONTENT_WIDTH,
    select_status_color,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.presentation.limit_meters import LimitMeter
    from claude_tray.presentation.rows import (
        CostTile,
        DailyCosts,
        RankingRow,
        TokenCostRow,
    )
    from claude_tray.ui.popup.compose import PopupView
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

TILES_HEIGHT: Final = 62.0
_TILE_GAP: Final = 8.0
_TILE_PADDING: Final = 10.0
_TILE_END_PADDING: Final = 8.0
# Baselines of name, cost and tokens.
_TILE_BASELINES: Final = (17.0, 37.0, 53.0)
_TILE_COST_SIZES: Final = (17.0, 13.0)

TOKEN_COSTS_HEIGHT: Final = 75.0
_TOKEN_TITLE_BASELINE: Final = 12.0
_TOKEN_BAR_TOP: Final = 21.0
_TOKEN_BAR_HEIGHT: Final = 8.0
_TOKEN_KEY_TOP: Final = 38.0
_TOKEN_KEY_SIZE: Final = 7.0
# Text begins to the right of the key, and ends before the next column.
_TOKEN_TEXT_X: Final = 11.0
_TOKEN_COLUMN_GAP: Final = 2.0
_TOKEN_NAME_BASELINE: Final = 45.0
_TOKEN_COUNT_BASELINE: Final = 60.0
_TOKEN_COST_GAP: Final = 4.0
_COST_LINE_HEIGHT: Final = 15.0

RANKING_HEIGHT: Final = 104.0
_MAX_ROWS: Final = 4
_ROW_HEIGHT: Final = 26.0
_ROW_BASELINE: Final = 13.0
_EMPTY_BASELINE: Final = 44.0
# Columns of a ranking: name, bar, tokens, cost.
_NAME_WIDTH: Final = 132.0
_BAR_X: Final = _NAME_WIDTH + _TEXT_GAP
_VALUES_WIDTH: Final = 124.0
_MIN_COST_WIDTH: Final = 58.0
_BAR_RISE: Final = 7.0

_DAYS_REGION: Final = "days"
_DAYS_TITLE_BASELINE: Final = 9.0
_DAYS_TITLE_HEIGHT: Final = 18.0
_DAYS_MARKS_HEIGHT: Final = 18.0
_DAYS_MARK_RISE: Final = 4.0
_MIN_COLUMN_HEIGHT: Final = 2.0
_MAX_COLUMN_RADIUS: Final = 2.5
_WEEKDAY_MIX: Final = 0.55
_WEEKEND_MIX: Final = 0.33


def compute_limits_height(limits: Sequence[LimitMeter]) -> float:
    """Return the height of the meters and the space below them."""
    if not limits:
        return 0.0
    heights = [_get_meter_height(meter) for meter in limits]
    return sum(heights) + _LIMITS_GAP


def draw_limits(
    surface: DrawSurface, limits: Sequence[LimitMeter], bounds: Rect
) -> None:
    """Draw the meters below each other."""
    y = bounds.y
    for meter in limits:
        height = _get_meter_height(meter)
        _draw_meter(surface, meter, Rect(bounds.x, y, bounds.width, height))
        y += height


def _get_meter_height(meter: LimitMeter) -> float:
    return _AMOUNT_HEIGHT if meter.fraction is None else _METER_HEIGHT


def _draw_meter(surface: DrawSurface, meter: LimitMeter, bounds: Rect) -> None:
    """Draw name, end and value in a line, and a bar below."""
    palette = surface.palette
    color = select_status_color(meter.status, palette)
    is_calm = meter.status is AccountStatus.OK
    value_style = TextStyle(palette.text, 12.5, "semibold")
    name_style = TextStyle(palette.text, 12.5, "medium")
    end_style = TextStyle(
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
        tick = Tick(meter.elapsed_fraction, palette.text, palette.background)
    track = Rect(
        bounds.x, bounds.y + _METER_BAR_TOP, bounds.width, _BAR_HEIGHT
    )
    draw_bar(
        surface.canvas, track, (meter.fraction, color), palette.track, tick
    )


def draw_tiles(
    surface: DrawSurface, tiles: Sequence[CostTile], bounds: Rect
) -> None:
    palette = surface.palette
    gaps = _TILE_GAP * (len(tiles) - 1)
    column_width = (bounds.width - gaps) / len(tiles)
    max_width = column_width - _TILE_PADDING - _TILE_END_PADDING
    large_size, small_size = _TILE_COST_SIZES
    name_style, small_style = (
        TextStyle(palette.soft, 11, "medium"),
        TextStyle(palette.faint, 11),
    )
    for number, tile in enumerate(tiles):
        x = bounds.x + number * (column_width + _TILE_GAP)
        surface.draw_card(Rect(x, bounds.y, column_width, bounds.height), 9)
        cost_style = TextStyle(palette.text, large_size, "semibold")
        if surface.measure_text(tile.cost, cost_style) > max_width:
            cost_style = cost_style._replace(size=small_size)
        for text, style, baseline in zip(
            tile,
            (name_style, cost_style, small_style),
            _TILE_BASELINES,
            strict=True,
        ):
            truncated = surface.truncate_text(text, style, max_width)
            position = (x + _TILE_PADDING, bounds.y + baseline)
            surface.draw_text(position, truncated, style)


def draw_token_costs(
    surface: DrawSurface, view: PopupView, bounds: Rect
) -> None:
    palette = surface.palette
    title_style = TextStyle(palette.text, 12.5, "medium")
    faint = TextStyle(palette.faint, 11)
    y = bounds.y + _TOKEN_TITLE_BASELINE
    pace_width = surface.draw_text(
        (bounds.right, y), view.pace_text, faint, "end"
    )
    text = surface.truncate_text(
        view.token_costs_title, title_style, bounds.width - pace_width - 10
    )
    surface.draw_text((bounds.x, y), text, title_style)
    parts = [
        (token_cost.fraction, color)
        for token_cost, color in zip(
            view.token_costs, palette.kinds, strict=True
        )
    ]
    strip = Rect(
        bounds.x, bounds.y + _TOKEN_BAR_TOP, bounds.width, _TOKEN_BAR_HEIGHT
    )
    draw_stacked_bar(surface.canvas, strip, parts, palette.track)
    column_width = bounds.width / len(view.token_costs)
    is_one_line = _fits_one_line(surface, view.token_costs)
    for number, token_cost in enumerate(view.token_costs):
        x = bounds.x + number * column_width
        key = Rect(
            x, bounds.y + _TOKEN_KEY_TOP, _TOKEN_KEY_SIZE, _TOKEN_KEY_SIZE
        )
        surface.draw_box(key, palette.kinds[number], 2)
        cell = Rect(
            x + _TOKEN_TEXT_X,
            bounds.y,
            column_width - _TOKEN_TEXT_X - _TOKEN_COLUMN_GAP,
            bounds.height,
        )
        _draw_token_cost(surface, token_cost, cell, is_one_line=is_one_line)


def compute_token_costs_height(
    surface: DrawSurface, token_costs: Sequence[TokenCostRow]
) -> float:
    """Return the height of the costs, which may need a second line."""
    return TOKEN_COSTS_HEIGHT + (
        0 if _fits_one_line(surface, token_costs) else _COST_LINE_HEIGHT
    )


def _fits_one_line(
    surface: DrawSurface, token_costs: Sequence[TokenCostRow]
) -> bool:
    column_width = CONTENT_WIDTH / max(1, len(token_costs))
    max_width = column_width - _TOKEN_TEXT_X - _TOKEN_COST_GAP
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
    name_position = (bounds.x, bounds.y + _TOKEN_NAME_BASELINE)
    surface.draw_text(name_position, truncated, name_style)
    y = bounds.y + _TOKEN_COUNT_BASELINE
    width = surface.draw_text((bounds.x, y), token_cost.tokens, count_style)
    position = (bounds.x + width + _TOKEN_COST_GAP, y)
    if not is_one_line:
        position = (bounds.x, y + _COST_LINE_HEIGHT)
    surface.draw_text(position, token_cost.cost, TextStyle(palette.faint, 11))


def draw_ranking(
    surface: DrawSurface,
    rows: Sequence[RankingRow],
    empty_text: str,
    bounds: Rect,
) -> None:
    """Draw the first four rows of a ranking."""
    palette = surface.palette
    if not rows:
        style = TextStyle(palette.soft, 12, "medium")
        position = (bounds.center_x, bounds.y + _EMPTY_BASELINE)
        surface.draw_text(position, empty_text, style, "middle")
        return
    name_style, tokens_style = (
        TextStyle(palette.text, 12.5),
        TextStyle(palette.faint, 11.5),
    )
    cost_style = TextStyle(palette.text, 12.5, "medium")
    for number, row in enumerate(rows[:_MAX_ROWS]):
        baseline = bounds.y + number * _ROW_HEIGHT + _ROW_BASELINE
        truncated = surface.truncate_text(row.name, name_style, _NAME_WIDTH)
        surface.draw_text((bounds.x, baseline), truncated, name_style)
        track = Rect(
            bounds.x + _BAR_X,
            baseline - _BAR_RISE,
            bounds.width - _BAR_X - _VALUES_WIDTH,
            _BAR_HEIGHT,
        )
        draw_bar(
            surface.canvas,
            track,
            (row.fraction, palette.accent),
            palette.track,
        )
        width = surface.draw_text(
            (bounds.right, baseline), row.cost, cost_style, "end"
        )
        cost_width = max(_MIN_COST_WIDTH, width + _TEXT_GAP)
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
    bottom = bounds.bottom - _DAYS_MARKS_HEIGHT
    max_height = bottom - bounds.y - _DAYS_TITLE_HEIGHT
    for number, day in enumerate(daily_costs.bars):
        left = bounds.x + number * step
        height = max(_MIN_COLUMN_HEIGHT, max_height * day.fraction)
        is_highlighted = number in (hovered, len(daily_costs.bars) - 1)
        mix = _WEEKEND_MIX if day.is_weekend else _WEEKDAY_MIX
        color = mix_colors(palette.background, palette.accent, mix)
        if is_highlighted:
            color = palette.accent
        column = Rect(left + 1, bottom - height, step - 2, height)
        surface.draw_box(column, color, min(_MAX_COLUMN_RADIUS, height / 2))
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
    y = bounds.y + _DAYS_TITLE_BASELINE
    surface.draw_text((bounds.x, y), texts[0], soft)
    surface.draw_text((bounds.right, y), texts[1], texts[2], "end")


def _draw_day_marks(
    surface: DrawSurface, daily_costs: DailyCosts, bounds: Rect, step: float
) -> None:
    style = TextStyle(surface.palette.faint, 10)
    for number, day in enumerate(daily_costs.bars):
        if not day.mark:
            continue
        x, y = bounds.x + number * step + 1, bounds.bottom - _DAYS_MARK_RISE
        if x + surface.measure_text(day.mark, style) > bounds.right:
            surface.draw_text((bounds.right, y), day.mark, style, "end")
        else:
            surface.draw_text((x, y), day.mark, style)
