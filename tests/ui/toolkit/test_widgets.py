from __future__ import annotations

import pytest

from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.toolkit.widgets import (
    SHORTCUTS,
    Drag,
    DragKind,
    ScrollArea,
    ScrollState,
    find_offset,
    replace_offset,
)

# 100 points of 400 are visible, from y 50 to 150.
AREA = ScrollArea("rows", Rect(10, 50, 200, 100), 400)
SHORT = AREA._replace(content_height=60)


def test_shortcuts_are_unique() -> None:
    assert len(set(SHORTCUTS.values())) == len(SHORTCUTS)


@pytest.mark.parametrize(
    ("offset", "limited"), [(-5, 0), (0, 0), (120, 120), (301, 300)]
)
def test_an_offset_is_limited_to_the_content(
    offset: float, limited: float
) -> None:
    assert AREA.limit(offset) == limited
    assert SHORT.limit(offset) == 0


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        # Rows of 20 points, where they are at an offset of 100.
        (50, 100),
        (130, 100),
        (40, 90),
        (-50, 0),
        (140, 110),
        (340, 300),
    ],
)
def test_a_row_is_scrolled_into_view(y: float, expected: float) -> None:
    assert AREA.scroll_into_view(Rect(10, y, 200, 20), 100) == expected


def test_the_thumb_shows_part_and_position() -> None:
    # A quarter of the content is visible: 25 of 100 points.
    assert AREA.compute_thumb(0) == Rect(202, 50, 8, 25)
    assert AREA.compute_thumb(300) == Rect(202, 125, 8, 25)
    assert SHORT.compute_thumb(0).height == 0


def test_the_thumb_moves_the_content_by_its_ratio() -> None:
    # 75 points of the track stand for 300 of the content.
    assert AREA.convert_thumb_distance(75) == 300
    assert SHORT._replace(bounds=Rect(0, 0, 9, 0)).convert_thumb_distance(
        5
    ) == pytest.approx(0)


def test_offsets_are_kept_by_name() -> None:
    states = replace_offset((ScrollState("a", 1),), "b", 2)
    states = replace_offset(states, "a", 3)

    assert [find_offset(states, name) for name in "abc"] == [3, 2, 0]


def test_a_hardly_moved_pointer_is_a_click() -> None:
    drag = Drag("chart", DragKind.RANGE, (10, 10), (12, 8))

    assert drag.is_click
    assert not drag._replace(position=(10, 20)).is_click
