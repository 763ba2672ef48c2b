from __future__ import annotations

import sys

import pytest

if sys.platform != "linux":
    pytest.skip("X11", allow_module_level=True)

from claude_tray.ui.toolkit.x11_support import compute_bands, parse_scale


@pytest.mark.parametrize(
    ("resources", "scale"),
    [
        ("", 1),
        ("Xft.dpi:\t96\n", 1),
        ("Xcursor.size:\t24\nXft.dpi:\t192\n", 2),
        ("Xft.dpi:\t120\n", 1.25),
        ("Xft.dpi:\t72\n", 1),
        ("Xft.dpi:\t960\n", 4),
        ("Xft.dpi:\tmuch\n", 1),
    ],
)
def test_the_scale_follows_xft_dpi(
    resources: str,
    scale: float,
) -> None:
    assert parse_scale(resources) == scale


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
