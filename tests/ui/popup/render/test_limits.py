from __future__ import annotations

import pytest

from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.render.limits import (
    compute_limits_height,
    draw_limits,
)
from claude_tray.ui.toolkit.surface import DrawSurface, ViewState
from tests.support.popup_states import make_popup_state

LIMITS = build_view(*make_popup_state("pace")).limits
BOUNDS = Rect(18, 10, 364, 104)


def make_surface() -> DrawSurface:
    return DrawSurface((400, 130), ViewState(), is_rtl=False)


@pytest.mark.parametrize("count", [1, 3])
def test_every_limit_has_a_bar_of_its_own(count: int) -> None:
    surface = make_surface()

    draw_limits(surface, LIMITS[:count], BOUNDS)

    picture = surface.canvas.picture
    background = picture.getpixel((200, 3))
    bars = [
        picture.getpixel((375, 33 + 35 * number)) != background
        for number in range(3)
    ]
    assert bars == [number < count for number in range(3)]


def test_an_amount_has_no_bar() -> None:
    amount = LIMITS[0]._replace(fraction=None)

    assert compute_limits_height((amount,)) < compute_limits_height(LIMITS[:1])
    assert compute_limits_height(()) == 0
    plain, drawn = make_surface(), make_surface()
    draw_limits(drawn, (amount,), BOUNDS)
    assert plain.finish().picture != drawn.finish().picture
