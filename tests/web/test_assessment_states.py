"""Show the same state, severity, number and time in the window card."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from claude_tray.i18n.translator import ENGLISH
from claude_tray.web.page_context import PageContext
from claude_tray.web.window_card import build_card
from tests.support.assessment_states import NOW, STATES, AssessmentState
from tests.web.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.web.window_card import WindowCard

# The server knows neither problems nor scans of a computer.
CARD_STATES = [
    state
    for state in STATES
    if not state.snapshot.problem and state.snapshot.scan_progress is None
]


def _build_card(state: AssessmentState) -> WindowCard:
    return build_card(state.account, (), PageContext(NOW, ZoneInfo("UTC")))


def _list_texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _list_texts(item)


@pytest.mark.parametrize("state", CARD_STATES, ids=lambda state: state.name)
def test_the_card_shows_status_and_deadline(state: AssessmentState) -> None:
    card = _build_card(state)

    assert card.status.status is state.status
    assert card.ends_at == state.deadline
    if state.deadline is not None:
        left = ENGLISH.format_duration(state.deadline - NOW)
        assert card.countdown.left == left


@pytest.mark.parametrize("state", CARD_STATES, ids=lambda state: state.name)
def test_the_card_shows_what_matters(state: AssessmentState) -> None:
    text = "\n".join(_list_texts(_build_card(state))).lower()

    for part in state.shows:
        for word in part.split(" "):
            assert word.lower() in text, (part, text)
    for part in state.hides:
        assert part not in text


@pytest.mark.parametrize("state", CARD_STATES, ids=lambda state: state.name)
def test_the_page_draws_the_state_in_its_color(state: AssessmentState) -> None:
    html = render(
        "{% from 'parts/window.html' import window_card with context %}"
        "{{ window_card(card) }}",
        PageContext(NOW),
        card=_build_card(state),
    )

    assert f'class="pill {state.status.color_status}"' in html
    for part in state.hides:
        assert part not in html.lower()
