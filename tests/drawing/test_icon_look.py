from __future__ import annotations

import pytest

from claude_tray.drawing.icon_look import Icon, time_text


@pytest.mark.parametrize(
    ("minutes", "long", "short"),
    [
        (300, "5:00", "5h"),
        (167, "2:47", "2h"),
        (127, "2:07", "2h"),
        (60, "1:00", "1h"),
        (59, "59m", "59"),
        (1, "1m", "1"),
        (-3, "0m", "0"),
        (600, "10h", "10"),
        (47 * 60, "47h", "47"),
        (48 * 60, "2d", "2d"),
        (7 * 24 * 60, "7d", "7d"),
    ],
)
def test_a_countdown_fits_its_letters(
    minutes: int,
    long: str,
    short: str,
) -> None:
    assert time_text(minutes) == long
    assert time_text(minutes, is_short=True) == short


@pytest.mark.parametrize(
    ("icon", "long", "short"),
    [
        (Icon(), "5h", "5h"),
        (Icon(state="error"), "!", "!"),
        (Icon(state="reading"), "...", ".."),
        (Icon(167, 0.376, number="percent"), "38%", "38"),
        (Icon(167, 1.2, number="percent"), "99%", "99"),
        (Icon(167, number="percent"), "2:47", "2h"),
    ],
)
def test_what_the_icon_says(icon: Icon, long: str, short: str) -> None:
    assert (icon.text(4), icon.text(2)) == (long, short)


def test_the_share_of_the_window_that_is_left() -> None:
    assert Icon().left == 0
    assert Icon(150).left == 0.5
    assert Icon(900).left == 1
