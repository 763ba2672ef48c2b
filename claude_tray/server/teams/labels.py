"""Name accounts, members and budgets as pages, alerts and reports do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.presentation.team_text import (
    BudgetSummary,
    format_budget_label,
)
from claude_tray.server.accounts.models import User
from claude_tray.server.teams.models import Budget, BudgetScope, BudgetUnit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claude_tray.presentation.context import ViewContext
    from claude_tray.server.teams import budgets, limits


_SHORT_KEY_LENGTH: Final = 6


def format_account_key(key: str, context: ViewContext) -> str:
    """Name an account that has no name in the team, by its hash."""
    gettext = context.translator.gettext
    if not key:
        return gettext("unknown account")
    return gettext("account {key}", key=key[:_SHORT_KEY_LENGTH])


def format_seat_name(key: limits.SeatKey, context: ViewContext) -> str:
    """Name an account without a name; unknown ones by their user."""
    if key.account:
        return format_account_key(key.account, context)
    user = User.objects.filter(pk=key.user_ids[0]).first()
    return context.translator.gettext(
        "unknown account of {name}", name=user.username if user else ""
    )


def build_budget_summary(
    progress: budgets.BudgetProgress,
    names: Mapping[str, str],
    context: ViewContext,
) -> BudgetSummary:
    """
    Build the presentation values of a budget.

    Args:
        progress: The budget and what was used of it.
        names: Names of the team's accounts, by key.
        context: Time zone and language.
    """
    budget = progress.budget
    return BudgetSummary(
        format_budget_label(
            budget.scope,
            budget.period,
            _format_target(budget, names, context),
            context,
        ),
        budget.unit == BudgetUnit.USD,
        progress.used,
        budget.amount,
        progress.is_minimum,
        progress.resets_at,
    )


def _format_target(
    budget: Budget, names: Mapping[str, str], context: ViewContext
) -> str:
    if budget.member is not None:
        return budget.member.user.username
    if budget.scope == BudgetScope.ACCOUNT:
        key = budget.target
        return names.get(key) or format_account_key(key, context)
    return budget.target
