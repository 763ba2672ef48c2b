from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.windows import InferredRule, ValueSource, WindowRule
from claude_tray.web.window_card import build_card
from tests.support.limits import change_limits
from tests.web.builders import (
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
    from claude_tray.web.page_context import PageContext


def list_notes(
    account: AccountSnapshot, context: PageContext
) -> tuple[str, ...]:
    return build_card(account, (), context).notes


def describe_status(
    account: AccountSnapshot | None, context: PageContext
) -> StatusDescription:
    return build_card(account, (), context).status


def test_a_reported_window_has_no_note() -> None:
    assert list_notes(make_state(), CONTEXT) == ()


def test_a_lagging_machine_is_noted() -> None:
    state = replace(make_state(), is_provisional=True)
    idle = replace(state, window=None)

    assert list_notes(state, CONTEXT) == (
        "One computer has not synced yet; the window may have started earlier.",
    )
    assert list_notes(idle, CONTEXT) == (
        "One computer has not synced yet; a window may already be open.",
    )


def test_an_inferred_reset_has_its_margin_of_error() -> None:
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


def test_ahead_of_pace() -> None:
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
        (75.0, None, "Running low"),
        (89.9, None, "Running low"),
        (90.0, None, "Almost out"),
        (50.0, "12:43", "Almost out"),
        (50.0, "12:44", "Ahead of pace"),
        (50.0, "14:49", "Ahead of pace"),
        (50.0, "14:50", "On pace"),
        (50.0, "12:00", "On pace"),
        (100.0, None, "5-hour limit reached"),
    ],
)
def test_the_thresholds_of_the_pill(
    percent: float,
    limit: str | None,
    word: str,
) -> None:
    pace = make_pace(66, at(limit) if limit else None)

    assert describe_status(make_state(percent, pace), CONTEXT).pill == word


def test_the_percentage_is_shown_without_a_projection() -> None:
    state = replace(make_state(38), pace=None)

    assert describe_status(state, CONTEXT).sentence == (
        "38% of the 5-hour limit used."
    )


def test_a_reached_limit_shows_when_it_resets() -> None:
    state = replace(make_state(100), limit_reached_until=at("09:00", day=26))

    assert describe_status(state, BERLIN) == (
        "limit",
        "Weekly limit reached",
        "Claude Code is available again Thursday at 10:00.",
    )


def test_a_limit_that_has_reset_is_ignored() -> None:
    state = replace(make_state(38), limit_reached_until=at("12:13"))

    assert describe_status(state, CONTEXT).pill == "On pace"


@pytest.mark.parametrize(
    "state", [None, make_state(window=make_window("07:00"))]
)
def test_an_account_without_a_window_is_ready(state: object) -> None:
    assert describe_status(state, CONTEXT).pill == "Ready"  # type: ignore[arg-type]


def test_an_unknown_limit_is_not_estimated() -> None:
    assert describe_status(make_state(None), CONTEXT) == (
        "unknown",
        "Limit unknown",
        "Connect the status line to see how much of your limit is left.",
    )


def test_typical_usage_is_shown_without_a_limit() -> None:
    state = make_state(None, make_pace(None, usual=(1_200_000, 2_000_000)))

    assert describe_status(state, CONTEXT).sentence == (
        "309K tokens in and out. Your typical window: 1.2M."
    )


def test_the_percentage_of_an_earlier_window_is_ignored() -> None:
    state = make_state(38)
    assert state.used
    used = replace(state.used, resets_at=at("12:13"))
    state = change_limits(state, used=used)

    assert describe_status(state, CONTEXT).pill == "Limit unknown"


def test_an_old_percentage_is_marked() -> None:
    state = make_state(38, observed_clock="11:30")

    assert describe_status(state, CONTEXT) == (
        "stale",
        "As of 11:30",
        "At least 38% of the 5-hour limit used (as of 11:30).",
    )


def test_an_old_percentage_is_current_without_usage_since() -> None:
    state = replace(
        make_state(38, observed_clock="11:30"), last_record_at=at("11:30")
    )

    assert describe_status(state, CONTEXT).pill == "On pace"
