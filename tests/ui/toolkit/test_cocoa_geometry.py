from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from claude_tray.ui.toolkit.cocoa_geometry import (
    Desktop,
    flip_point,
    flip_rect,
)
from claude_tray.ui.toolkit.placement import ScreenArea


def make_rect(x: float, y: float, width: float, height: float) -> Any:
    """Make an NSRect, which has its origin at the lower left."""
    return SimpleNamespace(
        origin=SimpleNamespace(x=x, y=y),
        size=SimpleNamespace(width=width, height=height),
    )


def make_screen(frame: Any, visible: Any, scale: float) -> Any:
    return SimpleNamespace(
        frame=lambda: frame,
        visibleFrame=lambda: visible,
        backingScaleFactor=lambda: scale,
    )


# A laptop, and a higher display to the right whose lower end is 300 above.
LAPTOP = make_screen(
    make_rect(0, 0, 1440, 900), make_rect(0, 70, 1440, 806), 2.0
)
DISPLAY = make_screen(
    make_rect(1440, 300, 1920, 1080), make_rect(1440, 300, 1920, 1056), 1.0
)


def test_rectangles_are_counted_from_the_top_of_the_primary_screen() -> None:
    assert flip_rect(make_rect(10, 800, 40, 24), 900) == (10, 76, 40, 24)
    assert flip_point(SimpleNamespace(x=10.4, y=1000.0), 900) == (10, -100)


def test_screens_have_their_free_part_and_scale() -> None:
    desktop = Desktop.read([LAPTOP, DISPLAY])

    assert desktop.height == 900
    assert desktop.screens == (
        ((0, 0, 1440, 900), (0, 24, 1440, 806), 2.0),
        ((1440, -480, 1920, 1080), (1440, -456, 1920, 1056), 1.0),
    )


@pytest.mark.parametrize(
    ("position", "number"), [((5, 5), 0), ((3000, -470), 1), ((9000, 100), 1)]
)
def test_a_position_belongs_to_the_nearest_screen(
    position: tuple[int, int], number: int
) -> None:
    desktop = Desktop.read([LAPTOP, DISPLAY])

    assert desktop.find_screen(*position) == desktop.screens[number]


def test_without_a_display_there_is_still_a_place() -> None:
    (screen,) = Desktop.read([]).screens

    assert screen.frame == screen.free == ScreenArea(0, 0, 1440, 900)
