"""Build the meters of the weekly limits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.current_limits import FULL_PERCENT
from claude_tray.core.limits import SEVEN_DAY
from claude_tray.core.status import (
    CRITICAL_PERCENT,
    WARNING_PERCENT,
    AccountStatus,
)

if TYPE_CHECKING:
    from claude_tray.core.snapshot import LimitUsage
    from claude_tray.presentation.context import ViewContext


_WEEK_LENGTH: Final = timedelta(days=7)


class WeeklyLimitMeter(NamedTuple):
    """
    A weekly limit.

    Attributes:
        name: As "Week · all models".
        value: As "21%" or "79% left".
        fraction: Used fraction, 0 to 1.
        elapsed_fraction: Elapsed fraction of the week; None if unknown.
        status: OK, WARNING or CRITICAL.
        reset_text: As "resets Thu 09:00"; empty if unknown.
        remaining_text: As "in 1d 20h"; empty if unknown.
    """

    name: str
    value: str
    fraction: float
    elapsed_fraction: float | None
    status: AccountStatus
    reset_text: str
    remaining_text: str


def build_weekly_limits(context: ViewContext) -> tuple[WeeklyLimitMeter, ...]:
    """Build a meter for each weekly limit that has not been reset since."""
    reported = context.account.weekly if context.account else ()
    return tuple(
        _build_meter(context, limit)
        for limit in reported
        if not limit.resets_at or limit.resets_at > context.now
    )


def _build_meter(context: ViewContext, limit: LimitUsage) -> WeeklyLimitMeter:
    gettext, translator = context.translator.gettext, context.translator
    percent = limit.percent_or_zero
    elapsed_fraction, reset_text, remaining_text = None, "", ""
    if limit.resets_at is not None:
        remaining = limit.resets_at - context.now
        elapsed_fraction = min(1.0, max(0.0, 1 - remaining / _WEEK_LENGTH))
        reset_text = gettext(
            "resets {time}",
            time=context.format_weekday_and_clock(limit.resets_at),
        )
        remaining_text = gettext(
            "in {span}", span=translator.format_duration(remaining)
        )
    return WeeklyLimitMeter(
        format_weekly_limit_name(limit.name, context),
        context.format_usage(percent),
        min(1.0, percent / FULL_PERCENT),
        elapsed_fraction,
        classify_usage(percent),
        reset_text,
        remaining_text,
    )


def format_weekly_limit_name(name: str, context: ViewContext) -> str:
    """Format a limit's name, as "Week · Opus" for "seven_day_opus"."""
    gettext = context.translator.gettext
    if name == SEVEN_DAY:
        return gettext("Week \N{MIDDLE DOT} all models")
    return gettext(
        "Week \N{MIDDLE DOT} {model}", model=format_limit_model(name)
    )


def format_limit_model(name: str) -> str:
    """Return the model of a weekly limit, as "Opus"."""
    return name.removeprefix(f"{SEVEN_DAY}_").replace("_", " ").title()


def classify_usage(percent: float) -> AccountStatus:
    """Classify the used percentage of a limit that has no pace."""
    if percent >= CRITICAL_PERCENT:
        return AccountStatus.CRITICAL
    if percent >= WARNING_PERCENT:
        return AccountStatus.WARNING
    return AccountStatus.OK
