from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from claude_tray.presentation.context import ViewContext, format_plan_name
from tests.support.builders import at
from tests.support.popup_states import make_popup_state, make_totals

CONTEXT = ViewContext(at("12:13"), zone=UTC)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(3, "15:13"), (11, "23:13"), (13, "Mon 01:13"), (-12, "00:13")],
)
def test_times_of_other_days_have_a_weekday(hours: int, expected: str) -> None:
    time = CONTEXT.now + timedelta(hours=hours)

    assert CONTEXT.format_time(time) == expected


def test_percentages_are_used_or_remaining() -> None:
    remaining = CONTEXT._replace(shows_remaining=True)

    assert (CONTEXT.format_percent(38), CONTEXT.format_usage(38)) == (
        "38%",
        "38%",
    )
    assert (remaining.format_percent(38), remaining.format_usage(38)) == (
        "62%",
        "62% left",
    )
    assert remaining.format_usage(120) == "0% left"


def test_totals_fill_cost_and_tokens() -> None:
    assert CONTEXT.format_totals(make_totals(9.42, 21_437_112)) == {
        "cost": "$9.42",
        "tokens": "21.4M",
    }


def test_usage_is_stale_only_after_further_usage() -> None:
    state = make_popup_state("stale")
    observed_at = state.context.now - timedelta(minutes=32)

    assert state.context.is_usage_stale
    for last_record_at in (None, observed_at):
        changed = state.change_account(last_record_at=last_record_at)
        assert not changed.context.is_usage_stale


def test_without_an_account_nothing_is_known() -> None:
    assert CONTEXT.window is None
    assert CONTEXT.usage is None
    assert CONTEXT.weekly_usage is None
    assert CONTEXT.pace is None
    assert CONTEXT.blocking_limit is None
    assert not CONTEXT.is_usage_stale


def test_plans_have_display_names() -> None:
    plans = ("auto", "pro", "max5", "max20")

    names = [format_plan_name(plan) for plan in plans]

    assert names == ["", "Pro", "Max 5x", "Max 20x"]
