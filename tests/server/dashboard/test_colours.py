from __future__ import annotations

import re
from pathlib import Path

import pytest

from claude_tray.server import dashboard
from tests.support import colours

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


def contrast(front: str, back: str, theme: int) -> float:
    """Between two colours of the sheet; theme 0 is light."""
    return colours.contrast(COLOURS[front][theme], COLOURS[back][theme])


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(("front", "back"), WORDS)
def test_words_can_be_read(front: str, back: str, theme: int) -> None:
    assert contrast(front, back, theme) >= 4.5


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(("front", "back"), MARKS)
def test_marks_can_be_seen(front: str, back: str, theme: int) -> None:
    assert contrast(front, back, theme) >= 3.0
