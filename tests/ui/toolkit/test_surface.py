from __future__ import annotations

import pytest

from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.toolkit.surface import DrawSurface, ViewState

BOX = Rect(10, 10, 40, 20)


def make_surface(
    view_state: ViewState | None = None, *, is_rtl: bool = False
) -> DrawSurface:
    return DrawSurface((200, 50), view_state or ViewState(), is_rtl=is_rtl)


def test_a_region_reports_whether_it_is_hovered() -> None:
    surface = make_surface(ViewState(hover="a"))

    hovered = [surface.add_region(name, BOX, name) for name in ("a", "b")]

    assert hovered == [True, False]


def test_regions_are_mirrored_for_right_to_left_text() -> None:
    surface = make_surface(is_rtl=True)

    surface.add_region("a", BOX, "A")

    assert surface.finish().regions[0].bounds == Rect(150, 10, 40, 20)


@pytest.mark.parametrize(("is_rtl", "expected"), [(False, 30), (True, 170)])
def test_the_pointer_counts_from_the_start_of_a_line(
    is_rtl: bool,  # noqa: FBT001 - a parameter of the test
    expected: float,
) -> None:
    view_state = ViewState(hover="a", pointer=(30.0, 20.0))
    surface = make_surface(view_state, is_rtl=is_rtl)

    assert surface.find_pointer_x("a") == expected
    assert surface.find_pointer_x("b") is None


def test_only_the_focused_region_has_a_ring() -> None:
    focused = make_surface(ViewState(focus="a"))
    other = make_surface(ViewState(focus="b"))

    for surface in (focused, other):
        surface.draw_focus_ring("a", BOX, 5, surface.palette.background)

    assert focused.finish().picture != other.finish().picture
    assert other.finish().picture == make_surface().finish().picture


def test_segments_are_buttons_of_equal_width() -> None:
    surface = make_surface()
    parts = [("a", "A"), ("b", "B"), ("c", "C")]

    surface.draw_segments(Rect(4, 10, 154, 27), parts, "a", "#000000")

    regions = surface.finish().regions
    assert [region.name for region in regions] == ["a", "b", "c"]
    assert {region.bounds.width for region in regions} == {50}
