from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.core.setup import FileChange, SetupState
from claude_tray.i18n.translator import ENGLISH
from claude_tray.presentation.banner import Banner
from claude_tray.presentation.help_sheet import list_key_help
from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.render.messages import (
    WelcomePainter,
    compute_banner_height,
    compute_help_height,
    draw_banner,
    draw_buttons,
    draw_help,
)
from claude_tray.ui.toolkit.surface import DrawSurface, ViewState
from claude_tray.ui.toolkit.widgets import Button
from tests.support.popup_states import make_popup_state

if TYPE_CHECKING:
    from claude_tray.presentation.welcome import Welcome

BOUNDS = Rect(18, 6, 364, 60)
SHORT = Banner("key", "A short sentence.")


def make_surface() -> DrawSurface:
    return DrawSurface((400, 500), ViewState(), is_rtl=False)


def build_welcome(setup: SetupState) -> Welcome:
    state = make_popup_state("empty").change_snapshot(is_waiting=True)
    welcome = build_view(*state.change_data(setup=setup)).welcome
    assert welcome is not None
    return welcome


def test_a_banner_grows_with_its_text_and_button() -> None:
    surface = make_surface()
    text = "A sentence that is a bit too long for a line with a button."
    banners = (None, SHORT, Banner("k", text), Banner("k", text * 2, "Accept"))

    heights = [
        compute_banner_height(surface, banner, BOUNDS.width)
        for banner in banners
    ]

    assert heights[0] == 0
    assert heights[1] == heights[2] < heights[3]


@pytest.mark.parametrize(
    ("banner", "names"),
    [
        (SHORT, ["dismiss"]),
        (SHORT._replace(button="Connect"), ["dismiss", "banner"]),
    ],
)
def test_a_banner_can_be_dismissed_and_accepted(
    banner: Banner, names: list[str]
) -> None:
    surface = make_surface()

    draw_banner(surface, banner, BOUNDS, "Dismiss")

    assert [region.name for region in surface.regions] == names
    assert surface.regions[0].tooltip == "Dismiss"


def test_buttons_stand_side_by_side() -> None:
    surface = make_surface()

    draw_buttons(surface, [Button("a", "One"), Button("b", "Two")], BOUNDS)

    first, second = surface.regions
    assert first.bounds.right < second.bounds.x


def test_the_welcome_state_shows_switches_and_suggestions() -> None:
    surface = make_surface()
    welcome = build_welcome(SetupState(starts_at_login=True))

    height = WelcomePainter(surface, BOUNDS).draw(welcome)

    assert [region.name for region in surface.regions] == [
        "switch:limits",
        "switch:autostart",
        "switch:notifications",
        "suggest:0",
    ]
    assert surface.regions[-1].bounds.bottom < BOUNDS.y + height


def test_what_a_click_changes_is_shown_before_it() -> None:
    change = FileChange("~/settings.json", ("{",), ('{ "statusLine": 1',))
    heights = {
        name: WelcomePainter(make_surface(), BOUNDS).draw(build_welcome(setup))
        for name, setup in (
            ("plain", SetupState()),
            ("change", SetupState(changes=(change,))),
            ("on", SetupState(has_limits=True, changes=(change,))),
            ("problem", SetupState(problems=(("limits", "No."),))),
        )
    }

    assert heights["plain"] + 3 * 14.5 == heights["change"]
    assert heights["plain"] + 14.5 == heights["problem"]
    assert heights["on"] < heights["plain"]


def test_the_help_sheet_has_a_line_for_each_key() -> None:
    keys = list_key_help(ENGLISH)
    plain, drawn = make_surface(), make_surface()

    draw_help(drawn, keys, BOUNDS)

    assert compute_help_height(keys) == len(keys) * 25 + 20
    assert plain.finish().picture != drawn.finish().picture
