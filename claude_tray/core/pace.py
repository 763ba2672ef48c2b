"""Where a window is heading."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from claude_tray.core.pricing import NANO_USD_PER_USD
from claude_tray.core.snapshot import Pace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claude_tray.core.pricing import NanoUsd
    from claude_tray.core.snapshot import LimitUsage
    from claude_tray.core.totals import Totals
    from claude_tray.core.windows import Window


# What was used lately tells more than the average: people ask for it.
RECENT_PERIOD: Final = timedelta(minutes=30)
# A few minutes into a window any figure would be noise.
MIN_ELAPSED: Final = timedelta(minutes=15)
_MIN_PAST_WINDOWS: Final = 5
_FULL_PERCENT: Final = 100.0
_Figure = TypeVar("_Figure", bound=int)


class WindowProgress(NamedTuple):
    """
    A window under way.

    Attributes:
        window: The window.
        used: The official share of the limit, if it is known.
        is_fully_local: All that counts against the limit is known here; else it
            was begun on another machine, on the phone or the web.
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
        progress: The window and what is known of its limit.
        recent: What its last 30 minutes used.
        past_windows: Input and output, and the cost, of the person's earlier windows.
        now: The moment.
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
    """Return the percentage at the reset and the moment of 100 %."""
    used = progress.used
    if used is None:
        return None, None
    if used.percent >= _FULL_PERCENT:
        return used.percent, None
    percent_per_minute = _compute_percent_per_minute(
        progress, used.percent, recent, now
    )
    percent = used.percent + percent_per_minute * _to_minutes(
        progress.window.end - now
    )
    if percent <= _FULL_PERCENT:
        return percent, None
    minutes_to_go = (_FULL_PERCENT - used.percent) / percent_per_minute
    return percent, now + timedelta(minutes=minutes_to_go)


def _compute_percent_per_minute(
    progress: WindowProgress,
    percent: float,
    recent: Totals,
    now: datetime,
) -> float:
    """
    Return how fast the share grows.

    A percent is worth as much as it cost in this window so far; what counts
    against the limit follows the price of tokens, not their number. Where
    not all of it was spent here, the average of the window is all there is.
    """
    window = progress.window
    elapsed = now - window.start
    # Money stands for use, tokens where a price lacks.
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
    """Return the dollars an hour; None where a price is not known."""
    if totals.cost is None:
        return None
    return totals.cost / NANO_USD_PER_USD / (duration / timedelta(hours=1))


def _compute_typical(
    values: Sequence[_Figure],
) -> tuple[_Figure, _Figure] | None:
    """Return the median and the 90th percentile."""
    if len(values) < _MIN_PAST_WINDOWS:
        return None
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[len(ordered) * 9 // 10]
