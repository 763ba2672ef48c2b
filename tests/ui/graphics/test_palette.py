from __future__ import annotations

import pytest

from claude_tray.ui.graphics.palette import (
    DARK,
    LIGHT,
    Palette,
    mix_colors,
    parse_rgb,
    tint_color,
)
from tests.support.color_vision import contrast_ratio

EACH_PALETTE = pytest.mark.parametrize("palette", [DARK, LIGHT])


@EACH_PALETTE
@pytest.mark.parametrize(
    "name",
    ["text", "soft", "faint", "ok", "warning", "critical"],
)
@pytest.mark.parametrize("below", ["background", "card"])
def test_text_has_enough_contrast(
    palette: Palette, name: str, below: str
) -> None:
    ink, paper = getattr(palette, name), getattr(palette, below)

    assert contrast_ratio(ink, paper) >= 4.5


@EACH_PALETTE
def test_text_on_critical_boxes_has_enough_contrast(palette: Palette) -> None:
    assert contrast_ratio(palette.on, palette.fill) >= 4.5


@EACH_PALETTE
@pytest.mark.parametrize("name", ["accent", "ok", "focus"])
def test_fills_stand_out_from_the_background(
    palette: Palette, name: str
) -> None:
    assert contrast_ratio(getattr(palette, name), palette.background) >= 3


@EACH_PALETTE
def test_the_status_has_enough_contrast_on_its_pill(palette: Palette) -> None:
    for color in (palette.ok, palette.warning, palette.soft):
        assert contrast_ratio(*tint_color(palette, color)) >= 4.5


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert contrast_ratio("#000000", "#ffffff") == pytest.approx(21)
    assert contrast_ratio("#123456", "#123456") == 1


def test_colors_mix() -> None:
    assert mix_colors("#000000", "#ff8000", 0.5) == "#804000"
    assert parse_rgb("#0a0b0c") == (10, 11, 12)
