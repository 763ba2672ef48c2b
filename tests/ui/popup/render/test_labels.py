from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.popup.render.labels import (
    is_inside,
    overlaps,
    place_labels,
)

AREA = Rect(0, 0, 100, 50)
BOXES = st.builds(
    Rect,
    st.integers(-20, 110),
    st.integers(-20, 60),
    st.integers(1, 60),
    st.integers(1, 20),
)


@given(st.lists(st.lists(BOXES, max_size=6), max_size=6), st.lists(BOXES))
def test_labels_never_cover_each_other_nor_leave_the_area(
    candidates: list[list[Rect]], avoided: list[Rect]
) -> None:
    places = place_labels(candidates, AREA, avoided)

    placed = [place for place in places if place is not None]
    assert all(is_inside(place, AREA) for place in placed)
    assert not any(overlaps(*pair) for pair in combinations(placed, 2))
    for place, options in zip(places, candidates, strict=True):
        assert place is None or place in options


def test_the_best_free_place_is_taken() -> None:
    first, second, third = (Rect(x, 0, 30, 10) for x in (0, 20, 40))

    assert place_labels([[first], [second, third]], AREA) == [first, third]


def test_avoided_boxes_are_covered_only_without_an_alternative() -> None:
    left, right = Rect(0, 0, 30, 10), Rect(40, 0, 30, 10)
    dot = Rect(5, 5, 4, 4)

    assert place_labels([[left, right]], AREA, [dot]) == [right]
    assert place_labels([[left]], AREA, [dot]) == [left]


def test_a_label_without_a_place_is_left_out() -> None:
    box = Rect(0, 0, 30, 10)

    assert place_labels([[box], [box], []], AREA) == [box, None, None]


@pytest.mark.parametrize("x", [-1, 71])
def test_a_place_beyond_the_edge_is_none(x: int) -> None:
    assert place_labels([[Rect(x, 0, 30, 10)]], AREA) == [None]
