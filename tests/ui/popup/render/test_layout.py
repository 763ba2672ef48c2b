from __future__ import annotations

import pytest

from claude_tray.ui.popup.compose import PopupView, build_view
from claude_tray.ui.popup.render.layout import draw_popup
from claude_tray.ui.toolkit.surface import Frame, ViewState
from tests.support.popup_states import STATES, make_popup_state


def draw(view: PopupView, tab: str = "projects") -> Frame:
    return draw_popup(view, ViewState(tab=tab))


def make_view(state: str) -> PopupView:
    return build_view(*make_popup_state(state))


@pytest.mark.parametrize("state", STATES)
def test_all_regions_are_inside_the_picture(state: str) -> None:
    frame = draw(make_view(state))
    width, height = frame.picture.size

    for region in frame.regions:
        box = region.bounds
        assert 0 <= box.x < box.right <= width
        assert 0 <= box.y < box.bottom <= height


def test_the_height_follows_from_the_content() -> None:
    view = make_view("pace")
    heights = {
        name: draw(changed).picture.height
        for name, changed in (
            ("plain", view),
            ("no limits", view._replace(limits=())),
            ("note", view._replace(notes=("A note.",))),
            ("two notes", view._replace(notes=("A note.", "Another."))),
        )
    }

    assert heights["plain"] - heights["no limits"] == 3 * 35 + 7
    assert heights["note"] - heights["plain"] == 19
    assert heights["two notes"] - heights["note"] == 15


def test_accounts_are_buttons() -> None:
    regions = [region.name for region in draw(make_view("accounts")).regions]

    assert regions[1:3] == ["account:0", "account:1"]


def test_only_the_days_follow_the_pointer_on_their_tab() -> None:
    view = make_view("pace")
    names = {
        tab: {region.name for region in draw(view, tab).regions}
        for tab in ("projects", "models", "days")
    }

    assert "days" in names["days"]
    assert "days" not in names["projects"] | names["models"]
