from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.budget import decide_budget
from claude_tray.core.fit import Estimate, Fit
from claude_tray.core.limits import LimitKind
from claude_tray.core.snapshot import BlockingLimit
from claude_tray.core.status import assess_account
from claude_tray.presentation.budget_text import format_budget
from claude_tray.presentation.context import ViewContext
from tests.support.assessment_states import (
    NOW,
    WEEK_RESET,
    five_hour,
    make_account,
    make_snapshot,
    money,
    week,
)

if TYPE_CHECKING:
    from claude_tray.core.snapshot import AccountSnapshot


TURN = Estimate(20, 1.0, 2.0, 4.0)


def say(
    account: AccountSnapshot, need: float | None = None, fit: Fit | None = None
) -> str:
    assessment = assess_account(make_snapshot(account), account, NOW)
    budget = decide_budget(account, assessment, fit, need, NOW)
    context = ViewContext(NOW, account, zone=UTC)
    return format_budget(budget, assessment, context)


def test_what_is_left_is_said_with_the_turns_that_fit() -> None:
    account = make_account(five_hour(38), week(21))
    today = Fit(62, TURN, TURN, None, ())
    earlier = Fit(62, None, TURN, None, ())

    assert say(account, 15, today) == (
        "Enough for 15%: 62% of the 5-hour limit left until 15:00 · about 31"
        " turns like today's."
    )
    assert say(account, None, earlier) == (
        "Enough: 62% of the 5-hour limit left until 15:00 · about 31 turns"
        " like the last ones."
    )


def test_an_outdated_percentage_is_a_maximum() -> None:
    account = make_account(five_hour(50, "11:41"))

    assert say(account, 45, Fit(40, None, None, None, ())) == (
        "Perhaps not enough for 45%: at most 50% of the 5-hour limit left"
        " until 15:00 · probably 40%."
    )
    assert say(account) == (
        "Tight: at most 50% of the 5-hour limit left until 15:00."
    )


def test_a_share_that_is_no_whole_percent_does_not_look_like_the_need() -> (
    None
):
    assert say(make_account(five_hour(85.4)), 15) == (
        "Not enough for 15%: 14.6% of the 5-hour limit left until 15:00."
    )


def test_the_limit_in_the_way_is_named() -> None:
    assert say(make_account(five_hour(10), week(97)), 20) == (
        "Perhaps not enough for 20%: 90% of the 5-hour limit left until 15:00"
        " · 3% of the weekly limit left until Thu 09:00."
    )


@pytest.mark.parametrize(
    ("account", "text"),
    [
        (
            make_account(five_hour(100)),
            "Nothing left: 5-hour limit reached. {available} at 15:00.",
        ),
        (
            make_account(
                blocking_limits=(BlockingLimit(None, LimitKind.UNKNOWN),)
            ),
            "Nothing left: usage limit reached. No reset time was reported.",
        ),
        (
            make_account(five_hour(100), money("5", "25")),
            "Nothing left: work goes on beyond the limit, for money.",
        ),
        (
            make_account(),
            "Unknown: Claude Code has reported no percentage of the limit.",
        ),
        (
            make_account(week(21), window=None),
            "Enough: 100% of the 5-hour limit left, no window is open.",
        ),
        (
            make_account(window=None, has_window=False),
            "Enough: no limit of this account is known.",
        ),
        (
            make_account(
                money("4", "25", 16, "spend_limit", WEEK_RESET),
                window=None,
                has_window=False,
            ),
            "Enough: 84% of the spend limit left until Thu 09:00.",
        ),
        (
            make_account(
                week(16, resets_at=None), window=None, has_window=False
            ),
            "Enough: 84% of the weekly limit left.",
        ),
    ],
)
def test_every_other_state_has_its_sentence(
    account: AccountSnapshot, text: str
) -> None:
    available = "Claude Code is available again"
    assert say(account) == text.replace("{available}", available)
