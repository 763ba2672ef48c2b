from __future__ import annotations

import sys

import pytest

if sys.platform != "linux":
    pytest.skip("X11", allow_module_level=True)

from claude_tray.popup.windows.x11_shape import bands


def test_a_box_loses_its_corners_and_nothing_else() -> None:
    covered = {
        (x, y)
        for left, top, wide, high in bands((40, 30), 8)
        for x in range(left, left + wide)
        for y in range(top, top + high)
    }

    for x, y in ((0, 0), (39, 0), (0, 29), (39, 29)):
        assert (x, y) not in covered
    for x, y in ((8, 0), (0, 8), (39, 21), (20, 15), (31, 29)):
        assert (x, y) in covered
    assert len(covered) == pytest.approx(40 * 30 - 64 * 0.8584, abs=8)


def test_without_a_radius_it_stays_whole() -> None:
    assert bands((4, 3), 0) == [(0, 0, 4, 3)]
