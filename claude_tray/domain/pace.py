"""Where a window is heading."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.domain.price import NANO_USD_PER_USD
from claude_tray.domain.snapshot import Pace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claude_tray.domain.snapshot import Used
    from claude_tray.domain.totals import Totals
    from claude_tray.domain.window import Window

# What was used lately tells more than the average: people ask for it.
LATELY: Final = timedelta(minutes=30)
# A few minutes into a window any figure would be noise.
SILENCE: Final = timedelta(minutes=15)
_ENOUGH_WINDOWS: Final = 5
_MOST_USED: Final = 100.0


def pace_of(
    window: Window,
    lately: Totals,
    used: Used | None,
    usual: Sequence[int],
    now: datetime,
) -> Pace | None:
    """
    Return the pace of an open window, None in its first minutes.

    Args:
        window: The window.
        lately: What its last 30 minutes used.
        used: The official share of the limit, if it is known.
        usual: Input and output of the person's earlier windows.
        now: The moment.
    """
    if now - window.start < SILENCE:
        return None
    minutes = min(LATELY, now - window.start) / timedelta(minutes=1)
    tokens = lately.tokens.input + lately.tokens.output
    cost = lately.cost
    percent, limit_at = _projected(window, lately, used, now)
    return Pace(
        tokens_per_minute=tokens / minutes,
        cost_per_hour=(
            None if cost is None else cost / NANO_USD_PER_USD / minutes * 60
        ),
        percent_at_reset=percent,
        limit_at=limit_at,
        usual_tokens=_usual(usual),
    )


def _projected(
    window: Window,
    lately: Totals,
    used: Used | None,
    now: datetime,
) -> tuple[float | None, datetime | None]:
    """
    Return the percentage at the reset and the moment of 100 %.

    A percent is worth as much as it cost in this window so far; what counts
    against the limit follows the price of tokens, not their number.
    """
    if used is None:
        return None, None
    if used.percent >= _MOST_USED:
        return used.percent, None
    spent = _weight(window.totals)
    minutes = min(LATELY, now - window.start) / timedelta(minutes=1)
    if not spent or not used.percent:
        return used.percent, None
    a_minute = used.percent * _weight(lately) / spent / minutes
    left = (window.end - now) / timedelta(minutes=1)
    percent = used.percent + a_minute * left
    if percent <= _MOST_USED:
        return percent, None
    minutes_to_go = (_MOST_USED - used.percent) / a_minute
    return percent, now + timedelta(minutes=minutes_to_go)


def _weight(totals: Totals) -> int:
    """Return what stands for use: money, or tokens where a price lacks."""
    if totals.unpriced:
        return totals.tokens.input + totals.tokens.output
    return totals.priced_cost


def _usual(usual: Sequence[int]) -> tuple[int, int] | None:
    """Return the median and the 90th percentile."""
    if len(usual) < _ENOUGH_WINDOWS:
        return None
    ordered = sorted(usual)
    return ordered[len(ordered) // 2], ordered[len(ordered) * 9 // 10]
