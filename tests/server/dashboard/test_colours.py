from __future__ import annotations

import re
from pathlib import Path

import pytest

from claude_tray.server import dashboard

SHEET = Path(dashboard.__file__).parent / "static/dashboard/colours.css"
COLOURS = {
    name: both
    for name, *both in re.findall(
        r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)",
        SHEET.read_text(encoding="utf-8"),
    )
}
# What is written on what; and what is drawn on what.
WORDS = [
    ("text", "bg"),
    ("text", "card"),
    ("soft", "bg"),
    ("soft", "card"),
    ("soft", "track"),
    ("faint", "bg"),
    ("faint", "card"),
    ("faint", "hover"),
    ("ok-text", "ok-bg"),
    ("warning", "warning-bg"),
    ("critical", "critical-bg"),
    ("critical", "card"),
    ("card", "accent-text"),
]
MARKS = [
    ("ok", "track"),
    ("warning", "track"),
    ("critical", "track"),
    ("accent", "track"),
    ("accent", "card"),
    ("focus", "bg"),
    ("focus", "card"),
]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4
        for p in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(front: str, back: str, theme: int) -> float:
    """By WCAG; theme 0 is light."""
    least, most = sorted(luminance(COLOURS[n][theme]) for n in (front, back))
    return (most + 0.05) / (least + 0.05)


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(("front", "back"), WORDS)
def test_words_can_be_read(front: str, back: str, theme: int) -> None:
    assert contrast(front, back, theme) >= 4.5


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(("front", "back"), MARKS)
def test_marks_can_be_seen(front: str, back: str, theme: int) -> None:
    assert contrast(front, back, theme) >= 3.0
