"""
Assess an account: its status, its limits from the worst one on, what it shows.

Every surface takes state, severity, number and time from `assess_account`.
"""

from __future__ import annotations

import math
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.core.current_limits import (
    FULL_PERCENT,
    find_blocking_limit,
    get_open_window,
    is_beyond_limit,
    is_limit_of,
    is_stale,
    list_current_limits,
)
from claude_tray.core.limits import LimitKind, LimitSource
from claude_tray.core.pace import (
    compute_limit_period,
    project_limit,
    project_pace,
)
from claude_tray.core.snapshot import (
    AccountSnapshot,
    BlockingLimit,
    LimitUsage,
    Snapshot,
)
from claude_tray.core.windows import WINDOW_LENGTH

if TYPE_CHECKING:
    from datetime import datetime


WARNING_PERCENT: Final = 75.0
CRITICAL_PERCENT: Final = 90.0
# Warn if a limit runs out before its reset by more than this part of its
# period: 10 minutes of 5 hours.
_WARNING_AHEAD_PARTS: Final = 30
_DEFAULT_WARNING_AHEAD: Final = timedelta(minutes=10)
CRITICAL_AHEAD: Final = timedelta(minutes=30)
# The pace of a long period says little while hardly anything is used.
_MIN_PACE_PERCENT: Final = 25.0
_WEEK: Final = timedelta(days=7)
# Of calm limits these come first, as they apply to all models.
_CALM_ORDER: Final = (LimitKind.FIVE_HOUR, LimitKind.SEVEN_DAY)


class Severity(StrEnum):
    """How close a limit is, from calm to alarming."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"


class AccountStatus(StrEnum):
    """
    Status of an account; `color_status` has its color and pictogram.

    ERROR: something is wrong. LIMIT: a limit blocks Claude Code. MODEL_LIMIT:
    a limit blocks one model; others go on. EXTRA_USAGE: work goes on beyond a
    limit, for money. READING: history is being read and no window is known
    yet. IDLE: no window is open. UNLIMITED: there is no 5-hour limit, and no
    other one is known. UNKNOWN: no percentage was reported. STALE: the
    percentage is outdated.
    """

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    LIMIT = "limit"
    MODEL_LIMIT = "model_limit"
    EXTRA_USAGE = "extra_usage"
    STALE = "stale"
    UNKNOWN = "unknown"
    IDLE = "idle"
    UNLIMITED = "unlimited"
    READING = "reading"
    ERROR = "error"

    @property
    def color_status(self) -> AccountStatus:
        """The status of the same color and pictogram."""
        return _COLOR_STATUSES.get(self, self)


_COLOR_STATUSES: Final = {
    AccountStatus.MODEL_LIMIT: AccountStatus.CRITICAL,
    AccountStatus.EXTRA_USAGE: AccountStatus.CRITICAL,
    AccountStatus.UNLIMITED: AccountStatus.OK,
}


class LimitProjection(NamedTuple):
    """
    One limit, how close it is, and where the pace leads.

    Attributes:
        usage: Its usage, as reported last.
        severity: OK, WARNING or CRITICAL.
        runs_out_at: Time of 100 % at this pace, if before the reset.
        percent_at_reset: Percentage at the reset at this pace; None if
            unknown.
        is_minimum: More was used since the percentage was reported.
    """

    usage: LimitUsage
    severity: Severity
    runs_out_at: datetime | None = None
    percent_at_reset: float | None = None
    is_minimum: bool = False


class MainFigureKind(StrEnum):
    """
    What icon, tooltip and menu show first.

    WINDOW: time until the open window resets. LIMIT: a limit and the time
    until its reset. COST: cost of today. NONE: nothing runs.
    """

    WINDOW = "window"
    LIMIT = "limit"
    COST = "cost"
    NONE = "none"


class MainFigure(NamedTuple):
    """
    Figure that is shown first.

    Attributes:
        kind: Selects which of the others is shown.
        deadline: End of the countdown; None without one.
        period: Length of what the countdown is a part of.
        limit: The limit whose share stands beside it; None if unknown.
        cost: Usage of today, which stands beside it or alone.
    """

    kind: MainFigureKind
    deadline: datetime | None = None
    period: timedelta = WINDOW_LENGTH
    limit: LimitProjection | None = None
    cost: Totals = ZERO_TOTALS


class Assessment(NamedTuple):
    """
    State of an account as every surface shows it.

    Attributes:
        status: The most serious condition.
        severity: That of the binding limit.
        binding: The limit that comes first; None without any.
        blocking: The limit that blocks Claude Code or one model; None if none
            does.
        main: What is shown first.
        limits: All current limits, the binding one first.
    """

    status: AccountStatus
    severity: Severity
    binding: LimitProjection | None
    blocking: BlockingLimit | None
    main: MainFigure
    limits: tuple[LimitProjection, ...]


def assess_account(
    snapshot: Snapshot,
    state: AccountSnapshot | None,
    now: datetime,
) -> Assessment:
    """
    Assess an account.

    Args:
        snapshot: Snapshot with the account.
        state: The account; None without any.
        now: Current time, which may be later than the snapshot's.
    """
    limits = project_limits(state, now)
    blocking = find_blocking_limit(state, now)
    binding = limits[0] if limits else None
    severity = binding.severity if binding else Severity.OK
    if blocking is not None:
        severity = Severity.CRITICAL
    cost = snapshot.today
    if state is not None and len(snapshot.accounts) > 1:
        cost = state.today
    main = select_main_figure(state, now)._replace(cost=cost)
    found = Assessment(
        AccountStatus(severity), severity, binding, blocking, main, limits
    )
    status = _classify_status(snapshot, found, state, now)
    return found._replace(status=status)


def _classify_status(
    snapshot: Snapshot,
    found: Assessment,
    state: AccountSnapshot | None,
    now: datetime,
) -> AccountStatus:
    """Return the most serious condition of an account."""
    blocking, share = found.blocking, found.main.limit
    is_open = get_open_window(state, now) is not None
    is_scoped = blocking is not None and blocking.is_scoped
    conditions = (
        (bool(snapshot.problem), AccountStatus.ERROR),
        (is_scoped, AccountStatus.MODEL_LIMIT),
        (blocking is not None, AccountStatus.LIMIT),
        (is_beyond_limit(state, now), AccountStatus.EXTRA_USAGE),
        (found.severity is not Severity.OK, AccountStatus(found.severity)),
        (
            not is_open and snapshot.scan_progress is not None,
            AccountStatus.READING,
        ),
        (found.main.kind is MainFigureKind.COST, AccountStatus.UNLIMITED),
        (found.main.kind is MainFigureKind.NONE, AccountStatus.IDLE),
        (share is None, AccountStatus.UNKNOWN),
        (share is not None and share.is_minimum, AccountStatus.STALE),
    )
    return next(
        (status for holds, status in conditions if holds), AccountStatus.OK
    )


def select_main_figure(
    state: AccountSnapshot | None, now: datetime
) -> MainFigure:
    """Select what is shown first; the cost is that of the account."""
    main = _select_figure(state, now)
    return main._replace(cost=state.today) if state else main


def _select_figure(state: AccountSnapshot | None, now: datetime) -> MainFigure:
    limits = project_limits(state, now)
    blocking = find_blocking_limit(state, now)
    window = get_open_window(state, now)
    has_window = state is None or state.has_window
    first = next((x for x in limits if x.usage.percent is not None), None)
    is_calm = first is None or first.severity is Severity.OK
    period = compute_limit_period(first.usage) if first else None
    if blocking is not None and not blocking.is_scoped:
        is_share = first is not None and is_limit_of(first.usage, blocking)
        share = first if is_share else None
        return MainFigure(
            MainFigureKind.LIMIT, blocking.until, period or _WEEK, share
        )
    if window is not None:
        # While all is calm, the share belongs to the window.
        is_other = first and not first.usage.is_window
        share = None if is_calm and is_other else first
        return MainFigure(
            MainFigureKind.WINDOW, window.end, WINDOW_LENGTH, share
        )
    if first is not None and not (has_window and is_calm):
        return MainFigure(
            MainFigureKind.LIMIT,
            first.usage.resets_at,
            period or _WEEK,
            first,
        )
    return MainFigure(
        MainFigureKind.NONE if has_window else MainFigureKind.COST
    )


def project_limits(
    state: AccountSnapshot | None, now: datetime
) -> tuple[LimitProjection, ...]:
    """
    Return all current limits, the binding one first.

    The binding limit blocks, or else has the highest severity; of several the
    one that is reached first. Limits that last until their reset follow: the
    5-hour limit, the week, then others by percentage.
    """
    if state is None:
        return ()
    usages = list_current_limits(state, now)
    blocking = find_blocking_limit(state, now)
    if blocking is not None and not any(
        is_limit_of(usage, blocking) for usage in usages
    ):
        usages += _build_blocked_usage(blocking, now)
    projections = [_project_usage(state, usage, now) for usage in usages]
    return tuple(
        sorted(projections, key=lambda item: _build_rank(item, blocking))
    )


def _build_blocked_usage(
    blocking: BlockingLimit, now: datetime
) -> list[LimitUsage]:
    """Return a limit that only a message reported, as fully used."""
    if blocking.kind is LimitKind.UNKNOWN:
        return []
    return [
        LimitUsage(
            blocking.scope or blocking.kind.value,
            blocking.kind,
            blocking.scope,
            FULL_PERCENT,
            blocking.until,
            LimitSource.MESSAGE,
            now,
        )
    ]


def _build_rank(
    projection: LimitProjection, blocking: BlockingLimit | None
) -> tuple[bool, int, float, int, float, str]:
    usage, runs_out_at = projection.usage, projection.runs_out_at
    is_blocking = blocking is not None and is_limit_of(usage, blocking)
    return (
        not is_blocking,
        -list(Severity).index(projection.severity),
        runs_out_at.timestamp() if runs_out_at else math.inf,
        _CALM_ORDER.index(usage.kind)
        if usage.kind in _CALM_ORDER
        else len(_CALM_ORDER),
        -usage.percent_or_zero,
        usage.name,
    )


def _project_usage(
    state: AccountSnapshot, usage: LimitUsage, now: datetime
) -> LimitProjection:
    """Project one limit to its reset."""
    if usage.percent is None:
        return LimitProjection(usage, Severity.OK)
    if usage.percent >= FULL_PERCENT:
        return LimitProjection(usage, Severity.CRITICAL)
    percent_at_reset, runs_out_at = None, None
    if usage.is_window:
        if state.pace is not None:
            percent_at_reset, runs_out_at = project_pace(state.pace, now)
    elif limit_pace := project_limit(usage, now):
        percent_at_reset, runs_out_at = limit_pace
    return LimitProjection(
        usage,
        _classify_severity(state, usage, runs_out_at, now),
        runs_out_at,
        percent_at_reset,
        is_minimum=is_stale(state, usage, now),
    )


def _classify_severity(
    state: AccountSnapshot,
    usage: LimitUsage,
    runs_out_at: datetime | None,
    now: datetime,
) -> Severity:
    """Return how close a limit is, by its percentage and by time."""
    percent = usage.percent_or_zero
    is_soon = runs_out_at is not None and runs_out_at - now <= CRITICAL_AHEAD
    if percent >= CRITICAL_PERCENT or is_soon:
        return Severity.CRITICAL
    if percent >= WARNING_PERCENT:
        return Severity.WARNING
    window = get_open_window(state, now)
    is_window = usage.is_window
    end = window.end if is_window and window else usage.resets_at
    if runs_out_at is None or end is None:
        return Severity.OK
    period = compute_limit_period(usage)
    is_early = end - runs_out_at > (
        period / _WARNING_AHEAD_PARTS if period else _DEFAULT_WARNING_AHEAD
    )
    is_enough = is_window or percent >= _MIN_PACE_PERCENT
    return Severity.WARNING if is_early and is_enough else Severity.OK
