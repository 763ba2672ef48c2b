"""
What Claude Code told of its limits, and what holds of it now.

Resets jitter by two seconds, idle sessions repeat what they once heard, and
several sources tell the same: one rule joins them all, in any order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

FIVE_HOUR: Final = "five_hour"
SEVEN_DAY: Final = "seven_day"
# Resets that differ by less are one and the same: they jitter by 2 seconds.
SAME_MS: Final = 120_000
_MINUTE_MS: Final = 60_000
_JITTER_MS: Final = 2_000
_DAY_MS: Final = 24 * 60 * _MINUTE_MS
# No reset can be further ahead than its window is long, but for clocks that
# differ by a few minutes.
_CLOCKS_MS: Final = 5 * _MINUTE_MS
_LONGEST_MS: Final = {FIVE_HOUR: 5 * 60 * _MINUTE_MS, SEVEN_DAY: 7 * _DAY_MS}
_LONGEST_OTHER_MS: Final = 31 * _DAY_MS
# What is used beyond a limit is paid for; this much is no share of anything.
_MOST_PERCENT: Final = 10_000
_ORDER: Final = (FIVE_HOUR, SEVEN_DAY)


class Limit(NamedTuple):
    """
    A share of a limit that is used up.

    Attributes:
        account: Whose.
        name: "five_hour", "seven_day", or a further window's own name.
        percent: 0 to 100, may exceed 100.
        resets_ms: When it starts again from zero.
        told_ms: When Claude Code told it.
    """

    account: str
    name: str
    percent: float
    resets_ms: int
    told_ms: int


def believable(told: Iterable[Limit]) -> list[Limit]:
    """
    Return what may have been true when it was told.

    A reset that had passed by then is what an idle session repeats; one too
    far ahead is another clock's.
    """
    return [value for value in told if _may_hold(value, value.told_ms)]


def ahead_of_clock(told: Iterable[Limit]) -> int:
    """
    Return by how much a reset was further ahead than its window is long.

    In milliseconds, 0 if none was: this machine's clock is behind by so much.
    """
    excess = (
        value.resets_ms - value.told_ms - _longest(value) for value in told
    )
    return max((ms for ms in excess if ms > _CLOCKS_MS), default=0)


def current(told: Iterable[Limit], now_ms: int) -> list[Limit]:
    """
    Return the limits that hold now, the 5-hour ones of an account first.

    What it returns may be given to it again with what was told since.

    Args:
        told: In any order, of any accounts, with repetitions.
        now_ms: Values that reset before it are gone.
    """
    groups: dict[tuple[str, str], list[Limit]] = {}
    for value in told:
        if _may_hold(value, now_ms):
            groups.setdefault((value.account, value.name), []).append(value)
    held = [_newest_window(group) for group in groups.values()]
    return sorted(held, key=_place)


def _may_hold(value: Limit, at_ms: int) -> bool:
    ahead = value.resets_ms - at_ms
    is_in_time = 0 < ahead <= _longest(value) + _CLOCKS_MS
    return is_in_time and 0 <= value.percent <= _MOST_PERCENT


def _longest(value: Limit) -> int:
    return _LONGEST_MS.get(value.name, _LONGEST_OTHER_MS)


def _newest_window(values: list[Limit]) -> Limit:
    """Return the most that was told of the window that resets last."""
    last = max(value.resets_ms for value in values)
    within = [v for v in values if last - v.resets_ms <= SAME_MS]
    most = max(within, key=lambda value: (value.percent, value.told_ms))
    return most._replace(resets_ms=steadied(last))


def steadied(at_ms: int) -> int:
    """Return a reset without its jitter, where it is one of a whole minute."""
    minute = (at_ms + _MINUTE_MS // 2) // _MINUTE_MS * _MINUTE_MS
    return minute if abs(minute - at_ms) <= _JITTER_MS else at_ms


def _place(value: Limit) -> tuple[str, int, str]:
    known = value.name in _ORDER
    rank = _ORDER.index(value.name) if known else len(_ORDER)
    return value.account, rank, value.name
