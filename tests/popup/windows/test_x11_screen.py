from __future__ import annotations

import sys

import pytest

if sys.platform != "linux":
    pytest.skip("X11", allow_module_level=True)

from claude_tray.popup.windows.x11_screen import scale_in


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
def test_the_scale_follows_the_dots_of_the_desktop(
    resources: str,
    scale: float,
) -> None:
    assert scale_in(resources) == scale
