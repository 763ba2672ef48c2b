from __future__ import annotations

import pytest

from claude_tray.ui.graphics.backdrop import create_gradient


def test_a_gradient_goes_from_the_top_color_to_the_bottom_color() -> None:
    gradient = create_gradient((4, 101), (0, 0, 0), (200, 100, 50))

    assert gradient.size == (4, 101)
    assert gradient.getpixel((3, 0)) == (0, 0, 0)
    bottom = gradient.getpixel((0, 100))
    assert isinstance(bottom, tuple)
    assert bottom == pytest.approx((200, 100, 50), abs=1)
    assert gradient.getpixel((0, 50)) == gradient.getpixel((3, 50))
