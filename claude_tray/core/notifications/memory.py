"""Update and prune the state that notifications depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.notifications.model import (
    EvaluationContext,
    NotificationKind,
    NotificationState,
    PeakUsage,
    is_same_window,
)
from claude_tray.core.notifications.triggers import Trigger, is_ahead_of_pace
from claude_tray.core.status import find_blocking_limit, get_open_window
from claude_tray.core.time import to_epoch_ms

if TYPE_CHECKING:
    from collections.abc import Iterable


MAX_AGE_MS: Final = 5 * 60 * 60_000
# The reported reset may still jitter after it has passed.
_MARKER_GRACE_MS: Final = 5 * 60_000
# Percentage points below the threshold that re-arm a trigger.
_HYSTERESIS: Final = 5.0
_READY_MIN_PERCENT: Final = 90.0
_FULL_PERCENT: Final = 100.0


def update_state(
    state: NotificationState,
    context: EvaluationContext,
    *,
    is_first: bool,
    was_asleep: bool,
) -> NotificationState:
    """Update the state from a snapshot, before triggers are evaluated."""
    now_ms, now = context.now_ms, context.now
    # The pace before a suspend says nothing about the pace after it.
    since = {} if was_asleep else dict(state.ahead_of_pace_since)
    ahead_of_pace = {
        account.path: since.get(account.path, now_ms)
        for account in context.snapshot.accounts
        if is_ahead_of_pace(account, now)
    }
    has_problem = context.snapshot.is_unreadable
    return state._replace(
        sent_markers=tuple(
            marker
            for marker in state.sent_markers
            if marker.reset_ms + _MARKER_GRACE_MS > now_ms
            and not (is_first and marker.kind is NotificationKind.PROBLEM)
        ),
        peaks=_update_peaks(state, context, is_first=is_first),
        ahead_of_pace_since=tuple(ahead_of_pace.items()),
        problem_since_ms=(
            (state.problem_since_ms or now_ms) if has_problem else 0
        ),
        evaluated_ms=now_ms,
    )


def _update_peaks(
    state: NotificationState,
    context: EvaluationContext,
    *,
    is_first: bool,
) -> tuple[PeakUsage, ...]:
    now_ms, now = context.now_ms, context.now
    is_multi_account = len(context.snapshot.accounts) > 1
    ended = (
        [] if is_first else [p for p in state.peaks if p.reset_ms <= now_ms]
    )
    current = {p.account: p for p in state.peaks if p.reset_ms > now_ms}
    for account in context.snapshot.accounts:
        window = get_open_window(account, now)
        if window is None:
            continue
        percent = account.used.percent if account.used else 0.0
        blocking_limit = find_blocking_limit(account, now)
        if blocking_limit is not None and not blocking_limit.is_weekly:
            percent = max(percent, _FULL_PERCENT)
        reset = to_epoch_ms(window.end)
        previous = current.get(account.path)
        if previous is not None and is_same_window(previous.reset_ms, reset):
            percent = max(percent, previous.percent)
        name = account.name if is_multi_account else ""
        current[account.path] = PeakUsage(account.path, name, reset, percent)
    notable = [
        peak
        for peak in ended
        if peak.percent >= _READY_MIN_PERCENT
        and now_ms - peak.reset_ms < MAX_AGE_MS
    ]
    return (*notable, *current.values())


def prune_state(
    state: NotificationState,
    triggers: Iterable[Trigger],
    now_ms: int,
) -> NotificationState:
    """
    Move sent markers to the new end of their window, or drop them.

    A marker is dropped, which re-arms its trigger, if the value has fallen
    well below the threshold: the limit was reset early.
    """
    markers = list(state.sent_markers)
    for trigger in triggers:
        notification = trigger.notification
        for marker in list(markers):
            if (marker.account, marker.kind) != (
                notification.account,
                notification.kind,
            ):
                continue
            if is_same_window(marker.reset_ms, notification.reset_ms):
                continue
            if (
                marker.reset_ms <= now_ms
                or notification.kind.rules.expires_by_itself
            ):
                continue
            markers.remove(marker)
            if trigger.value > trigger.threshold - _HYSTERESIS:
                markers.append(marker._replace(reset_ms=notification.reset_ms))
    return state._replace(sent_markers=tuple(markers))
