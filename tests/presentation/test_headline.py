from __future__ import annotations

from claude_tray.presentation.headline import (
    Headline,
    build_headline,
    format_summary_sentence,
)
from tests.support.popup_states import PopupState, make_popup_state


def build(state: PopupState) -> Headline:
    return build_headline(state.data.snapshot, state.context)


def test_the_headline_is_one_sentence_for_screen_readers() -> None:
    state = make_popup_state("pace")

    assert format_summary_sentence(build(state), state.context) == (
        "Claude Code: 2h 47m until 15:00, 38%. On pace."
        " On track to use 66% by the reset."
    )


def test_unknown_usage_is_left_out_of_the_sentence() -> None:
    state = make_popup_state("idle")

    assert format_summary_sentence(build(state), state.context) == (
        "Claude Code: 5h 00m available. Ready."
        " Your next message starts a new 5-hour window."
    )


def test_a_limit_that_outlasts_the_window_is_the_weekly_one() -> None:
    state = make_popup_state("week").change_account(window=None, used=None)

    assert build(state).title == "Weekly limit"


def test_a_demo_is_labeled() -> None:
    state = make_popup_state("pace").change_snapshot(is_demo=True)

    assert build(state).corner == "Demo"


def test_without_a_plan_the_age_of_the_usage_is_shown() -> None:
    corners = [
        build(make_popup_state(name).change_context(plan="")).corner
        for name in ("pace", "unknown")
    ]

    assert corners == ["Limits updated 12:12", ""]
