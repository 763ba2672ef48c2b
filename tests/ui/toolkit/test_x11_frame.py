from __future__ import annotations

import pytest

pytest.importorskip("Xlib", reason="X11")

from claude_tray.ui.toolkit.x11_frame import compute_bands


def test_bands_leave_out_only_the_corners() -> None:
    covered = {
        (x, y)
        for left, top, wide, high in compute_bands((40, 30), 8)
        for x in range(left, left + wide)
        for y in range(top, top + high)
    }

    for x, y in ((0, 0), (39, 0), (0, 29), (39, 29)):
        assert (x, y) not in covered
    for x, y in ((8, 0), (0, 8), (39, 21), (20, 15), (31, 29)):
        assert (x, y) in covered
    assert len(covered) == pytest.approx(40 * 30 - 64 * 0.8584, abs=8)


def test_without_a_radius_there_is_one_band() -> None:
    assert compute_bands((4, 3), 0) == [(0, 0, 4, 3)]
