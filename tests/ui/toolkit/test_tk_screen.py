from __future__ import annotations

import sys

import pytest

from claude_tray.errors import DesktopError
from claude_tray.ui.toolkit.placement import Placement, ScreenArea
from claude_tray.ui.toolkit.tk_screen import (
    compute_placement,
    create_root,
    detect_scale,
)


class FakeRoot:
    """The part of `tkinter.Tk` that describes the screen."""

    def __init__(self, dpi: float) -> None:
        self._dpi = dpi

    def winfo_fpixels(self, distance: str) -> float:
        assert distance == "1i"
        return self._dpi

    def winfo_screenwidth(self) -> int:
        return 1920

    def winfo_screenheight(self) -> int:
        return 1080


@pytest.mark.skipif(sys.platform == "win32", reason="asks Windows")
@pytest.mark.parametrize(
    ("dpi", "scale"), [(72, 1), (96, 1), (118, 1.25), (144, 1.5), (192, 2)]
)
def test_the_scale_follows_the_dpi_in_quarters(
    dpi: float, scale: float
) -> None:
    root = FakeRoot(dpi)

    assert detect_scale(root, compute_placement(root, None)) == scale


@pytest.mark.skipif(sys.platform == "win32", reason="asks Windows")
def test_the_screen_limits_the_window() -> None:
    anchor = ScreenArea(10, 10, 20, 20)

    placement = compute_placement(FakeRoot(96), anchor)

    screen = ScreenArea(0, 0, 1920, 1080)
    assert placement == Placement(screen, screen, anchor)


@pytest.mark.skipif(sys.platform != "linux", reason="needs no display there")
def test_without_a_display_there_is_no_root(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)

    with pytest.raises(DesktopError):
        create_root()
