"""Find the limits of an account that apply now, and the one that blocks."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.core.limits import LimitKind, LimitSource
from claude_tray.core.snapshot import (
    AccountSnapshot,
    BlockingLimit,
    LimitUsage,
)
from claude_tray.core.windows import WINDOW_LENGTH, Window

if TYPE_CHECKING:
    from datetime import datetime


FULL_PERCENT: Final = 100.0
# It blocks when it is used up; other amounts are used beyond limits.
SPEND_LIMIT: Final = "spend_limit"
# A percentage is outdated if usage went on and it is older than this.
STALE_AFTER: Final = timedelta(minutes=10)
# A record may be written shortly after the percentage that includes it.
_STALE_MARGIN: Final = timedelta(minutes=1)
_SAME_RESET_TOLERANCE: Final = timedelta(minutes=2)


def find_blocking_limit(
    state: AccountSnapshot | None, now: datetime
) -> BlockingLimit | None:
    """
    Return the limit that blocks now; None if none does.

    A limit that blocks everything comes before one of a single model, and one
    that lasts longer before others; an unknown end is the longest.
    """
    return max(
        list_blocking_limits(state, now) if state else (),
        key=lambda blocking: (
            not blocking.is_scoped,
            blocking.until.timestamp() if blocking.until else math.inf,
            blocking.kind,
            blocking.scope,
        ),
        default=None,
    )


def list_blocking_limits(
    state: AccountSnapshot, now: datetime
) -> list[BlockingLimit]:
    """Return all limits that block now, each once."""
    candidates = [
        blocking
        for blocking in _list_reported_blocks(state, now)
        if blocking.until is None or blocking.until > now
    ]
    window = get_open_window(state, now)
    candidates += [
        BlockingLimit(
            window.end if window and usage.is_window else usage.resets_at,
            usage.kind,
            usage.scope,
        )
        for usage in _list_full_limits(state, now)
        if not _is_extra_usage_available(state, usage, now)
    ]
    latest = {(item.kind, item.scope): item for item in candidates}
    return list(latest.values())


def _list_reported_blocks(
    state: AccountSnapshot, now: datetime
) -> list[BlockingLimit]:
    """Return the limits that messages of Claude Code reported as reached."""
    until = state.limit_reached_until
    if state.blocking_limits or until is None:
        return list(state.blocking_limits)
    # A block that lasts beyond the window is the weekly limit's.
    window, week = get_open_window(state, now), get_weekly_usage(state, now)
    end = window.end if window else now + WINDOW_LENGTH
    is_weekly = until > end + _SAME_RESET_TOLERANCE or (
        week is not None
        and week.resets_at is not None
        and abs(week.resets_at - until) <= _SAME_RESET_TOLERANCE
    )
    kind = LimitKind.SEVEN_DAY if is_weekly else LimitKind.FIVE_HOUR
    return [BlockingLimit(until, kind)]


def _list_full_limits(
    state: AccountSnapshot, now: datetime
) -> list[LimitUsage]:
    """Return the limits that are reported as fully used."""
    return [
        usage
        for usage in list_current_limits(state, now)
        if usage.percent_or_zero >= FULL_PERCENT
        and (usage.kind is not LimitKind.SPEND or usage.name == SPEND_LIMIT)
    ]


def is_beyond_limit(state: AccountSnapshot | None, now: datetime) -> bool:
    """Return whether work goes on although a limit is fully used."""
    return state is not None and any(
        _is_extra_usage_available(state, usage, now)
        for usage in _list_full_limits(state, now)
    )


def _is_extra_usage_available(
    state: AccountSnapshot, full: LimitUsage, now: datetime
) -> bool:
    """Return whether work goes on beyond a limit that is fully used."""
    extra_usage = find_extra_usage(state, now)
    return _is_lifted(state, full) or (
        extra_usage is not None
        and full.kind is not LimitKind.SPEND
        and not _is_spent(extra_usage)
    )


def _is_lifted(state: AccountSnapshot | None, usage: LimitUsage) -> bool:
    """Return whether work went on after a message about a limit."""
    return any(
        lifted.kind is LimitKind.UNKNOWN or is_limit_of(usage, lifted)
        for lifted in (state.lifted_limits if state else ())
    )


def is_limit_of(usage: LimitUsage, blocking: BlockingLimit) -> bool:
    """Return whether a usage is of the limit that a message names."""
    if usage.kind is not blocking.kind:
        return False
    if usage.kind is not LimitKind.MODEL:
        return usage.scope == blocking.scope
    # A message names a version too: "Fable 5".
    return usage.scope.split(" ")[0] == blocking.scope.split(" ")[0]


def find_extra_usage(
    state: AccountSnapshot | None, now: datetime
) -> LimitUsage | None:
    """Return the money that is used beyond the limits, if it is known."""
    return next(
        (
            usage
            for usage in list_current_limits(state, now)
            if is_extra_usage(usage)
        ),
        None,
    )


def is_extra_usage(usage: LimitUsage) -> bool:
    """Return whether a limit counts money that is used beyond others."""
    return (
        usage.kind is LimitKind.SPEND
        and usage.name != SPEND_LIMIT
        and usage.money is not None
    )


def _is_spent(usage: LimitUsage) -> bool:
    money = usage.money
    return usage.percent_or_zero >= FULL_PERCENT or (
        money is not None
        and money.limit is not None
        and money.used >= money.limit
    )


def list_current_limits(
    state: AccountSnapshot | None, now: datetime
) -> list[LimitUsage]:
    """
    Return the limits that have not been reset since their report.

    What only a message reported is not known any more once work went on.
    """
    window = get_open_window(state, now)
    return [
        usage
        for usage in (state.limits if state else ())
        if usage.is_current(now)
        and (not usage.is_window or window is not None)
        and not (
            usage.source is LimitSource.MESSAGE and _is_lifted(state, usage)
        )
    ]


def get_open_window(
    state: AccountSnapshot | None, now: datetime
) -> Window | None:
    """Return the window that is open now, if any."""
    window = state.window if state and state.has_window else None
    return window if window and window.is_open(now) else None


def get_current_usage(
    state: AccountSnapshot | None, now: datetime
) -> LimitUsage | None:
    """Return the usage of the 5-hour limit, if it is known and current."""
    return _find_kind(state, LimitKind.FIVE_HOUR, now)


def get_weekly_usage(
    state: AccountSnapshot | None, now: datetime
) -> LimitUsage | None:
    """Return the usage of the weekly limit of all models, if it is current."""
    return _find_kind(state, LimitKind.SEVEN_DAY, now)


def _find_kind(
    state: AccountSnapshot | None, kind: LimitKind, now: datetime
) -> LimitUsage | None:
    return next(
        (
            usage
            for usage in list_current_limits(state, now)
            if usage.kind is kind and usage.percent is not None
        ),
        None,
    )


def is_stale(state: AccountSnapshot, usage: LimitUsage, now: datetime) -> bool:
    """Return whether usage went on long after a percentage was reported."""
    last, as_of = state.last_record_at, usage.as_of
    return (
        last is not None
        and last - as_of > _STALE_MARGIN
        and now - as_of > STALE_AFTER
    )
