from __future__ import annotations

from typing import Any

import pytest

from claude_tray.core.setup import SetupState
from claude_tray.presentation.banner import Banner
from claude_tray.presentation.usage_list import Grouping
from claude_tray.ui.popup.compose import PopupView, build_view
from claude_tray.ui.popup.render.layout import (
    compute_chart_fraction,
    draw_popup,
    get_max_extra_height,
)
from claude_tray.ui.popup.render.usage import ROW_HEIGHT
from claude_tray.ui.toolkit.surface import Frame, ViewState
from claude_tray.ui.toolkit.widgets import DragKind
from tests.support.popup_states import (
    STATES,
    make_named_groups,
    make_popup_state,
)


def draw(view: PopupView, **view_state: Any) -> Frame:
    return draw_popup(view, ViewState()._replace(**view_state))


def make_view(state: str, **selection: Any) -> PopupView:
    return build_view(*make_popup_state(state).change_selection(**selection))


def list_names(frame: Frame) -> list[str]:
    return [region.name for region in frame.regions]


@pytest.mark.parametrize("state", STATES)
def test_all_regions_are_inside_the_picture(state: str) -> None:
    frame = draw(make_view(state))
    width, height = frame.picture.size

    for region in frame.regions:
        box = region.bounds
        # Rows out of sight are regions too, for the keyboard.
        bottom = box.y if region.scroll_area else box.bottom
        assert -1 <= box.x < box.right <= width + 1
        assert 0 <= box.y < box.bottom
        assert bottom <= height


def test_the_height_follows_from_the_content() -> None:
    view = make_view("pace")
    heights = {
        name: draw(changed).picture.height
        for name, changed in (
            ("plain", view),
            ("no limits", view._replace(limits=())),
            ("banner", view._replace(banner=Banner("key", "A note."))),
            ("range", view._replace(range_text="10:00-11:00")),
            ("idle", view._replace(sessions=())),
            ("no chart", view._replace(chart=None)),
        )
    }

    assert heights["plain"] - heights["no limits"] == 3 * 35 + 7
    assert heights["banner"] - heights["plain"] == 44
    assert heights["range"] - heights["plain"] == 28
    assert heights["plain"] - heights["idle"] == 36
    assert heights["plain"] - heights["no chart"] == 174


def test_everything_is_in_reading_order() -> None:
    names = draw(make_view("accounts")).list_buttons(is_rtl=False)

    assert names[:4] == ["account:0", "account:1", "account:2", "pin"]
    assert names[4:8] == [
        "chart:window",
        "chart:week",
        "session:0",
        "period:window",
    ]
    assert names.index("by:day") < names.index("row:0")
    assert names[-4:] == ["dashboard", "refresh", "settings", "more"]


def test_the_window_is_moved_by_its_head() -> None:
    frame = draw(make_view("pace"))
    heads = [r for r in frame.regions if r.drag is DragKind.WINDOW]
    chart = next(r for r in frame.regions if r.name == "chart")

    assert [head.name for head in heads] == ["move", "headline"]
    assert all(head.bounds.bottom <= chart.bounds.y for head in heads)


def test_the_list_grows_with_the_window_until_all_rows_are_seen() -> None:
    view = make_view("pace", grouping=Grouping.DAY)
    plain = draw(view).picture.height

    assert get_max_extra_height(view) == 25 * ROW_HEIGHT
    assert draw(view, extra_height=52.0).picture.height == plain + 52
    tall = draw(view, extra_height=9_000.0).picture.height
    assert tall == plain + 25 * ROW_HEIGHT
    assert get_max_extra_height(make_view("pace")) == 0


def test_a_position_in_the_chart_follows_the_direction() -> None:
    view = make_view("pace")
    left, right = 18 + 12.0, 400 - 18 - 12.0

    assert compute_chart_fraction(view, left) == 0
    assert compute_chart_fraction(view, right) == 1
    mirrored = view._replace(is_rtl=True)
    assert compute_chart_fraction(mirrored, left) == 1


def test_the_keys_take_the_place_of_everything() -> None:
    frame = draw(make_view("pace", shows_help=True))

    assert list_names(frame) == [
        "move",
        *("refresh", "settings", "more", "dashboard", "sync"),
    ]


def test_the_welcome_state_takes_the_place_of_zeros() -> None:
    state = make_popup_state("empty").change_snapshot(is_waiting=True)
    view = build_view(*state.change_data(setup=SetupState()))

    names = list_names(draw(view))

    assert "switch:limits" in names
    assert not {"chart", "sum", "period:today"} & set(names)


def test_a_selected_range_leaves_no_period_selected() -> None:
    view = make_view("pace")
    ranged = view._replace(
        selection=view.selection._replace(
            time_range=view.chart and view.chart.select_range(0, 1)
        )
    )

    assert draw(view).picture != draw(ranged).picture


def test_the_headline_explains_itself() -> None:
    view = make_view("pace")._replace(headline_tooltip="A rate.")

    tooltips = {r.name: r.tooltip for r in draw(view).regions}

    assert tooltips["headline"] == "A rate."
    silent = draw(view._replace(headline_tooltip=""))
    assert "headline" not in list_names(silent)


@pytest.mark.parametrize("is_rtl", [False, True])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_names_of_any_script_fit_into_their_rows(
    scale: float, *, is_rtl: bool
) -> None:
    # Their fonts differ between systems, so there is no reference picture.
    state = make_popup_state("pace").change_data(groups=make_named_groups())
    view = build_view(*state)._replace(is_rtl=is_rtl)

    frame = draw(view, scale=scale)

    rows = [r for r in frame.regions if r.name.startswith("row:")]
    assert len(rows) == 5
    assert {row.bounds.width for row in rows} == {364}
    assert rows[0].label.startswith("a-very-long-name")
    assert frame.picture.width == 400 * scale
