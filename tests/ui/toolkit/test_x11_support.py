from __future__ import annotations

import pytest

pytest.importorskip("Xlib", reason="X11")

from claude_tray.ui.toolkit.x11_support import parse_scale


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


@pytest.mark.parametrize(
    ("resources", "gdk_scale", "scale"),
    [
        ("", "2", 2),
        ("", "", 1),
        ("", "9", 4),
        ("", "inf", 1),
        ("", "nan", 1),
        ("Xcursor.size:\t24\n", "3", 3),
        # Desktops that set both mean one and the same scale.
        ("Xft.dpi:\t144\n", "2", 1.5),
    ],
)
def test_gdk_scale_is_used_without_xft_dpi(
    resources: str, gdk_scale: str, scale: float
) -> None:
    assert parse_scale(resources, gdk_scale) == scale
