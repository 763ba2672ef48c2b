"""Compute the burn rate of a window and project it to the reset."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from claude_tray.core.cost import NANO_USD_PER_USD, NanoUsd, Totals
from claude_tray.core.snapshot import LimitUsage, Pace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claude_tray.core.windows import Window


# Recent usage predicts better than the average of the window.
RECENT_PERIOD: Final = timedelta(minutes=30)
# In the first minutes of a window any rate would be noise.
MIN_ELAPSED: Final = timedelta(minutes=15)
_MIN_PAST_WINDOWS: Final = 5
_FULL_PERCENT: Final = 100.0
_Figure = TypeVar("_Figure", bound=int)


class WindowProgress(NamedTuple):
    """
    Open window and the known usage of its limit.

    Attributes:
        window: The open window.
        used: Reported usage of the limit, if any.
        is_fully_local: All usage that counts against the limit was recorded
            here; False if the window started on another device or the web.
    """

    window: Window
    used: LimitUsage | None = None
    is_fully_local: bool = True


def compute_pace(
    progress: WindowProgress,
    recent: Totals,
    past_windows: Sequence[tuple[int, NanoUsd | None]],
    now: datetime,
) -> Pace | None:
    """
    Return the pace of an open window, None in its first minutes.

    Args:
        progress: Window and usage of its limit.
        recent: Totals of the last 30 minutes.
        past_windows: Input + output tokens and cost of the user's earlier
            windows; the cost is None if unknown.
        now: Current time.
    """
    window = progress.window
    elapsed = now - window.start
    if elapsed < MIN_ELAPSED:
        return None
    percent, limit_at = _project(progress, recent, now)
    return Pace(
        tokens_per_minute=_count_tokens(recent)
        / _to_minutes(min(RECENT_PERIOD, elapsed)),
        cost_per_hour=_compute_cost_per_hour(
            recent, min(RECENT_PERIOD, elapsed)
        ),
        percent_at_reset=percent,
        limit_at=limit_at,
        typical_tokens=_compute_typical(
            [tokens for tokens, _ in past_windows]
        ),
        typical_cost=_compute_typical(
            [cost for _, cost in past_windows if cost is not None]
        ),
        window_tokens_per_minute=_count_tokens(window.totals)
        / _to_minutes(elapsed),
        window_cost_per_hour=_compute_cost_per_hour(window.totals, elapsed),
    )


def _project(
    progress: WindowProgress,
    recent: Totals,
    now: datetime,
) -> tuple[float | None, datetime | None]:
    """Return the percentage at the reset and the time of 100 %."""
    used = progress.used
    if used is None:
        return None, None
    used_percent = used.percent_or_zero
    if used_percent >= _FULL_PERCENT:
        return used_percent, None
    percent_per_minute = _compute_percent_per_minute(
        progress, used_percent, recent, now
    )
    percent = used_percent + percent_per_minute * _to_minutes(
        progress.window.end - now
    )
    if percent <= _FULL_PERCENT:
        return percent, None
    minutes_to_go = (_FULL_PERCENT - used_percent) / percent_per_minute
    return percent, now + timedelta(minutes=minutes_to_go)


def _compute_percent_per_minute(
    progress: WindowProgress,
    percent: float,
    recent: Totals,
    now: datetime,
) -> float:
    """
    Return how fast the percentage grows.

    One percent is assumed to cost what it cost in this window so far: what
    counts against the limit follows the price of tokens, not their number. If
    part of the window was used elsewhere, only its average is known.
    """
    window = progress.window
    elapsed = now - window.start
    # Cost measures usage; tokens do if a price is unknown.
    measure = _count_tokens if window.totals.unpriced else _get_cost
    total = measure(window.totals)
    if not progress.is_fully_local or not total:
        return percent / _to_minutes(elapsed)
    recent_percent = percent * measure(recent) / total
    return recent_percent / _to_minutes(min(RECENT_PERIOD, elapsed))


def _get_cost(totals: Totals) -> int:
    return totals.priced_cost


def _count_tokens(totals: Totals) -> int:
    return totals.tokens.input + totals.tokens.output


def _to_minutes(duration: timedelta) -> float:
    return duration / timedelta(minutes=1)


def _compute_cost_per_hour(
    totals: Totals, duration: timedelta
) -> float | None:
    """Return dollars per hour, None if a price is unknown."""
    if totals.unpriced:
        return None
    hours = duration / timedelta(hours=1)
    return totals.priced_cost / NANO_USD_PER_USD / hours


def _compute_typical(
    values: Sequence[_Figure],
) -> tuple[_Figure, _Figure] | None:
    """Return the median and the 90th percentile."""
    if len(values) < _MIN_PAST_WINDOWS:
        return None
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[len(ordered) * 9 // 10]
