from __future__ import annotations

import re
from pathlib import Path

import pytest

from claude_tray import web
from tests.support import color_vision

COLORS_CSS = Path(web.__file__).parent / "static/colors.css"
COLORS = {
    name: both
    for name, *both in re.findall(
        r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)",
        COLORS_CSS.read_text(encoding="utf-8"),
    )
}
# Foreground and background of texts and of graphics.
TEXT_PAIRS = [
    ("text", "bg"),
    ("text", "card"),
    ("muted", "bg"),
    ("muted", "card"),
    ("muted", "track"),
    ("faint", "bg"),
    ("faint", "card"),
    ("faint", "hover"),
    ("ok-text", "ok-bg"),
    ("warning", "warning-bg"),
    ("critical", "critical-bg"),
    ("critical", "card"),
    ("card", "accent-text"),
]
MARK_PAIRS = [
    ("ok", "track"),
    ("warning", "track"),
    ("critical", "track"),
    ("accent", "track"),
    ("accent", "card"),
    ("focus", "bg"),
    ("focus", "card"),
]


def color_contrast(front: str, back: str, theme: int) -> float:
    """Compute the contrast of two colors; theme 0 is light, 1 dark."""
    return color_vision.contrast_ratio(
        COLORS[front][theme], COLORS[back][theme]
    )


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS)
def test_texts_have_enough_contrast(front: str, back: str, theme: int) -> None:
    assert color_contrast(front, back, theme) >= 4.5


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(("front", "back"), MARK_PAIRS)
def test_graphics_have_enough_contrast(
    front: str, back: str, theme: int
) -> None:
    assert color_contrast(front, back, theme) >= 3.0
