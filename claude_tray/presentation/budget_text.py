"""Say in one line whether enough of a limit is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.budget import BudgetState, LimitBudget
from claude_tray.core.current_limits import FULL_PERCENT
from claude_tray.presentation import limit_text, receipt

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.core.status import Assessment, LimitProjection
    from claude_tray.i18n.translator import Translator
    from claude_tray.presentation.context import ViewContext


def format_budget(
    budget: LimitBudget, assessment: Assessment, context: ViewContext
) -> str:
    """
    Say in one line what is left, and whether it is enough.

    As "Enough: 52% of the 5-hour limit left until 15:40, about 9 turns like
    today's."
    """
    gettext = context.translator.gettext
    if budget.state is BudgetState.BLOCKED:
        return _format_blocked(assessment, context)
    if budget.left is None:
        if budget.state is BudgetState.ENOUGH:
            return gettext("Enough: no limit of this account is known.")
        return gettext(
            "Unknown: Claude Code has reported no percentage of the limit."
        )
    parts = [
        _format_left(budget, budget.left, context),
        _format_expected(budget, budget.left, context),
        _format_turns(budget, context.translator),
    ]
    if budget.obstacle is not None:
        obstacle = budget.obstacle
        parts.append(
            format_limit_left(obstacle, obstacle.usage.resets_at, context)
        )
    return gettext(
        "{answer}: {facts}.",
        answer=_format_answer(budget, context.translator),
        facts=limit_text.SEPARATOR.join(filter(None, parts)),
    )


def _format_answer(budget: LimitBudget, translator: Translator) -> str:
    gettext = translator.gettext
    if budget.need is None:
        if budget.state is BudgetState.ENOUGH:
            return gettext("Enough")
        return gettext("Tight")
    need = _format_share(budget.need, translator)
    if budget.state is BudgetState.ENOUGH:
        return gettext("Enough for {percent}", percent=need)
    if budget.state is BudgetState.SHORT:
        return gettext("Not enough for {percent}", percent=need)
    return gettext("Perhaps not enough for {percent}", percent=need)


def _format_left(
    budget: LimitBudget, left: float, context: ViewContext
) -> str:
    """Say how much is left, as "at most 38% of the 5-hour limit left"."""
    if budget.limit is not None:
        return format_limit_left(budget.limit, budget.resets_at, context)
    return context.translator.gettext(
        "{percent} of the 5-hour limit left, no window is open",
        percent=_format_share(left, context.translator),
    )


def format_limit_left(
    limit: LimitProjection, resets_at: datetime | None, context: ViewContext
) -> str:
    """Say how much of a limit is left, as "3% of the weekly limit left"."""
    gettext, usage = context.translator.gettext, limit.usage
    left = max(0.0, FULL_PERCENT - usage.percent_or_zero)
    values = {
        "percent": _format_share(left, context.translator),
        "limit": limit_text.format_limit_label(usage, context),
    }
    if limit.is_minimum:
        text = gettext("at most {percent} of the {limit} left", **values)
    else:
        text = gettext("{percent} of the {limit} left", **values)
    if resets_at is None:
        return text
    time = (
        context.format_time(resets_at)
        if usage.is_window
        else limit_text.format_reset_time(resets_at, context)
    )
    return gettext("{facts} until {time}", facts=text, time=time)


def _format_expected(
    budget: LimitBudget, left: float, context: ViewContext
) -> str:
    """Say what is probably left, if that is visibly less; else nothing."""
    expected = budget.expected_left
    if expected is None or left - expected < 1:
        return ""
    return context.translator.gettext(
        "probably {percent}",
        percent=context.translator.format_percent(expected),
    )


def _format_turns(budget: LimitBudget, translator: Translator) -> str:
    if budget.turns is None:
        return ""
    if budget.are_turns_of_today:
        return translator.ngettext(
            "about {n} turn like today's",
            "about {n} turns like today's",
            budget.turns,
        )
    return translator.ngettext(
        "about {n} turn like the last ones",
        "about {n} turns like the last ones",
        budget.turns,
    )


def _format_blocked(assessment: Assessment, context: ViewContext) -> str:
    gettext, blocking = context.translator.gettext, assessment.blocking
    if blocking is not None and not blocking.is_scoped:
        return gettext(
            "Nothing left: {limit} reached. {end}",
            limit=limit_text.format_limit_label(blocking, context),
            end=limit_text.describe_block(blocking, context),
        )
    return gettext(
        "Nothing left: work goes on beyond the limit, for money.",
    )


def _format_share(percent: float, translator: Translator) -> str:
    """Format a percentage; with a decimal if it is not whole."""
    if round(percent) == percent:
        return translator.format_percent(percent)
    return translator.locale.percent.replace(
        "#,##0", receipt.format_points(percent, translator)
    )
