from __future__ import annotations

import pytest
from PIL import Image

from claude_tray.ui.toolkit.controller import ViewController
from claude_tray.ui.toolkit.placement import (
    Placement,
    ScreenArea,
    WindowDrag,
    find_nearest_monitor,
    fit_scale,
    limit_height,
    place_beside,
    place_in_corner,
    snap_to_own_place,
)
from claude_tray.ui.toolkit.surface import Frame, ViewState

SCREEN = ScreenArea(0, 0, 1920, 1080)
SECOND = ScreenArea(1920, 0, 1280, 1024)
BELOW_A_PANEL = ScreenArea(0, 30, 1920, 1050)
ABOVE_A_PANEL = ScreenArea(0, 0, 1920, 1040)
POPUP_SIZE = (400, 638)


def test_below_an_icon_at_the_top() -> None:
    icon = ScreenArea(1500, 3, 24, 24)

    assert place_beside(POPUP_SIZE, BELOW_A_PANEL, icon) == (1312, 38)


def test_above_an_icon_at_the_bottom() -> None:
    icon = ScreenArea(1500, 1048, 24, 24)

    assert place_beside(POPUP_SIZE, ABOVE_A_PANEL, icon) == (1312, 394)


@pytest.mark.parametrize("x", [0, 1910])
def test_fully_on_the_screen_even_in_a_corner(x: int) -> None:
    left, _ = place_beside(POPUP_SIZE, BELOW_A_PANEL, ScreenArea(x, 3, 24, 24))

    assert left in (8, 1512)


def test_on_a_low_screen_the_upper_end_is_visible() -> None:
    low = ScreenArea(0, 0, 1280, 600)

    assert place_beside(POPUP_SIZE, low, ScreenArea(600, 2, 20, 20))[1] == 0


def test_a_window_that_is_too_high_is_scaled_down() -> None:
    assert fit_scale(2, (800, 1276), SCREEN) == pytest.approx(2 * 1064 / 1276)
    assert fit_scale(1, POPUP_SIZE, SCREEN) == 1


def test_in_the_corner_of_the_panel_without_an_icon() -> None:
    assert place_in_corner(POPUP_SIZE, BELOW_A_PANEL, SCREEN) == (1512, 38)
    assert place_in_corner(POPUP_SIZE, ABOVE_A_PANEL, SCREEN) == (1512, 394)


def test_placement_depends_on_the_icon() -> None:
    icon = ScreenArea(1500, 3, 24, 24)
    known = Placement(SCREEN, BELOW_A_PANEL, icon)
    unknown = Placement(SCREEN, BELOW_A_PANEL, None)

    assert known.compute_origin(POPUP_SIZE) == (1312, 38)
    assert unknown.compute_origin(POPUP_SIZE) == (1512, 38)


def test_on_the_monitor_of_the_icon_or_the_nearest() -> None:
    monitors = [SCREEN, SECOND]

    assert find_nearest_monitor(monitors, 2000, 10) == SECOND
    assert find_nearest_monitor(monitors, 5000, 10) == SECOND
    assert find_nearest_monitor(monitors, -300, 2000) == SCREEN


@pytest.mark.parametrize(
    ("moved_to", "expected"),
    [
        ((700, 200), (700, 200)),
        # Partly beyond an edge, and on a monitor that is gone.
        ((1800, 900), (1520, 442)),
        ((-40, -9), (0, 30)),
        ((2500, 100), (1520, 100)),
    ],
)
def test_a_moved_window_stays_on_the_screen(
    moved_to: tuple[int, int], expected: tuple[int, int]
) -> None:
    icon = ScreenArea(1500, 3, 24, 24)
    placement = Placement(SCREEN, BELOW_A_PANEL, icon, moved_to)

    assert placement.compute_origin(POPUP_SIZE) == expected


def test_a_window_dropped_near_its_own_place_returns_to_it() -> None:
    placement = Placement(SCREEN, BELOW_A_PANEL, ScreenArea(1500, 3, 24, 24))

    assert snap_to_own_place(placement, (1320, 50), POPUP_SIZE) is None
    assert snap_to_own_place(placement, (1320, 80), POPUP_SIZE) == (1320, 80)


def test_a_window_follows_the_pointer_from_where_it_was_pressed() -> None:
    drag = WindowDrag.begin((1500, 60), (100, 20))

    assert drag.origin == (1400, 40)
    assert drag.compute_origin((1490, 75)) == (1390, 55)
    assert drag.compute_position((1490, 75)) == (90, 35)


@pytest.mark.parametrize(
    ("anchor_y", "area", "moved_to", "expected"),
    [
        # Below an icon at the top: 1080 - 38 - 638 - 8.
        (3, BELOW_A_PANEL, None, (396, False)),
        # Above an icon at the bottom: 394 - 8.
        (1048, ABOVE_A_PANEL, None, (386, True)),
        # Moved to the bottom, where it still grows downwards.
        (3, BELOW_A_PANEL, (100, 500), (0, False)),
    ],
)
def test_a_window_grows_as_far_as_the_screen_is_free(
    anchor_y: int,
    area: ScreenArea,
    moved_to: tuple[int, int] | None,
    expected: tuple[float, bool],
) -> None:
    icon = ScreenArea(1500, anchor_y, 24, 24)
    placement = Placement(SCREEN, area, icon, moved_to)
    origin = placement.compute_origin(POPUP_SIZE)
    frame = Frame(Image.new("RGB", (1, 1)), ())
    control = ViewController(lambda _: frame, lambda _: None, ViewState())

    limit_height(control, placement, origin, POPUP_SIZE)

    is_on_top = control.view_state.has_handle_on_top
    assert (control.free_height, is_on_top) == expected


def test_the_work_area_is_limited_to_the_monitor() -> None:
    work_area = ScreenArea(0, 30, 3200, 1050)

    assert SECOND.intersect(work_area) == ScreenArea(1920, 30, 1280, 994)
    assert SECOND.intersect(SCREEN) == SECOND
