from __future__ import annotations

import pytest

from claude_tray.core.live_sessions import (
    SessionCount,
    SessionInUse,
    SessionState,
)
from claude_tray.i18n.translator import ENGLISH, load_translator
from claude_tray.presentation.live_text import (
    format_session_count,
    format_session_model,
    format_session_state,
)


@pytest.mark.parametrize(
    ("count", "english", "german"),
    [
        (SessionCount(), "", ""),
        (SessionCount(1), "1 session running", "1 Sitzung läuft"),
        (
            SessionCount(2, 1),
            "2 sessions running · 1 waits for you",
            "2 Sitzungen laufen · 1 wartet auf dich",
        ),
        (
            SessionCount(3, 2),
            "3 sessions running · 2 wait for you",
            "3 Sitzungen laufen · 2 warten auf dich",
        ),
    ],
)
def test_the_count_names_those_that_wait(
    count: SessionCount, english: str, german: str
) -> None:
    assert format_session_count(count, ENGLISH) == english
    assert format_session_count(count, load_translator("de")) == german


@pytest.mark.parametrize(
    ("state", "waiting_for", "text"),
    [
        (SessionState.WORKING, "", "working"),
        (SessionState.IDLE, "", "idle"),
        (SessionState.ENDED, "", "ended"),
        (SessionState.WAITING, "", "waits for you"),
        (
            SessionState.WAITING,
            "permission prompt",
            "waits for you: asks for permission",
        ),
        # Later versions may have other reasons.
        (
            SessionState.WAITING,
            "moon\n",
            "waits for you: moon\N{SYMBOL FOR LINE FEED}",
        ),
    ],
)
def test_the_state_says_what_a_session_waits_for(
    state: SessionState, waiting_for: str, text: str
) -> None:
    session = SessionInUse("a", state, 0, "/", "/", waiting_for=waiting_for)

    assert format_session_state(session, ENGLISH) == text
    assert format_session_model(session) == ""
    named = session._replace(model="claude-opus-4-5-20251101")
    assert format_session_model(named) == "Opus 4.5"
