"""Decide whether enough is left, in every state that an account can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.budget import BudgetState, LimitBudget, decide_budget
from claude_tray.core.fit import Estimate, Fit
from claude_tray.core.status import assess_account
from tests.support.assessment_states import (
    NOW,
    RESET,
    STATES,
    WEEK_RESET,
    AssessmentState,
    five_hour,
    make_account,
    make_snapshot,
    money,
    week,
)

if TYPE_CHECKING:
    from claude_tray.core.snapshot import AccountSnapshot

TURN = Estimate(20, 1.0, 2.0, 4.0)


def decide(
    account: AccountSnapshot, need: float | None = None, fit: Fit | None = None
) -> LimitBudget:
    assessment = assess_account(make_snapshot(account), account, NOW)
    return decide_budget(account, assessment, fit, need, NOW)


def expect(left: float) -> Fit:
    return Fit(left, None, TURN, None, ())


@pytest.mark.parametrize(
    ("need", "state"),
    [
        (None, BudgetState.ENOUGH),
        (15.0, BudgetState.ENOUGH),
        (62.0, BudgetState.ENOUGH),
        (62.1, BudgetState.SHORT),
        (100.0, BudgetState.SHORT),
    ],
)
def test_a_need_is_compared_with_what_is_left(
    need: float | None, state: BudgetState
) -> None:
    budget = decide(make_account(five_hour(38), week(21)), need)

    assert (budget.state, budget.left) == (state, 62)
    assert budget.resets_at == RESET
    assert budget.limit is not None
    assert budget.limit.usage.name == "five_hour"


def test_only_certain_answers_end_with_0_or_20() -> None:
    assert {state: state.exit_status for state in BudgetState} == {
        BudgetState.ENOUGH: 0,
        BudgetState.TIGHT: 10,
        BudgetState.SHORT: 10,
        BudgetState.UNKNOWN: 10,
        BudgetState.BLOCKED: 20,
    }


def test_an_outdated_percentage_is_not_enough_without_an_estimate() -> None:
    """More was used since 11:41, but nobody knows how much."""
    stale = make_account(five_hour(50, "11:41"))

    assert decide(stale, 15).state is BudgetState.TIGHT
    assert decide(stale).state is BudgetState.TIGHT
    assert decide(stale, 60).state is BudgetState.SHORT
    assert decide(stale, 15, expect(40)).state is BudgetState.ENOUGH
    assert decide(stale, 45, expect(40)).state is BudgetState.TIGHT
    assert decide(stale, None, expect(20)).state is BudgetState.TIGHT


def test_turns_fit_into_what_is_expected_to_be_left() -> None:
    budget = decide(make_account(five_hour(50)), None, expect(41))

    assert (budget.left, budget.expected_left) == (50, 41)
    assert (budget.turns, budget.are_turns_of_today) == (20, False)


def test_another_limit_that_is_nearly_used_up_makes_it_tight() -> None:
    budget = decide(make_account(five_hour(10), week(96)), 15)

    assert (budget.state, budget.left) == (BudgetState.TIGHT, 90)
    assert budget.obstacle is not None
    assert budget.obstacle.usage.name == "seven_day"


def test_between_windows_all_of_the_limit_is_left_if_there_is_one() -> None:
    reported = decide(make_account(week(21), window=None), 100)
    never = decide(make_account(window=None), 1)

    assert (reported.state, reported.left) == (BudgetState.ENOUGH, 100)
    assert (never.state, never.left) == (BudgetState.UNKNOWN, None)


def test_without_a_window_the_binding_limit_counts() -> None:
    account = make_account(
        money("20", "25", 80, "spend_limit", WEEK_RESET),
        window=None,
        has_window=False,
    )

    budget = decide(account, 25)

    assert (budget.state, budget.left) == (BudgetState.SHORT, 20)
    assert budget.resets_at == WEEK_RESET


def test_work_beyond_the_limit_costs_money_so_nothing_is_left() -> None:
    budget = decide(make_account(five_hour(100), money("5", "25")), 1)

    assert budget.state is BudgetState.BLOCKED
    assert budget.is_beyond


# What each status of the one assessment allows the answer to be.
ALLOWED = {
    "ok": {BudgetState.ENOUGH},
    "warning": {BudgetState.TIGHT, BudgetState.ENOUGH},
    "critical": {BudgetState.TIGHT},
    "model_limit": {BudgetState.TIGHT, BudgetState.UNKNOWN},
    "limit": {BudgetState.BLOCKED},
    "extra_usage": {BudgetState.BLOCKED},
    "stale": {BudgetState.TIGHT},
    "unknown": {BudgetState.UNKNOWN},
    "idle": {BudgetState.ENOUGH, BudgetState.UNKNOWN},
    "reading": {BudgetState.ENOUGH, BudgetState.UNKNOWN},
    "unlimited": {BudgetState.ENOUGH},
}


@pytest.mark.parametrize(
    "state",
    [state for state in STATES if state.status.value in ALLOWED],
    ids=lambda state: state.name,
)
def test_the_answer_never_contradicts_the_assessment(
    state: AssessmentState,
) -> None:
    assessment = assess_account(state.snapshot, state.account, NOW)

    budget = decide_budget(state.account, assessment, None, None, NOW)

    assert budget.state in ALLOWED[state.status.value]


@given(
    used=st.floats(0, 120),
    need=st.floats(0.1, 100),
    more=st.floats(0, 100),
    expected=st.one_of(st.none(), st.floats(0, 100)),
)
def test_a_larger_need_is_never_easier(
    used: float, need: float, more: float, expected: float | None
) -> None:
    account = make_account(five_hour(used))
    fit = None if expected is None else expect(expected)

    first = decide(account, need, fit).state.exit_status
    second = decide(account, min(100.0, need + more), fit).state.exit_status

    assert second >= first
