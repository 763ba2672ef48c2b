from __future__ import annotations

from dataclasses import replace

import pytest

from claude_tray.server.dashboard.standing import standing_of
from tests.server.dashboard.made import (
    BERLIN,
    VIEWER,
    a_pace,
    a_state,
    a_window,
    at,
)


def test_on_pace() -> None:
    assert standing_of(a_state(38), VIEWER) == (
        "ok",
        "On pace",
        "At this pace 66% will be used by the reset.",
    )


def test_too_fast() -> None:
    state = a_state(71, a_pace(None, at("13:01")))

    assert standing_of(state, VIEWER) == (
        "warning",
        "Too fast",
        "At this pace the limit comes at 13:01, 1h 59m too soon.",
    )


@pytest.mark.parametrize(
    ("percent", "limit", "word"),
    [
        (74.9, None, "On pace"),
        (75.0, None, "Too fast"),
        (89.9, None, "Too fast"),
        (90.0, None, "Almost out"),
        (50.0, "12:43", "Almost out"),
        (50.0, "12:44", "Too fast"),
        (50.0, "14:49", "Too fast"),
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
    pace = a_pace(66, at(limit) if limit else None)

    assert standing_of(a_state(percent, pace), VIEWER).word == word


def test_without_a_projection_the_share_is_told() -> None:
    state = replace(a_state(38), pace=None)

    assert standing_of(state, VIEWER).sentence == (
        "38% of the 5-hour limit is used."
    )


def test_a_limit_tells_when_it_works_again() -> None:
    state = replace(a_state(100), limit_reached_until=at("09:00", day=26))

    assert standing_of(state, BERLIN) == (
        "limit",
        "Limit reached",
        "Claude Code works again at Thu 10:00.",
    )


def test_a_limit_that_is_over_is_none() -> None:
    state = replace(a_state(38), limit_reached_until=at("12:13"))

    assert standing_of(state, VIEWER).word == "On pace"


@pytest.mark.parametrize("state", [None, a_state(window=a_window("07:00"))])
def test_no_window_is_idle(state: object) -> None:
    assert standing_of(state, VIEWER).word == "Idle"  # type: ignore[arg-type]


def test_a_share_that_was_not_told_is_not_guessed() -> None:
    assert standing_of(a_state(None), VIEWER) == (
        "plain",
        "No limit known",
        "Claude Code has not told how much of the limit is used.",
    )


def test_without_a_limit_the_usual_is_told() -> None:
    state = a_state(None, a_pace(None, usual=(1_200_000, 2_000_000)))

    assert standing_of(state, VIEWER).sentence == (
        "309K tokens in and out; your usual window has 1.2M."
    )


def test_a_share_of_another_window_is_none() -> None:
    state = a_state(38)
    assert state.used
    state = replace(state, used=replace(state.used, resets_at=at("12:13")))

    assert standing_of(state, VIEWER).word == "No limit known"


def test_an_old_share_says_that_it_is_old() -> None:
    state = a_state(38, told="11:30")

    assert standing_of(state, VIEWER) == (
        "plain",
        "As of 11:30",
        "38% used as of 11:30; more was used since.",
    )


def test_an_old_share_holds_while_nothing_was_used_since() -> None:
    state = replace(a_state(38, told="11:30"), last_record_at=at("11:30"))

    assert standing_of(state, VIEWER).word == "On pace"
