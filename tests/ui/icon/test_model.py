from __future__ import annotations

import pytest

from claude_tray.ui.icon.model import IconModel, format_countdown


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
def test_countdown_has_a_long_and_a_short_form(
    minutes: int,
    long: str,
    short: str,
) -> None:
    assert format_countdown(minutes) == long
    assert format_countdown(minutes, is_short=True) == short


@pytest.mark.parametrize(
    ("icon", "long", "short"),
    [
        (IconModel(), "5h", "5h"),
        (IconModel(state="error"), "!", "!"),
        (IconModel(state="reading"), "...", ".."),
        (IconModel(167, 0.376, text_kind="percent"), "38%", "38"),
        (IconModel(167, 1.2, text_kind="percent"), "99%", "99"),
        (IconModel(167, text_kind="percent"), "2:47", "2h"),
    ],
)
def test_icon_text(icon: IconModel, long: str, short: str) -> None:
    assert (icon.format_text(4), icon.format_text(2)) == (long, short)


def test_left_fraction_is_between_0_and_1() -> None:
    assert IconModel().left_fraction == 0
    assert IconModel(150).left_fraction == 0.5
    assert IconModel(900).left_fraction == 1
