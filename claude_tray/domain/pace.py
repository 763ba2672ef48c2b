"""Where a window is heading."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from claude_tray.domain.price import NANO_USD_PER_USD
from claude_tray.domain.snapshot import Pace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claude_tray.domain.price import NanoUsd
    from claude_tray.domain.snapshot import Used
    from claude_tray.domain.totals import Totals
    from claude_tray.domain.window import Window

# What was used lately tells more than the average: people ask for it.
LATELY: Final = timedelta(minutes=30)
# A few minutes into a window any figure would be noise.
SILENCE: Final = timedelta(minutes=15)
_ENOUGH_WINDOWS: Final = 5
_MOST_USED: Final = 100.0
_Figure = TypeVar("_Figure", bound=int)


class Course(NamedTuple):
    """
    A window under way.

    Attributes:
        window: The window.
        used: The official share of the limit, if it is known.
        is_all_here: All that counts against the limit is known here; else it
            was begun on another machine, on the phone or the web.
    """

    window: Window
    used: Used | None = None
    is_all_here: bool = True


def pace_of(
    course: Course,
    lately: Totals,
    usual: Sequence[tuple[int, NanoUsd | None]],
    now: datetime,
) -> Pace | None:
    """
    Return the pace of an open window, None in its first minutes.

    Args:
        course: The window and what is known of its limit.
        lately: What its last 30 minutes used.
        usual: Input and output, and the cost, of the person's earlier windows.
        now: The moment.
    """
    window = course.window
    gone = now - window.start
    if gone < SILENCE:
        return None
    percent, limit_at = _projected(course, lately, now)
    return Pace(
        tokens_per_minute=_tokens(lately) / _minutes(min(LATELY, gone)),
        cost_per_hour=_an_hour(lately, min(LATELY, gone)),
        percent_at_reset=percent,
        limit_at=limit_at,
        usual_tokens=_usual([tokens for tokens, _ in usual]),
        usual_cost=_usual([cost for _, cost in usual if cost is not None]),
        window_tokens_per_minute=_tokens(window.totals) / _minutes(gone),
        window_cost_per_hour=_an_hour(window.totals, gone),
    )


def _projected(
    course: Course,
    lately: Totals,
    now: datetime,
) -> tuple[float | None, datetime | None]:
    """Return the percentage at the reset and the moment of 100 %."""
    used = course.used
    if used is None:
        return None, None
    if used.percent >= _MOST_USED:
        return used.percent, None
    a_minute = _percent_a_minute(course, used.percent, lately, now)
    percent = used.percent + a_minute * _minutes(course.window.end - now)
    if percent <= _MOST_USED:
        return percent, None
    minutes_to_go = (_MOST_USED - used.percent) / a_minute
    return percent, now + timedelta(minutes=minutes_to_go)


def _percent_a_minute(
    course: Course,
    percent: float,
    lately: Totals,
    now: datetime,
) -> float:
    """
    Return how fast the share grows.

    A percent is worth as much as it cost in this window so far; what counts
    against the limit follows the price of tokens, not their number. Where
    not all of it was spent here, the average of the window is all there is.
    """
    window = course.window
    gone = now - window.start
    # Money stands for use, tokens where a price lacks.
    weight = _tokens if window.totals.unpriced else _cost
    spent = weight(window.totals)
    if not course.is_all_here or not spent:
        return percent / _minutes(gone)
    share = percent * weight(lately) / spent
    return share / _minutes(min(LATELY, gone))


def _cost(totals: Totals) -> int:
    return totals.priced_cost


def _tokens(totals: Totals) -> int:
    return totals.tokens.input + totals.tokens.output


def _minutes(span: timedelta) -> float:
    return span / timedelta(minutes=1)


def _an_hour(totals: Totals, span: timedelta) -> float | None:
    """Return the dollars an hour; None where a price is not known."""
    if totals.cost is None:
        return None
    return totals.cost / NANO_USD_PER_USD / (span / timedelta(hours=1))


def _usual(figures: Sequence[_Figure]) -> tuple[_Figure, _Figure] | None:
    """Return the median and the 90th percentile."""
    if len(figures) < _ENOUGH_WINDOWS:
        return None
    ordered = sorted(figures)
    return ordered[len(ordered) // 2], ordered[len(ordered) * 9 // 10]
