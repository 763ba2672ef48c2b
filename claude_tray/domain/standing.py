"""How an account stands: in one word, for colours, icons and headings."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.limit import SEVEN_DAY

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.domain.snapshot import ProfileState, Snapshot, Used
    from claude_tray.domain.window import Window

WARNING_PERCENT: Final = 75.0
CRITICAL_PERCENT: Final = 90.0
FULL_PERCENT: Final = 100.0
# A limit this long before the reset is worth a warning.
WARNING_AHEAD: Final = timedelta(minutes=10)
CRITICAL_AHEAD: Final = timedelta(minutes=30)
# Use that went on for this long after a percentage was told makes it old.
STALE_AFTER: Final = timedelta(minutes=10)
# A chart shows what was used since, so it may wait longer to say so.
_OLD_AFTER: Final = timedelta(minutes=15)
_OLD_BY: Final = timedelta(minutes=1)
_SAME_RESET: Final = timedelta(minutes=2)


class Standing(StrEnum):
    """
    How an account stands.

    ERROR: something is wrong. READING: history is being read and no window is
    known. IDLE: no window is open. STALE: the percentage is old. LIMIT and
    WEEK_LIMIT: Claude Code refuses to work.
    """

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    LIMIT = "limit"
    WEEK_LIMIT = "week-limit"
    STALE = "stale"
    IDLE = "idle"
    READING = "reading"
    ERROR = "error"


class Refusal(NamedTuple):
    """Until when Claude Code refuses to work, and by which limit."""

    until: datetime
    is_weekly: bool


def standing_of(
    snapshot: Snapshot,
    state: ProfileState | None,
    now: datetime,
) -> Standing:
    """
    Return how an account of a snapshot stands.

    Args:
        snapshot: What is known.
        state: The account; None where there is none.
        now: The moment, which may be later than the snapshot's.
    """
    if snapshot.problem:
        return Standing.ERROR
    if state is not None and (refusal := refusal_of(state, now)) is not None:
        return Standing.WEEK_LIMIT if refusal.is_weekly else Standing.LIMIT
    window = open_window(state, now)
    if state is None or window is None:
        is_reading = snapshot.reading is not None
        return Standing.READING if is_reading else Standing.IDLE
    if is_stale(state, now):
        return Standing.STALE
    limit_at = state.pace.limit_at if state.pace else None
    return urgency_of(_percent(state), limit_at, window.end, now)


def open_window(state: ProfileState | None, now: datetime) -> Window | None:
    """Return the window that is open at a moment."""
    window = state.window if state else None
    return window if window and window.is_open(now) else None


def week_of(state: ProfileState | None, now: datetime) -> Used | None:
    """Return the weekly limit that counts all models, if it holds."""
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


def refusal_of(state: ProfileState, now: datetime) -> Refusal | None:
    """Return until when Claude Code refuses to work; None if it works."""
    week = week_of(state, now)
    if (
        week is not None
        and week.percent >= FULL_PERCENT
        and week.resets_at is not None
    ):
        return Refusal(week.resets_at, is_weekly=True)
    until = state.limit_reached_until
    if until is not None and until > now:
        is_weekly = (
            week is not None
            and week.resets_at is not None
            and abs(week.resets_at - until) <= _SAME_RESET
        )
        return Refusal(until, is_weekly)
    window = open_window(state, now)
    if window is not None and _percent(state) >= FULL_PERCENT:
        return Refusal(window.end, is_weekly=False)
    return None


def is_stale(state: ProfileState, now: datetime) -> bool:
    """Tell whether use went on long after its percentage was told."""
    used, last = state.used, state.last_record_at
    return (
        used is not None
        and last is not None
        and last > used.as_of
        and now - used.as_of > STALE_AFTER
    )


def share_of(state: ProfileState | None, now: datetime) -> Used | None:
    """Return the share of the 5-hour limit, if it is known and holds."""
    used = state.used if state else None
    if used is None or open_window(state, now) is None:
        return None
    return None if used.resets_at and used.resets_at <= now else used


def is_share_old(state: ProfileState, used: Used, now: datetime) -> bool:
    """Tell whether more was used since a share was told."""
    if state.last_record_at is None or now - used.as_of <= _OLD_AFTER:
        return False
    return state.last_record_at - used.as_of > _OLD_BY


def stopped_until(
    state: ProfileState | None,
    now: datetime,
) -> datetime | None:
    """Return when Claude Code works again, while a limit is reached."""
    until = state.limit_reached_until if state else None
    return until if until and until > now else None


def limit_ahead(state: ProfileState | None, now: datetime) -> datetime | None:
    """Return when the limit comes, if it does before the reset."""
    pace = state.pace if state else None
    end = pace.limit_at if pace else None
    return end if end and end > now else None


def urgency_of(
    percent: float,
    limit_at: datetime | None,
    end: datetime,
    now: datetime,
) -> Standing:
    """
    Return OK, WARNING or CRITICAL.

    Args:
        percent: What of the limit is used.
        limit_at: When it is reached at this pace, if before the reset.
        end: The reset.
        now: The moment.
    """
    if percent >= CRITICAL_PERCENT or (
        limit_at is not None and limit_at - now <= CRITICAL_AHEAD
    ):
        return Standing.CRITICAL
    if percent >= WARNING_PERCENT or (
        limit_at is not None and end - limit_at > WARNING_AHEAD
    ):
        return Standing.WARNING
    return Standing.OK


def _percent(state: ProfileState) -> float:
    return state.used.percent if state.used else 0.0
