"""Build the meters of all limits, the worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.current_limits import FULL_PERCENT
from claude_tray.core.pace import compute_limit_period
from claude_tray.core.status import AccountStatus, LimitProjection
from claude_tray.presentation.limit_text import (
    SEPARATOR,
    format_amount,
    format_limit_end,
    format_limit_name,
    format_limit_value,
)

if TYPE_CHECKING:
    from claude_tray.presentation.context import ViewContext


# Bounds what surfaces draw.
MAX_METERS: Final = 12


class LimitMeter(NamedTuple):
    """
    A limit.

    Attributes:
        name: As "5 hours", "Week", "Opus" or "Extra usage".
        value: As "21%", "79% left", "≥ 41%" or "$9.42".
        fraction: Used fraction, 0 to 1; None if there is only an amount.
        elapsed_fraction: Elapsed fraction of its period; None if unknown.
        status: OK, WARNING or CRITICAL.
        end_text: As "lasts until the reset Thu 09:00", "runs out Tue 14:00,
            1d 13h early" or "resets Thu 09:00"; empty if unknown.
    """

    name: str
    value: str
    fraction: float | None
    elapsed_fraction: float | None
    status: AccountStatus
    end_text: str


def build_limit_meters(context: ViewContext) -> tuple[LimitMeter, ...]:
    """Build a meter for each limit, the binding one first."""
    return tuple(
        _build_meter(context, projection)
        for projection in context.limits[:MAX_METERS]
    )


def _build_meter(
    context: ViewContext, projection: LimitProjection
) -> LimitMeter:
    usage = projection.usage
    percent, amount = usage.percent, ""
    if percent is not None and usage.money is not None:
        amount = format_amount(usage.money, context)
    end_text = format_limit_end(projection, context)
    return LimitMeter(
        format_limit_name(usage, context),
        format_limit_value(projection, context),
        None if percent is None else min(1.0, percent / FULL_PERCENT),
        _compute_elapsed_fraction(context, projection),
        AccountStatus(projection.severity),
        SEPARATOR.join(filter(None, (amount, end_text))),
    )


def _compute_elapsed_fraction(
    context: ViewContext, projection: LimitProjection
) -> float | None:
    usage = projection.usage
    period, resets_at = compute_limit_period(usage), usage.resets_at
    if period is None or resets_at is None:
        return None
    return min(1.0, max(0.0, 1 - (resets_at - context.now) / period))
