"""Classify the status of an account."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from claude_tray.core.limits import SEVEN_DAY, LimitKind
from claude_tray.core.snapshot import BlockingLimit
from claude_tray.core.windows import WINDOW_LENGTH, Window

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.core.snapshot import AccountSnapshot, LimitUsage, Snapshot


WARNING_PERCENT: Final = 75.0
CRITICAL_PERCENT: Final = 90.0
FULL_PERCENT: Final = 100.0
# Warn if the limit is projected to be reached this long before the reset.
WARNING_AHEAD: Final = timedelta(minutes=10)
CRITICAL_AHEAD: Final = timedelta(minutes=30)
# A percentage is outdated if usage went on and it is older than this.
STALE_AFTER: Final = timedelta(minutes=10)
# A record may be written shortly after the percentage that includes it.
_STALE_MARGIN: Final = timedelta(minutes=1)
_SAME_RESET_TOLERANCE: Final = timedelta(minutes=2)


class AccountStatus(StrEnum):
    """
    Status of an account; each has its own color and pictogram.

    ERROR: something is wrong. LIMIT: a limit blocks Claude Code. READING:
    history is being read and no window is known yet. IDLE: no window is open.
    UNKNOWN: no percentage was reported. STALE: the percentage is outdated.
    """

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    LIMIT = "limit"
    STALE = "stale"
    UNKNOWN = "unknown"
    IDLE = "idle"
    READING = "reading"
    ERROR = "error"


def classify_status(
    snapshot: Snapshot,
    state: AccountSnapshot | None,
    now: datetime,
) -> AccountStatus:
    """
    Classify an account, the most serious condition first.

    Args:
        snapshot: Snapshot with the account.
        state: The account; None without any.
        now: Current time, which may be later than the snapshot's.
    """
    if snapshot.problem:
        return AccountStatus.ERROR
    if state is not None and find_blocking_limit(state, now) is not None:
        return AccountStatus.LIMIT
    window, used = get_open_window(state, now), get_current_usage(state, now)
    if state is None or window is None:
        is_reading = snapshot.scan_progress is not None
        return AccountStatus.READING if is_reading else AccountStatus.IDLE
    if used is None:
        return AccountStatus.UNKNOWN
    if is_stale(state, now):
        return AccountStatus.STALE
    limit_at = get_projected_limit_at(state, now)
    return classify_severity(used.percent_or_zero, limit_at, window.end, now)


def get_open_window(
    state: AccountSnapshot | None, now: datetime
) -> Window | None:
    """Return the window that is open now, if any."""
    window = state.window if state else None
    return window if window and window.is_open(now) else None


def get_weekly_usage(
    state: AccountSnapshot | None, now: datetime
) -> LimitUsage | None:
    """Return the usage of the weekly limit of all models, if it is current."""
    weekly = state.weekly if state else ()
    return next(
        (
            used
            for used in weekly
            if used.name == SEVEN_DAY
            and (used.resets_at is None or used.resets_at > now)
        ),
        None,
    )


def find_blocking_limit(
    state: AccountSnapshot, now: datetime
) -> BlockingLimit | None:
    """Return the limit that blocks Claude Code now, None if none does."""
    weekly_usage = get_weekly_usage(state, now)
    if (
        weekly_usage is not None
        and weekly_usage.percent_or_zero >= FULL_PERCENT
        and not state.lifted_limits
        and weekly_usage.resets_at is not None
    ):
        return BlockingLimit(weekly_usage.resets_at, LimitKind.SEVEN_DAY)
    window, until = get_open_window(state, now), state.limit_reached_until
    if until is not None and until > now:
        # A block that lasts beyond the window is the weekly limit's.
        end = window.end if window else now + WINDOW_LENGTH
        is_weekly = until > end + _SAME_RESET_TOLERANCE or (
            weekly_usage is not None
            and weekly_usage.resets_at is not None
            and abs(weekly_usage.resets_at - until) <= _SAME_RESET_TOLERANCE
        )
        kind = LimitKind.SEVEN_DAY if is_weekly else LimitKind.FIVE_HOUR
        return BlockingLimit(until, kind)
    if (
        window is not None
        and _get_used_percent(state) >= FULL_PERCENT
        and not state.lifted_limits
    ):
        return BlockingLimit(window.end, LimitKind.FIVE_HOUR)
    return None


def is_stale(state: AccountSnapshot, now: datetime) -> bool:
    """Return whether usage went on long after its percentage was reported."""
    used, last = state.used, state.last_record_at
    return (
        used is not None
        and last is not None
        and last - used.as_of > _STALE_MARGIN
        and now - used.as_of > STALE_AFTER
    )


def get_current_usage(
    state: AccountSnapshot | None, now: datetime
) -> LimitUsage | None:
    """Return the usage of the 5-hour limit, if it is known and current."""
    used = state.used if state else None
    if used is None or get_open_window(state, now) is None:
        return None
    return None if used.resets_at and used.resets_at <= now else used


def get_projected_limit_at(
    state: AccountSnapshot | None, now: datetime
) -> datetime | None:
    """Return when the limit will be reached, if before the reset."""
    pace = state.pace if state else None
    limit_at = pace.limit_at if pace else None
    return limit_at if limit_at and limit_at > now else None


def classify_severity(
    percent: float,
    limit_at: datetime | None,
    end: datetime,
    now: datetime,
) -> AccountStatus:
    """
    Return OK, WARNING or CRITICAL.

    Args:
        percent: Used percentage of the limit.
        limit_at: Projected time of 100 %, if before the reset.
        end: Time of the reset.
        now: Current time.
    """
    if percent >= CRITICAL_PERCENT or (
        limit_at is not None and limit_at - now <= CRITICAL_AHEAD
    ):
        return AccountStatus.CRITICAL
    if percent >= WARNING_PERCENT or (
        limit_at is not None and end - limit_at > WARNING_AHEAD
    ):
        return AccountStatus.WARNING
    return AccountStatus.OK


def _get_used_percent(state: AccountSnapshot) -> float:
    return state.used.percent_or_zero if state.used else 0.0
