from __future__ import annotations

import pytest

from claude_tray.core.status import AccountStatus
from claude_tray.ui.graphics.palette import DARK
from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.render.header import (
    CONTENT_WIDTH,
    compute_header_height,
    select_status_color,
    wrap_sentence,
)
from claude_tray.ui.toolkit.surface import DrawSurface, ViewState
from tests.support.popup_states import make_popup_state

HEADLINE = build_view(*make_popup_state("pace")).headline


@pytest.fixture
def surface() -> DrawSurface:
    return DrawSurface((400, 200), ViewState(), is_rtl=False)


def test_each_line_of_the_sentence_adds_height(surface: DrawSurface) -> None:
    long = HEADLINE._replace(sentence=HEADLINE.sentence * 4)
    heights = []
    for headline in (HEADLINE, long):
        lines = wrap_sentence(surface, headline, CONTENT_WIDTH)
        height = compute_header_height(surface, lines, headline)
        heights.append((len(lines), height))

    (few, low), (many, high) = heights
    assert (high - low) / (many - few) == pytest.approx(16.5)


def test_a_wide_pill_moves_until_below(surface: DrawSurface) -> None:
    wide = HEADLINE._replace(pill="Weekly limit reached soon or later")

    heights = [
        compute_header_height(surface, ["one"], headline)
        for headline in (HEADLINE, wide)
    ]

    assert heights[1] - heights[0] == 20


def test_progress_adds_height(surface: DrawSurface) -> None:
    reading = HEADLINE._replace(progress=0.4)

    heights = [
        compute_header_height(surface, ["one"], headline)
        for headline in (HEADLINE, reading)
    ]

    assert heights[1] - heights[0] == 14


@pytest.mark.parametrize(
    ("status", "color"),
    [
        (AccountStatus.OK, DARK.ok),
        (AccountStatus.WARNING, DARK.warning),
        (AccountStatus.STALE, DARK.warning),
        (AccountStatus.CRITICAL, DARK.critical),
        (AccountStatus.LIMIT, DARK.critical),
        (AccountStatus.ERROR, DARK.critical),
        (AccountStatus.IDLE, DARK.soft),
        (AccountStatus.UNKNOWN, DARK.soft),
        (AccountStatus.READING, DARK.soft),
    ],
)
def test_each_status_has_a_color(status: AccountStatus, color: str) -> None:
    assert select_status_color(status, DARK) == color
