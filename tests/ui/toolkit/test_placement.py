from __future__ import annotations

import pytest

from claude_tray.ui.toolkit.placement import (
    Placement,
    ScreenArea,
    find_monitor,
    fit_scale,
    place_beside,
    place_centered,
    place_in_corner,
)

SCREEN = ScreenArea(0, 0, 1920, 1080)
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


def test_placement_depends_on_icon_and_frame() -> None:
    icon = ScreenArea(1500, 3, 24, 24)
    known = Placement(SCREEN, BELOW_A_PANEL, icon)
    unknown = Placement(SCREEN, BELOW_A_PANEL, None)

    assert known.compute_origin(POPUP_SIZE, is_framed=False) == (1312, 38)
    assert unknown.compute_origin(POPUP_SIZE, is_framed=False) == (1512, 38)
    assert known.compute_origin((640, 560), is_framed=True) == (640, 275)


def test_a_framed_window_is_centered() -> None:
    assert place_centered((640, 560), SCREEN) == (640, 260)
    assert place_centered((2000, 2000), SCREEN) == (0, 0)


def test_on_the_monitor_of_the_icon() -> None:
    second = ScreenArea(1920, 0, 1280, 1024)

    assert find_monitor([SCREEN, second], 2000, 10) == second
    assert find_monitor([SCREEN, second], 5000, 10) is None


def test_the_work_area_is_limited_to_the_monitor() -> None:
    second = ScreenArea(1920, 0, 1280, 1024)

    assert second.intersect(ScreenArea(0, 30, 3200, 1050)) == ScreenArea(
        1920, 30, 1280, 994
    )
    assert second.intersect(SCREEN) == second
