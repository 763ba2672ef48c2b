from __future__ import annotations

import pytest

from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.render.sections import (
    TOKEN_COSTS_HEIGHT,
    compute_limits_height,
    compute_token_costs_height,
    draw_daily_costs,
    draw_limits,
    draw_ranking,
)
from claude_tray.ui.toolkit.surface import DrawSurface, ViewState
from tests.support.popup_states import make_popup_state

IDLE = ViewState()
VIEW = build_view(*make_popup_state("pace"))
BOUNDS = Rect(18, 10, 364, 104)


def make_surface(view_state: ViewState = IDLE) -> DrawSurface:
    return DrawSurface((400, 130), view_state, is_rtl=False)


def test_long_costs_move_to_a_line_of_their_own() -> None:
    long = tuple(row._replace(cost="$123,456.78") for row in VIEW.token_costs)
    surface = make_surface()

    heights = [
        compute_token_costs_height(surface, rows)
        for rows in (VIEW.token_costs, long)
    ]

    assert heights == [TOKEN_COSTS_HEIGHT, TOKEN_COSTS_HEIGHT + 15]


def test_a_ranking_has_at_most_four_rows() -> None:
    five, four = make_surface(), make_surface()

    draw_ranking(five, VIEW.projects + VIEW.projects[:1], "", BOUNDS)
    draw_ranking(four, VIEW.projects, "", BOUNDS)

    assert five.finish().picture == four.finish().picture


def test_an_empty_ranking_has_a_text() -> None:
    empty, blank = make_surface(), make_surface()

    draw_ranking(empty, (), "Nothing used yet", BOUNDS)

    assert empty.finish().picture != blank.finish().picture


@pytest.mark.parametrize("count", [1, 3])
def test_every_limit_has_a_bar_of_its_own(count: int) -> None:
    surface = make_surface()

    draw_limits(surface, VIEW.limits[:count], BOUNDS)

    picture = surface.canvas.picture
    background = picture.getpixel((200, 3))
    bars = [
        picture.getpixel((375, 33 + 35 * number)) != background
        for number in range(3)
    ]
    assert bars == [number < count for number in range(3)]


def test_an_amount_has_no_bar() -> None:
    amount = VIEW.limits[0]._replace(fraction=None)

    assert compute_limits_height((amount,)) < compute_limits_height(
        VIEW.limits[:1]
    )
    plain, drawn = make_surface(), make_surface()
    draw_limits(drawn, (amount,), BOUNDS)
    assert plain.finish().picture != drawn.finish().picture


def test_the_pointer_selects_a_day() -> None:
    plain = make_surface()
    hovered = make_surface(ViewState(hover="days", pointer=(100.0, 60.0)))

    for surface in (plain, hovered):
        draw_daily_costs(surface, VIEW.daily_costs, BOUNDS)

    assert hovered.finish().picture != plain.finish().picture
