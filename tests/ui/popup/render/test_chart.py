from __future__ import annotations

from PIL import ImageChops

from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.render.chart import CHART_HEIGHT, draw_chart
from claude_tray.ui.toolkit.surface import DrawSurface, Frame, ViewState
from tests.support.popup_states import make_popup_state

IDLE = ViewState()
BOUNDS = Rect(18, 10, 364, CHART_HEIGHT)


def draw(state: str, view_state: ViewState = IDLE) -> Frame:
    view = build_view(*make_popup_state(state))
    surface = DrawSurface((400, 150), view_state, is_rtl=False)
    assert view.chart is not None
    draw_chart(surface, view.chart, BOUNDS)
    return surface.finish()


def test_the_chart_is_described_for_screen_readers() -> None:
    (region,) = draw("pace").regions

    assert region.label == "Limit usage from 10:00 to 15:00: 38% so far."
    assert not region.is_button


def test_the_pointer_shows_the_value_below_it() -> None:
    hovered = ViewState(hover="chart", pointer=(100.0, 60.0))

    difference = ImageChops.difference(
        draw("pace").picture, draw("pace", hovered).picture
    )

    assert difference.getbbox() is not None


def test_the_pointer_shows_nothing_in_the_future() -> None:
    hovered = ViewState(hover="chart", pointer=(350.0, 60.0))

    assert draw("pace", hovered).picture == draw("pace").picture
