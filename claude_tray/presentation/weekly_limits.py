"""Build the meters of the limits besides the 5-hour limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.limits import LimitKind
from claude_tray.core.pace import compute_limit_period
from claude_tray.core.status import AccountStatus, LimitProjection
from claude_tray.presentation.limit_text import (
    format_amount,
    format_limit_name,
    format_limit_pace,
    format_limit_value,
    format_reset_time,
)

if TYPE_CHECKING:
    from claude_tray.core.snapshot import LimitUsage
    from claude_tray.presentation.context import ViewContext


_FULL_PERCENT: Final = 100.0


class WeeklyLimitMeter(NamedTuple):
    """
    A limit besides the 5-hour limit.

    Attributes:
        name: As "Week · all models".
        value: As "21%", "79% left", "≥ 41%" or "$9.42".
        fraction: Used fraction, 0 to 1.
        elapsed_fraction: Elapsed fraction of the period; None if unknown.
        status: OK, WARNING or CRITICAL.
        reset_text: As "resets Thu 09:00"; empty if unknown.
        remaining_text: As "in 1d 20h"; empty if unknown.
        pace_text: As "lasts until the reset"; empty if unknown.
        amount_text: As "$19.25 of $25.00"; empty without money.
        age_text: As "As of 08:48"; empty if no more was used since.
    """

    name: str
    value: str
    fraction: float
    elapsed_fraction: float | None
    status: AccountStatus
    reset_text: str
    remaining_text: str
    pace_text: str = ""
    amount_text: str = ""
    age_text: str = ""


def build_weekly_limits(context: ViewContext) -> tuple[WeeklyLimitMeter, ...]:
    """Build a meter for each limit besides the 5-hour one, worst first."""
    return tuple(
        _build_meter(context, projection)
        for projection in context.limits
        if not projection.usage.is_window
    )


def _build_meter(
    context: ViewContext, projection: LimitProjection
) -> WeeklyLimitMeter:
    gettext, translator = context.translator.gettext, context.translator
    usage, reset_text, remaining_text = projection.usage, "", ""
    if usage.resets_at is not None:
        reset_text = gettext(
            "resets {time}", time=format_reset_time(usage.resets_at, context)
        )
        remaining_text = gettext(
            "in {span}",
            span=translator.format_duration(usage.resets_at - context.now),
        )
    has_both = usage.money is not None and usage.percent is not None
    return WeeklyLimitMeter(
        format_weekly_limit_name(usage, context),
        format_limit_value(projection, context),
        min(1.0, usage.percent_or_zero / _FULL_PERCENT),
        _compute_elapsed_fraction(usage, context),
        AccountStatus(projection.severity),
        reset_text,
        remaining_text,
        format_limit_pace(projection, context),
        format_amount(usage.money, context)
        if has_both and usage.money
        else "",
        gettext("As of {time}", time=context.format_time(usage.as_of))
        if projection.is_minimum
        else "",
    )


def _compute_elapsed_fraction(
    usage: LimitUsage, context: ViewContext
) -> float | None:
    """Return how much of a limit's period has passed; None if unknown."""
    period = compute_limit_period(usage)
    if period is None or usage.resets_at is None:
        return None
    remaining = usage.resets_at - context.now
    return min(1.0, max(0.0, 1 - remaining / period))


def format_weekly_limit_name(usage: LimitUsage, context: ViewContext) -> str:
    """Format a limit's name, as "Week · Opus" for "seven_day_opus"."""
    gettext, name = (
        context.translator.gettext,
        format_limit_name(usage, context),
    )
    if usage.kind is LimitKind.SEVEN_DAY:
        return gettext("Week \N{MIDDLE DOT} all models")
    if usage.kind is LimitKind.MODEL:
        return gettext("Week \N{MIDDLE DOT} {model}", model=name)
    return name
