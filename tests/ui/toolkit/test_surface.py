from __future__ import annotations

import pytest
from PIL import ImageChops

from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.toolkit.surface import DrawSurface, Frame, ViewState
from claude_tray.ui.toolkit.widgets import DragKind, ScrollState

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


TOOLTIP_STATE = ViewState(tooltip="a")


@pytest.mark.parametrize(
    ("box", "edge"),
    [
        # Below the region: from 5 points under it, one line is 25 high.
        (Rect(80, 5, 20, 10), (20, 45)),
        # Above, where there is no place below.
        (Rect(80, 38, 20, 10), (8, 33)),
    ],
)
def test_a_tooltip_is_drawn_next_to_its_region(
    box: Rect, edge: tuple[int, int]
) -> None:
    pictures = []
    for view_state in (TOOLTIP_STATE, ViewState()):
        surface = make_surface(view_state)
        surface.add_region("a", box, "A", tooltip="A text")
        pictures.append(surface.finish().picture)

    left, top, right, bottom = ImageChops.difference(*pictures).getbbox() or (
        0,
        0,
        0,
        0,
    )
    assert (top, bottom) == edge
    assert (left + right) / 2 == pytest.approx(90, abs=1)


@pytest.mark.parametrize("x", [0, 190])
@pytest.mark.parametrize("is_rtl", [False, True])
def test_a_tooltip_stays_within_the_window(
    x: int,
    is_rtl: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    surface = make_surface(TOOLTIP_STATE, is_rtl=is_rtl)
    plain = make_surface(is_rtl=is_rtl)
    for each in (surface, plain):
        text = "A text of some words"
        each.add_region("a", Rect(x, 2, 10, 10), "A", tooltip=text)

    box = ImageChops.difference(
        surface.finish().picture, plain.finish().picture
    ).getbbox()

    assert box is not None
    assert box[0] >= 5
    assert box[2] <= 195


def test_a_region_without_text_has_no_tooltip() -> None:
    surface = make_surface(TOOLTIP_STATE)
    surface.add_region("a", BOX, "A")

    assert surface.finish().picture == make_surface().finish().picture


def draw_rows(offset: float, count: int = 10) -> Frame:
    """Draw rows of 10 points into 30 points below a box of red."""
    surface = make_surface(ViewState(scroll=(ScrollState("rows", offset),)))
    surface.draw_box(Rect(0, 0, 200, 10), "#ff0000")
    bounds = Rect(0, 10, 200, 30)
    with surface.scroll_area("rows", bounds, count * 10) as content:
        for number in range(count):
            row = Rect(content.x, content.y + number * 10, content.width, 10)
            surface.add_region(f"row:{number}", row, "")
            surface.draw_box(row, f"#0000{number + 100:02x}")
    return surface.finish()


@pytest.mark.parametrize(
    ("offset", "first"), [(0, 0), (20, 2), (70, 7), (999, 7)]
)
def test_content_is_cut_at_the_bounds_of_its_scroll_area(
    offset: float, first: int
) -> None:
    frame = draw_rows(offset)

    colors = [frame.picture.getpixel((50, y)) for y in (5, 15, 35, 45)]
    background = frame.picture.getpixel((50, 45))
    rows = [(0, 0, 100 + number) for number in (first, first + 2)]
    assert colors == [(255, 0, 0), *rows, background]
    assert background != (0, 0, 100 + first + 3)


def test_rows_out_of_sight_are_regions_too() -> None:
    frame = draw_rows(20)

    rows = [r for r in frame.regions if r.scroll_area == "rows"]
    assert [row.bounds.y for row in rows] == list(range(-10, 90, 10))
    assert frame.scroll_areas[0].content_height == 100
    assert frame.regions[-1].drag is DragKind.THUMB


def test_content_that_fits_has_no_thumb_and_the_whole_width() -> None:
    frame = draw_rows(0, count=3)

    assert {region.drag for region in frame.regions} == {DragKind.NONE}
    assert {region.bounds.width for region in frame.regions} == {200}


def test_the_handle_of_the_height_is_at_the_free_edge() -> None:
    edges = []
    for is_on_top in (True, False):
        surface = make_surface(ViewState(has_handle_on_top=is_on_top))
        surface.add_height_handle()
        edges.append(surface.finish().regions[0].bounds)

    assert edges == [Rect(0, 0, 200, 5), Rect(0, 45, 200, 5)]


def test_a_window_is_moved_by_its_drag_region() -> None:
    surface = make_surface()
    surface.add_drag_region(BOX)

    region = surface.finish().regions[0]
    assert (region.drag, region.is_button) == (DragKind.WINDOW, False)
