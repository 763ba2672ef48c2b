from __future__ import annotations

from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.render.layout import draw_popup
from claude_tray.ui.toolkit.surface import Frame, ViewState
from tests.support.popup_states import make_popup_state

IDLE = ViewState()
VIEW = build_view(*make_popup_state("pace"))


def draw(view_state: ViewState = IDLE) -> Frame:
    return draw_popup(VIEW, view_state)


def list_names(frame: Frame) -> list[str]:
    return [region.name for region in frame.regions]


def test_buttons_name_their_shortcut() -> None:
    labels = {region.name: region.label for region in draw().regions}

    assert labels["refresh"].endswith("(F5)")
    assert labels["more"] == "More"


def test_a_message_replaces_the_sync_state() -> None:
    names = list_names(draw(ViewState(message="Summary copied")))

    assert "sync" not in names


def test_an_open_menu_is_all_that_reacts() -> None:
    frame = draw(ViewState(is_menu_open=True))

    entries = [entry.action for entry in VIEW.controls.menu if entry]
    assert list_names(frame) == ["more", *entries]


def test_the_menu_is_above_the_footer() -> None:
    frame = draw(ViewState(is_menu_open=True))

    more, *entries = frame.regions
    assert max(entry.bounds.bottom for entry in entries) < more.bounds.y


def test_without_sync_the_age_of_the_limits_is_shown() -> None:
    pictures = [
        draw_popup(view, IDLE)
        for view in (
            VIEW,
            VIEW._replace(sync=None),
            VIEW._replace(sync=None, age_text=""),
        )
    ]

    assert "sync" not in list_names(pictures[1])
    assert len({picture.picture.tobytes() for picture in pictures}) == 3


def test_the_dashboard_has_a_label() -> None:
    (region,) = [r for r in draw().regions if r.name == "dashboard"]

    assert (region.label, region.tooltip) == ("Open dashboard", "Ctrl+D")
    card = VIEW._replace(
        controls=VIEW.controls._replace(dashboard=None, buttons=())
    )
    assert "dashboard" not in list_names(draw_popup(card, IDLE))


def test_a_hovered_sync_state_is_highlighted() -> None:
    assert draw(ViewState(hover="sync")).picture != draw().picture
