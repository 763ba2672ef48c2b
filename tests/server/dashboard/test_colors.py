from __future__ import annotations

import re
from pathlib import Path

import pytest

from claude_tray.server import dashboard
from tests.support import color_vision

COLORS_CSS = Path(dashboard.__file__).parent / "static/dashboard/colors.css"
COLORS = {
    name: both
    for name, *both in re.findall(
        r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)",
        COLORS_CSS.read_text(encoding="utf-8"),
    )
}
# What is written on what; and what is drawn on what.
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
    """Between two colours of the sheet; theme 0 is light."""
    return color_vision.contrast_ratio(
        COLORS[front][theme], COLORS[back][theme]
    )


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS)
def test_words_can_be_read(front: str, back: str, theme: int) -> None:
    assert color_contrast(front, back, theme) >= 4.5


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(("front", "back"), MARK_PAIRS)
def test_marks_can_be_seen(front: str, back: str, theme: int) -> None:
    assert color_contrast(front, back, theme) >= 3.0
