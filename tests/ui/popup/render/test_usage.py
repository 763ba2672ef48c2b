from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.presentation.usage_list import Grouping, PeriodSum
from claude_tray.ui.graphics.canvas import Rect, TextStyle
from claude_tray.ui.popup.compose import PopupView, build_view
from claude_tray.ui.popup.render.usage import (
    LIST_AREA,
    ROW_HEIGHT,
    compute_sum_height,
    draw_chips,
    draw_groupings,
    draw_list,
    draw_sessions,
    draw_sum,
    truncate_middle,
)
from claude_tray.ui.toolkit.surface import DrawSurface, Frame, ViewState
from tests.support.popup_states import PopupState, make_popup_state

STATE = make_popup_state("pace")
LINE = Rect(18, 10, 364, 27)
LIST = Rect(18, 10, 364, 5 * ROW_HEIGHT)
STYLE = TextStyle("#ffffff", 12.5)


def make_surface(view_state: ViewState | None = None) -> DrawSurface:
    return DrawSurface((400, 160), view_state or ViewState(), is_rtl=False)


def build(state: PopupState = STATE, **selection: object) -> PopupView:
    return build_view(*state.change_selection(**selection))


def draw_rows(view: PopupView, view_state: ViewState | None = None) -> Frame:
    surface = make_surface(view_state)
    draw_list(surface, view, LIST)
    return surface.finish()


@pytest.mark.parametrize(
    ("grouping", "is_button"),
    [
        (Grouping.PROJECT, True),
        (Grouping.SESSION, True),
        (Grouping.DAY, True),
        (Grouping.MODEL, False),
        (Grouping.KIND, False),
    ],
)
def test_rows_that_lead_somewhere_can_be_pressed(
    grouping: Grouping, *, is_button: bool
) -> None:
    first, *_ = draw_rows(build(grouping=grouping)).regions

    assert first.name == "row:0"
    assert first.is_button == is_button
    assert first.scroll_area == LIST_AREA


def test_the_rest_of_a_list_leads_nowhere() -> None:
    view = build(grouping=Grouping.SESSION)
    regions = {r.name: r for r in draw_rows(view).regions}

    assert regions["row:3"].label.startswith("Others (1)")
    assert not regions["row:3"].is_button


@pytest.mark.parametrize(
    "view_state",
    [
        ViewState(hover="row:1"),
        ViewState(focus="row:1"),
        ViewState(hover="folder:1"),
        ViewState(focus="folder:1"),
    ],
)
def test_the_row_in_use_shows_its_folder(view_state: ViewState) -> None:
    regions = {r.name: r for r in draw_rows(build(), view_state).regions}

    assert "folder:1" in regions
    assert "folder:0" not in regions
    assert regions["folder:1"].tooltip == "/home/ada/api-gateway"


def test_rows_without_a_path_have_no_folder() -> None:
    frame = draw_rows(build(grouping=Grouping.MODEL), ViewState(hover="row:0"))

    assert "folder:0" not in {region.name for region in frame.regions}


def test_a_long_list_scrolls() -> None:
    (area,) = draw_rows(build(grouping=Grouping.DAY)).scroll_areas

    assert area.content_height == 30 * ROW_HEIGHT
    assert area.max_offset == 25 * ROW_HEIGHT


def test_an_empty_list_has_a_text() -> None:
    empty = build(search="nothing like this")

    assert draw_rows(empty).regions == ()
    assert draw_rows(empty).picture != make_surface().finish().picture


def test_a_long_sum_takes_two_lines() -> None:
    surface = make_surface()
    short = PeriodSum("$1", "", "8 tokens")
    long = PeriodSum("$1,234.56", "at API prices, not billed", "8.2M" * 9)

    heights = [compute_sum_height(surface, total) for total in (short, long)]
    for total in (short, long):
        draw_sum(surface, build()._replace(total=total), LINE)

    assert heights[1] - heights[0] == 18
    labels = [r.label for r in surface.regions if r.name == "sum"]
    assert labels[0] == "$1, 8 tokens"
    assert labels[1].startswith("$1,234.56, at API prices")


def test_the_receipt_is_opened_next_to_a_long_sum() -> None:
    """Next to a short one there is no space; then it has its own line."""
    surface = make_surface()
    long = PeriodSum("$1,234.56", "at API prices, not billed", "8.2M" * 9)

    draw_sum(surface, build()._replace(total=long), LINE)
    shares = [r.name for r in surface.regions]
    short = build()._replace(total=PeriodSum("$1", "", "8 tokens"))
    draw_sum(surface, short, LINE)
    draw_chips(surface, short, LINE)

    assert sorted(shares) == ["receipt", "sum"]
    assert [r.name for r in surface.regions[2:]] == ["sum", "receipt"]
    assert all(r.bounds.right <= LINE.right + 1 for r in surface.regions)


def test_chips_name_what_the_list_is_limited_to() -> None:
    surface = make_surface()
    view = build()._replace(range_text="10:00-11:00", project_text="shop" * 40)

    draw_chips(surface, view, LINE)

    link, first, second = surface.regions
    assert (first.name, second.name) == ("clear:range", "clear:project")
    assert first.bounds.right < second.bounds.x
    assert second.bounds.right < link.bounds.x
    assert link.bounds.right <= LINE.right + 1


def test_the_search_takes_the_place_of_the_groupings() -> None:
    plain, searching = make_surface(), make_surface()

    draw_groupings(plain, build(), LINE)
    draw_groupings(searching, build(search="x"), LINE)

    assert [region.name for region in plain.regions] == [
        *("by:project", "by:model", "by:session", "by:kind", "by:day"),
        "search",
    ]
    assert [region.tooltip for region in plain.regions][:2] == [
        "Project (P)",
        "Model (M)",
    ]
    assert [region.name for region in searching.regions] == ["clear:search"]


def test_an_empty_search_says_what_to_do() -> None:
    surfaces = [make_surface() for _ in range(2)]
    for surface, text in zip(surfaces, ("", "x"), strict=True):
        draw_groupings(surface, build(search=text), LINE)

    pictures = [surface.finish().picture for surface in surfaces]
    assert pictures[0] != pictures[1]


def test_the_running_session_is_read_out() -> None:
    surface = make_surface()
    view = build()
    assert view.sessions

    draw_sessions(surface, view.sessions, LINE)

    (region,) = surface.regions
    assert region.label == (
        "Now: claude-tray, Opus 4.6 · 41% context · last $0.12"
    )
    assert region.tooltip.startswith("5f0c0a52-01\n/home/ada/claude-tray")


@given(st.text(min_size=1, max_size=80), st.floats(30, 200))
def test_a_shortened_name_fits_and_has_both_ends(
    text: str, width: float
) -> None:
    surface = make_surface()

    short = truncate_middle(surface, text, STYLE, width)

    if short != text:
        assert surface.measure_text(short, STYLE) <= width
        first, last = short.split("\N{HORIZONTAL ELLIPSIS}", 1)
        assert text.startswith(first)
        assert text.endswith(last)


def test_names_that_differ_at_the_end_stay_different() -> None:
    surface = make_surface()
    names = [f"a-very-long-project-name-of-the-shop-{n}" for n in "ab"]

    shortened = {truncate_middle(surface, n, STYLE, 120) for n in names}

    assert len(shortened) == 2
