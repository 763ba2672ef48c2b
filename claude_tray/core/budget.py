"""
Decide whether enough of a limit is left for a piece of work.

Reported percentages are minima: what was used since is not in them. So
"enough" is only decided if nothing that is known speaks against it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.current_limits import FULL_PERCENT, get_open_window
from claude_tray.core.status import (
    WARNING_PERCENT,
    AccountStatus,
    Assessment,
    LimitProjection,
    Severity,
)

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.core.fit import Fit
    from claude_tray.core.snapshot import AccountSnapshot


class BudgetState(StrEnum):
    """
    Answer to the question whether enough is left.

    ENOUGH: it is. TIGHT: it may not be. SHORT: less is left than needed.
    UNKNOWN: no percentage was reported. BLOCKED: nothing is left.
    """

    ENOUGH = "enough"
    TIGHT = "tight"
    SHORT = "short"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"

    @property
    def exit_status(self) -> int:
        """Exit status of the command: 0, 10 or 20."""
        return _EXIT_STATUSES.get(self, _EXIT_NOT_CERTAIN)


_EXIT_NOT_CERTAIN: Final = 10
_EXIT_STATUSES: Final = {BudgetState.ENOUGH: 0, BudgetState.BLOCKED: 20}
# With less left, a limit is no longer calm.
_CALM_LEFT: Final = FULL_PERCENT - WARNING_PERCENT


class LimitBudget(NamedTuple):
    """
    What is left of an account's limits.

    Attributes:
        state: Whether that is enough.
        need: Percentage of the limit that is needed; None if not given.
        limit: The 5-hour limit, or the binding one of an account without it;
            None without a percentage, also while no window is open.
        left: Percentage of it that is left at most; None if unknown.
        expected_left: That without what was probably used since the report;
            None if that is unknown.
        obstacle: Another limit that is nearly used up; None without one.
        resets_at: Time of the reset; None if unknown.
        turns: How many usual turns fit; None if unknown.
        are_turns_of_today: The usual turn is that of today.
        has_window: The account has a 5-hour limit.
        is_beyond: Work goes on beyond a limit, for money.
    """

    state: BudgetState
    need: float | None = None
    limit: LimitProjection | None = None
    left: float | None = None
    expected_left: float | None = None
    obstacle: LimitProjection | None = None
    resets_at: datetime | None = None
    turns: int | None = None
    are_turns_of_today: bool = False
    has_window: bool = True
    is_beyond: bool = False


def decide_budget(
    account: AccountSnapshot | None,
    assessment: Assessment,
    fit: Fit | None,
    need: float | None,
    now: datetime,
) -> LimitBudget:
    """
    Decide whether enough is left.

    Args:
        account: The account; None if nothing was ever stored.
        assessment: Its assessment at this time.
        fit: What is expected to be left of the 5-hour limit, and what turns
            take of it; None if that is not known.
        need: Percentage of the limit that is needed; None to ask whether
            anything speaks against going on.
        now: Current time.
    """
    limit = _find_limit(account, assessment)
    window = get_open_window(account, now)
    has_window = account is None or account.has_window
    budget = LimitBudget(
        BudgetState.UNKNOWN,
        need,
        limit,
        _compute_left(account, limit, is_open=window is not None),
        obstacle=_find_obstacle(assessment, limit),
        resets_at=window.end if window and has_window else None,
        has_window=has_window,
        is_beyond=assessment.status is AccountStatus.EXTRA_USAGE,
    )
    if limit is not None and not limit.usage.is_window:
        budget = budget._replace(resets_at=limit.usage.resets_at)
    if fit is not None and budget.left is not None and has_window:
        expected = min(budget.left, fit.left)
        turns = fit.turns_today or fit.turns
        budget = budget._replace(
            expected_left=expected,
            turns=turns.count_fits(expected) if turns else None,
            are_turns_of_today=fit.turns_today is not None,
        )
    return budget._replace(state=_classify(budget, assessment))


def _find_limit(
    account: AccountSnapshot | None, assessment: Assessment
) -> LimitProjection | None:
    """Return the limit that a need is a percentage of."""
    has_window = account is None or account.has_window
    return next(
        (
            item
            for item in assessment.limits
            if item.usage.percent is not None
            and (item.usage.is_window or not has_window)
        ),
        None,
    )


def _compute_left(
    account: AccountSnapshot | None,
    limit: LimitProjection | None,
    *,
    is_open: bool,
) -> float | None:
    if limit is not None:
        return max(0.0, FULL_PERCENT - limit.usage.percent_or_zero)
    if account is None or is_open or not account.has_window:
        return None
    # Between windows the 5-hour limit is untouched, if there is one at all.
    is_reported = bool(account.limits) or account.last_report_at is not None
    return FULL_PERCENT if is_reported else None


def _find_obstacle(
    assessment: Assessment, limit: LimitProjection | None
) -> LimitProjection | None:
    return next(
        (
            item
            for item in assessment.limits
            if item is not limit and item.severity is Severity.CRITICAL
        ),
        None,
    )


def _classify(budget: LimitBudget, assessment: Assessment) -> BudgetState:
    blocking = assessment.blocking
    if blocking is not None and not blocking.is_scoped:
        return BudgetState.BLOCKED
    if budget.is_beyond:
        return BudgetState.BLOCKED
    if budget.left is None:
        if assessment.status is AccountStatus.UNLIMITED:
            return BudgetState.ENOUGH
        return BudgetState.UNKNOWN
    if budget.need is not None and budget.left < budget.need:
        return BudgetState.SHORT
    return (
        BudgetState.TIGHT
        if _is_tight(budget, budget.left)
        else BudgetState.ENOUGH
    )


def _is_tight(budget: LimitBudget, left: float) -> bool:
    """Return whether something speaks against what seems enough."""
    is_minimum = budget.limit is not None and budget.limit.is_minimum
    if budget.obstacle is not None:
        return True
    if is_minimum and budget.expected_left is None:
        return True
    likely = left if budget.expected_left is None else budget.expected_left
    if budget.need is not None:
        return likely < budget.need
    severity = budget.limit.severity if budget.limit else Severity.OK
    return severity is not Severity.OK or likely <= _CALM_LEFT
