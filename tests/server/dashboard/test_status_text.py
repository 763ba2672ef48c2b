from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.windows import InferredRule, ValueSource, WindowRule
from claude_tray.server.dashboard.window_card import build_card
from tests.server.dashboard.builders import (
    BERLIN,
    CONTEXT,
    at,
    make_pace,
    make_state,
    make_window,
)

if TYPE_CHECKING:
    from claude_tray.core.snapshot import AccountSnapshot
    from claude_tray.presentation.status_text import StatusDescription
    from claude_tray.server.dashboard.page_context import PageContext


def list_notes(
    account: AccountSnapshot, context: PageContext
) -> tuple[str, ...]:
    return build_card(account, (), context).notes


def describe_status(
    account: AccountSnapshot | None, context: PageContext
) -> StatusDescription:
    return build_card(account, (), context).status


def test_what_was_told_needs_no_note() -> None:
    assert list_notes(make_state(), CONTEXT) == ()


def test_a_machine_that_is_behind_is_told_of() -> None:
    state = replace(make_state(), is_provisional=True)
    idle = replace(state, window=None)

    assert list_notes(state, CONTEXT) == (
        "One computer has not synced yet; the window may have started earlier.",
    )
    assert list_notes(idle, CONTEXT) == (
        "One computer has not synced yet; a window may already be open.",
    )


def test_a_learnt_reset_says_how_far_it_may_be_off() -> None:
    state = replace(
        make_state(window=make_window(source=ValueSource.INFERRED)),
        inferred_rule=InferredRule(
            WindowRule.TEN_MINUTES, 9, timedelta(minutes=2)
        ),
    )

    assert list_notes(state, CONTEXT) == (
        "Reset time inferred from earlier resets, ±2m.",
    )


def test_on_pace() -> None:
    assert describe_status(make_state(38), CONTEXT) == (
        "ok",
        "On pace",
        "On track to use 66% by the reset.",
    )


def test_too_fast() -> None:
    state = make_state(71, make_pace(None, at("13:01")))

    assert describe_status(state, CONTEXT) == (
        "warning",
        "Ahead of pace",
        "You'll hit the limit at 13:01, 1h 59m before it resets.",
    )


@pytest.mark.parametrize(
    ("percent", "limit", "word"),
    [
        (74.9, None, "On pace"),
        (75.0, None, "Ahead of pace"),
        (89.9, None, "Ahead of pace"),
        (90.0, None, "Almost out"),
        (50.0, "12:43", "Almost out"),
        (50.0, "12:44", "Ahead of pace"),
        (50.0, "14:49", "Ahead of pace"),
        (50.0, "14:50", "On pace"),
        (50.0, "12:00", "On pace"),
        (100.0, None, "Limit reached"),
    ],
)
def test_the_bounds_between_words(
    percent: float,
    limit: str | None,
    word: str,
) -> None:
    pace = make_pace(66, at(limit) if limit else None)

    assert describe_status(make_state(percent, pace), CONTEXT).pill == word


def test_without_a_projection_the_share_is_told() -> None:
    state = replace(make_state(38), pace=None)

    assert describe_status(state, CONTEXT).sentence == (
        "38% of the 5-hour limit used."
    )


def test_a_limit_tells_when_it_works_again() -> None:
    state = replace(make_state(100), limit_reached_until=at("09:00", day=26))

    assert describe_status(state, BERLIN) == (
        "limit",
        "Weekly limit reached",
        "Claude Code is available again at Thu 10:00.",
    )


def test_a_limit_that_is_over_is_none() -> None:
    state = replace(make_state(38), limit_reached_until=at("12:13"))

    assert describe_status(state, CONTEXT).pill == "On pace"


@pytest.mark.parametrize(
    "state", [None, make_state(window=make_window("07:00"))]
)
def test_no_window_is_idle(state: object) -> None:
    assert describe_status(state, CONTEXT).pill == "Ready"  # type: ignore[arg-type]


def test_a_share_that_was_not_told_is_not_guessed() -> None:
    assert describe_status(make_state(None), CONTEXT) == (
        "unknown",
        "Limit unknown",
        "Connect the status line to see how much of your limit is left.",
    )


def test_without_a_limit_the_usual_is_told() -> None:
    state = make_state(None, make_pace(None, usual=(1_200_000, 2_000_000)))

    assert describe_status(state, CONTEXT).sentence == (
        "309K tokens in and out. Your typical window: 1.2M."
    )


def test_a_share_of_another_window_is_none() -> None:
    state = make_state(38)
    assert state.used
    state = replace(state, used=replace(state.used, resets_at=at("12:13")))

    assert describe_status(state, CONTEXT).pill == "Limit unknown"


def test_an_old_share_says_that_it_is_old() -> None:
    state = make_state(38, observed_clock="11:30")

    assert describe_status(state, CONTEXT) == (
        "stale",
        "As of 11:30",
        "At least 38% used (last update 11:30).",
    )


def test_an_old_share_holds_while_nothing_was_used_since() -> None:
    state = replace(
        make_state(38, observed_clock="11:30"), last_record_at=at("11:30")
    )

    assert describe_status(state, CONTEXT).pill == "On pace"
