from __future__ import annotations

from datetime import UTC

import pytest

from claude_tray.core.limit_hits import LimitHit
from claude_tray.core.limits import LimitKind
from claude_tray.core.live_sessions import (
    CutOffSession,
    SessionCount,
    SessionInUse,
    SessionState,
)
from claude_tray.core.prompt_cache import PromptCache, WakeCost
from claude_tray.i18n.translator import ENGLISH, load_translator
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.live_text import (
    build_cut_off_rows,
    format_prompt_cache,
    format_session_count,
    format_session_model,
    format_session_state,
)
from tests.support.builders import at, ms

NOW = at("12:13")
CACHE = PromptCache(ms("12:42"), 217_000)


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


@pytest.mark.parametrize(
    ("reset", "until"),
    [
        (None, ""),
        # The message names a time before it.
        ("09:00", ""),
        ("12:00", "now"),
        ("12:13", "now"),
        ("15:00", "15:00"),
    ],
)
def test_a_session_cut_off_can_go_on_after_the_reset(
    reset: str | None, until: str
) -> None:
    hit = LimitHit(
        LimitKind.FIVE_HOUR, ms("11:00"), None if reset is None else ms(reset)
    )
    session = CutOffSession("0123456789ab", "/ada/shop", "/ada/shop", hit)

    (row,) = build_cut_off_rows([session], ViewContext(NOW, zone=UTC))

    assert row.until == until
    assert row.at == "11:00"
    assert (row.title, row.project) == ("01234567", "shop")


@pytest.mark.parametrize(
    ("wake", "cost"),
    [
        (None, ""),
        (WakeCost(6.0, 1.0), ", about 6% of the 5-hour limit"),
        (WakeCost(1.0, 0.0), ", about 1% of the 5-hour limit"),
        (WakeCost(0.4, 0.1), ", about <1% of the 5-hour limit"),
        # Too small for a range, however vague.
        (WakeCost(0.4, 0.4), ", about <1% of the 5-hour limit"),
        (WakeCost(6.0, 3.0), ", 3% to 9% of the 5-hour limit"),
        # No cost is below 0.
        (WakeCost(2.0, 5.0), ", <1% to 7% of the 5-hour limit"),
    ],
)
def test_a_vague_cost_of_waking_is_a_range(
    wake: WakeCost | None, cost: str
) -> None:
    assert format_prompt_cache(CACHE, NOW, ENGLISH, wake) == (
        f"Prompt cache goes cold in 29m: waking it takes 217K tokens{cost}"
    )


@pytest.mark.parametrize("is_reported", [True, False])
@pytest.mark.parametrize("clock", ["12:42", "13:00"])
def test_a_cache_is_cold_from_its_expiry_on(
    clock: str, *, is_reported: bool
) -> None:
    cache = CACHE._replace(is_reported=is_reported)

    assert format_prompt_cache(cache, at(clock), ENGLISH) == (
        "Prompt cache is cold: waking it takes 217K tokens"
    )


def test_an_expiry_that_is_derived_is_only_probable() -> None:
    cache = CACHE._replace(is_reported=False)

    assert format_prompt_cache(cache, NOW, ENGLISH) == (
        "Prompt cache probably goes cold in 29m: waking it takes 217K tokens"
    )
