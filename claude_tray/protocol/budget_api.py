"""Define and build the objects that answer whether enough is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

from claude_tray.core.time import format_iso
from claude_tray.protocol import limits_api

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.core.budget import LimitBudget
    from claude_tray.core.status import Assessment


_DECIMALS: Final = 2


class BudgetItem(TypedDict):
    """
    What is left of an account's limits, and whether it is enough.

    `state` is "enough", "tight", "short", "unknown" or "blocked";
    `left_percentage` is at most left, `expected_left_percentage` probably.
    """

    as_of: str
    account: str
    state: str
    exit_status: int
    text: str
    need_percentage: float | None
    limit: str | None
    left_percentage: float | None
    is_maximum: bool
    expected_left_percentage: float | None
    resets_at: str | None
    turns_left: int | None
    blocking_limit: limits_api.BlockingLimitItem | None
    limits: list[limits_api.LimitItem]


def build_budget_item(
    budget: LimitBudget,
    assessment: Assessment,
    account: str,
    text: str,
    now: datetime,
) -> BudgetItem:
    """
    Build the object that `budget --json` prints.

    Args:
        budget: What is left.
        assessment: Limits of the account.
        account: Its name; empty if nothing was ever stored.
        text: The same in one line.
        now: Time of both.
    """
    status, limit = limits_api.build_limit_status(assessment), budget.limit
    return {
        "as_of": format_iso(now),
        "account": account,
        "state": budget.state.value,
        "exit_status": budget.state.exit_status,
        "text": text,
        "need_percentage": budget.need,
        "limit": limit.usage.name if limit else None,
        "left_percentage": _round(budget.left),
        "is_maximum": limit is not None and limit.is_minimum,
        "expected_left_percentage": _round(budget.expected_left),
        "resets_at": format_iso(budget.resets_at)
        if budget.resets_at
        else None,
        "turns_left": budget.turns,
        "blocking_limit": status["blocking_limit"],
        "limits": status["limits"],
    }


def _round(percent: float | None) -> float | None:
    return None if percent is None else round(percent, _DECIMALS)
