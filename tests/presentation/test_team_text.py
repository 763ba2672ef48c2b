from __future__ import annotations

from datetime import UTC

import pytest

from claude_tray.core.limits import LimitKind
from claude_tray.core.notifications.model import Notification, NotificationKind
from claude_tray.core.snapshot import (
    AccountSnapshot,
    BlockingLimit,
    Snapshot,
)
from claude_tray.core.status import assess_account
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.team_text import (
    BudgetSummary,
    format_budget_alert,
    format_budget_amount,
    format_budget_label,
    format_limit_alert,
    format_near_limit,
    format_planned_amount,
)
from tests.support.builders import at, ms
from tests.support.limits import make_limit_usage

CONTEXT = ViewContext(at("12:13"), zone=UTC)
# 5 March 2026 is a Thursday.
WEEK = BlockingLimit(at("09:00", 5), LimitKind.SEVEN_DAY)
OPUS = BlockingLimit(at("09:00", 5), LimitKind.MODEL, "Opus")


@pytest.mark.parametrize(
    ("notification", "expected"),
    [
        (
            Notification(
                NotificationKind.USED, reset_ms=ms("15:00"), percent=76
            ),
            (
                "Seat 1: 76% of the 5-hour limit used",
                "Resets Sun 15:00.",
            ),
        ),
        (
            Notification(
                NotificationKind.WEEK,
                reset_ms=ms("09:00", 5),
                percent=80,
                limit=OPUS,
            ),
            ("Seat 1: 80% of the Opus limit used", "Resets Thu 09:00."),
        ),
        (
            Notification(
                NotificationKind.WEEK_LIMIT,
                reset_ms=ms("09:00", 5),
                limit=WEEK,
            ),
            (
                "Seat 1: Weekly limit reached",
                "Claude Code is available again Thursday at 09:00.",
            ),
        ),
        (
            Notification(
                NotificationKind.RUN_OUT,
                reset_ms=ms("15:00"),
                at_ms=ms("13:30"),
            ),
            (
                "Seat 1: 5-hour limit runs out around 13:30",
                "At this pace, that's 1h 30m before it resets at Sun 15:00.",
            ),
        ),
    ],
)
def test_alerts_name_the_account_and_the_limit(
    notification: Notification, expected: tuple[str, str]
) -> None:
    assert format_limit_alert(notification, "Seat 1", CONTEXT) == expected


@pytest.mark.parametrize(
    ("scope", "period", "target", "expected"),
    [
        ("team", "day", "", "Daily budget of the team"),
        ("member", "week", "ada", "Weekly budget of ada"),
        ("project", "month", "shop", "Monthly budget of project shop"),
        ("account", "month", "Seat 1", "Monthly budget of Seat 1"),
    ],
)
def test_budgets_are_named(
    scope: str, period: str, target: str, expected: str
) -> None:
    assert format_budget_label(scope, period, target, CONTEXT) == expected


def make_summary(
    used: int, *, is_money: bool = True, is_minimum: bool = False
) -> BudgetSummary:
    return BudgetSummary(
        "Weekly budget of ada",
        is_money,
        used,
        10_000_000_000,
        is_minimum,
        at("00:00", 2),
    )


def test_alerts_about_budgets_have_both_amounts() -> None:
    assert format_budget_alert(make_summary(8_500_000_000), CONTEXT) == (
        "Weekly budget of ada: 85% used",
        "$8.50 of $10.00 used; it starts again Mon 00:00.",
    )
    title, body = format_budget_alert(make_summary(12_000_000_000), CONTEXT)
    assert title == "Weekly budget of ada reached"
    assert body.startswith("$12.00 of $10.00")


def test_an_unknown_price_makes_the_amount_a_minimum() -> None:
    summary = make_summary(8_500_000_000, is_minimum=True)

    assert format_budget_amount(summary, CONTEXT) == "≥ $8.50"


def test_budgets_of_tokens_count_input_and_output() -> None:
    summary = make_summary(5_000_000, is_money=False)

    assert format_budget_amount(summary, CONTEXT) == "5.0M tokens in and out"
    assert format_planned_amount(summary, CONTEXT) == (
        "10.0B tokens in and out"
    )
    assert summary.percent == 0.05


def test_nearness_has_the_binding_limit_and_its_reset() -> None:
    def format_account(*limits: object) -> str:
        account = AccountSnapshot("", "", limits=limits)  # type: ignore[arg-type]
        snapshot = Snapshot(at("12:13"), accounts=(account,))
        assessment = assess_account(snapshot, account, at("12:13"))
        return format_near_limit("Seat 1", assessment, CONTEXT)

    week = make_limit_usage("seven_day", 92, at("09:00", 5), at("12:00"))
    forever = make_limit_usage("seven_day", 92, None, at("12:00"))

    assert format_account(week) == (
        "Seat 1: 92% of the weekly limit used, resets Thu 09:00"
    )
    assert format_account(forever) == "Seat 1: 92% of the weekly limit used"
    assert format_account() == "Seat 1"
