"""Format the alerts and reports of teams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.limits import LimitKind
from claude_tray.core.notifications.model import Notification, NotificationKind
from claude_tray.core.snapshot import BlockingLimit
from claude_tray.core.time import from_epoch_ms
from claude_tray.presentation.limit_text import (
    describe_block,
    format_limit_label,
    format_limit_reached,
    format_limit_title,
    format_reset_time,
)

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.core.status import Assessment
    from claude_tray.presentation.context import ViewContext


_BLOCKING: Final = (
    NotificationKind.LIMIT,
    NotificationKind.WEEK_LIMIT,
    NotificationKind.MODEL_LIMIT,
)
_RUNNING_OUT: Final = (
    NotificationKind.RUN_OUT,
    NotificationKind.WEEK_RUN_OUT,
)
_FULL_PERCENT: Final = 100


def format_limit_alert(
    notification: Notification, account: str, context: ViewContext
) -> tuple[str, str]:
    """
    Format title and body of an alert about a limit of another user.

    Args:
        notification: What is announced.
        account: Name of the account.
        context: Time zone and language of the team.
    """
    gettext = context.translator.gettext
    limit = notification.limit or BlockingLimit(None, LimitKind.FIVE_HOUR)
    resets_at = from_epoch_ms(notification.reset_ms)
    if notification.kind in _BLOCKING:
        text, body = (
            format_limit_reached(limit, context),
            describe_block(limit, context),
        )
    elif notification.kind in _RUNNING_OUT:
        text = gettext(
            "{limit} runs out around {clock}",
            limit=format_limit_title(limit, context),
            clock=context.format_time(from_epoch_ms(notification.at_ms)),
        )
        body = gettext(
            "At this pace, that's {span} before it resets at {clock}.",
            span=context.translator.format_duration(
                resets_at - from_epoch_ms(notification.at_ms)
            ),
            clock=format_reset_time(resets_at, context),
        )
    else:
        text = gettext(
            "{percent} of the {limit} used",
            percent=context.translator.format_percent(notification.percent),
            limit=format_limit_label(limit, context),
        )
        body = gettext(
            "Resets {time}.", time=format_reset_time(resets_at, context)
        )
    return gettext("{account}: {alert}", account=account, alert=text), body


class BudgetSummary(NamedTuple):
    """
    A budget and what was used of it.

    Attributes:
        label: What it is for, as format_budget_label returns it.
        is_money: The amounts are nano-dollars, else tokens.
        used: Amount used so far.
        amount: Amount planned.
        is_minimum: More may have been used.
        resets_at: End of the period.
    """

    label: str
    is_money: bool
    used: int
    amount: int
    is_minimum: bool
    resets_at: datetime

    @property
    def percent(self) -> float:
        return _FULL_PERCENT * self.used / self.amount


def format_budget_label(
    scope: str, period: str, target: str, context: ViewContext
) -> str:
    """
    Name a budget, as "Monthly budget of project shop".

    Args:
        scope: "team", "member", "project" or "account".
        period: "day", "week" or "month".
        target: Name of the member, project or account.
        context: Language.
    """
    gettext = context.translator.gettext
    targets = {
        "team": gettext("the team"),
        "project": gettext("project {name}", name=target),
    }
    name = targets.get(scope, target)
    labels = {
        "day": gettext("Daily budget of {name}", name=name),
        "week": gettext("Weekly budget of {name}", name=name),
        "month": gettext("Monthly budget of {name}", name=name),
    }
    return labels[period]


def format_budget_alert(
    summary: BudgetSummary, context: ViewContext
) -> tuple[str, str]:
    """Format title and body of an alert about a budget."""
    gettext = context.translator.gettext
    if summary.used >= summary.amount:
        title = gettext("{budget} reached", budget=summary.label)
    else:
        title = gettext(
            "{budget}: {percent} used",
            budget=summary.label,
            percent=context.translator.format_percent(summary.percent),
        )
    body = gettext(
        "{spent} of {budget} used; it starts again {day}.",
        spent=format_budget_amount(summary, context),
        budget=_format_amount(summary, summary.amount, context),
        day=format_reset_time(summary.resets_at, context),
    )
    return title, body


def format_budget_amount(summary: BudgetSummary, context: ViewContext) -> str:
    """Format what was used of a budget: "$12.40", "≥ $12.40", "1.2M"."""
    text = _format_amount(summary, summary.used, context)
    return (
        f"\N{GREATER-THAN OR EQUAL TO} {text}" if summary.is_minimum else text
    )


def format_planned_amount(summary: BudgetSummary, context: ViewContext) -> str:
    """Format the amount of a budget: "$250.00", "5M tokens"."""
    return _format_amount(summary, summary.amount, context)


def _format_amount(
    summary: BudgetSummary, amount: int, context: ViewContext
) -> str:
    translator = context.translator
    if summary.is_money:
        return translator.format_money(amount)
    return translator.gettext(
        "{tokens} tokens in and out", tokens=translator.format_tokens(amount)
    )


def format_near_limit(
    account: str, assessment: Assessment, context: ViewContext
) -> str:
    """
    Say how near an account is to its binding limit, and until when.

    As "Seat 1: 92% of the weekly limit used, resets Thu 09:00".
    """
    gettext, binding = context.translator.gettext, assessment.binding
    if binding is None:
        return account
    values = {
        "account": account,
        "percent": context.translator.format_percent(
            binding.usage.percent_or_zero
        ),
        "limit": format_limit_label(binding.usage, context),
    }
    if binding.usage.resets_at is None:
        return gettext("{account}: {percent} of the {limit} used", **values)
    return gettext(
        "{account}: {percent} of the {limit} used, resets {time}",
        **values,
        time=format_reset_time(binding.usage.resets_at, context),
    )
