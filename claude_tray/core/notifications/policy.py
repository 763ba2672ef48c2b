"""
Decide which notification to send: a pure reducer of state and snapshot.

Each notification is sent once per window, and at most one in ten minutes
unless a more severe one follows. Conditions that already held at the start
count as sent; a reset since the last run is announced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.current_limits import get_open_window
from claude_tray.core.notifications.model import (
    EvaluationContext,
    Notification,
    NotificationKind,
    NotificationSettings,
    NotificationState,
    SentMarker,
    is_same_window,
)
from claude_tray.core.notifications.peaks import (
    MAX_AGE_MS,
    build_ready_notifications,
    update_peaks,
)
from claude_tray.core.notifications.triggers import (
    Trigger,
    evaluate_triggers,
    is_ahead_of_pace,
)
from claude_tray.core.time import to_epoch_ms

if TYPE_CHECKING:
    from collections.abc import Iterable


# The reported reset may still jitter after it has passed.
_MARKER_GRACE_MS: Final = 5 * 60_000
# Percentage points below the threshold that re-arm a trigger.
_HYSTERESIS: Final = 5.0


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
            if marker.reset_ms + _get_marker_grace_ms(marker.kind) > now_ms
            and not (is_first and marker.kind is NotificationKind.PROBLEM)
        ),
        peaks=update_peaks(state, context),
        ahead_of_pace_since=tuple(ahead_of_pace.items()),
        problem_since_ms=(
            (state.problem_since_ms or now_ms) if has_problem else 0
        ),
        evaluated_ms=now_ms,
    )


def _get_marker_grace_ms(kind: NotificationKind) -> int:
    """
    Return how long a marker outlives its period.

    That of a reset lasts as long as it could be announced: the clock may be
    set back to before the reset.
    """
    return MAX_AGE_MS if kind is NotificationKind.READY else _MARKER_GRACE_MS


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
            if marker.key != notification.key:
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


_MIN_INTERVAL_MS: Final = 10 * 60_000
_SLEEP_GAP_MS: Final = 5 * 60_000


def next_notification(
    state: NotificationState,
    context: EvaluationContext,
    settings: NotificationSettings,
) -> tuple[NotificationState, Notification | None]:
    """
    Return the new state and the notification to send, if any.

    Args:
        state: State after the previous evaluation.
        context: Snapshot and time.
        settings: Which notifications the user wants.
    """
    is_first = not state.evaluated_ms
    was_asleep = (
        context.now_ms - state.evaluated_ms > _SLEEP_GAP_MS and not is_first
    )
    state = update_state(
        state, context, is_first=is_first, was_asleep=was_asleep
    )
    triggers = evaluate_triggers(context, state, settings)
    state = prune_state(state, triggers, context.now_ms)
    pending = [
        trigger.notification
        for trigger in triggers
        if trigger.is_reached
        and not _is_already_sent(state, trigger.notification)
    ]
    state, pending = _suppress_preexisting(state, triggers, pending)
    pending += [
        notification
        for notification in build_ready_notifications(state, context)
        if not _is_already_sent(state, notification)
    ]
    pending = [
        notification
        for notification in pending
        if notification.kind in settings.kinds
    ]
    if not pending or not _is_allowed_now(state, context, settings):
        return state, None
    most_severe = min(pending, key=lambda notification: notification.kind.rank)
    if _is_rate_limited(state, most_severe, context.now_ms):
        return state, None
    # After a suspend one notification stands for all that happened meanwhile.
    sent = pending if was_asleep else [most_severe]
    return _mark_sent(state, most_severe, sent, context.now_ms), most_severe


def mute_until_reset(
    state: NotificationState, context: EvaluationContext, path: str = ""
) -> NotificationState:
    """
    Mute notifications until the reset, or for 5 hours without a window.

    Args:
        state: Current state.
        context: Snapshot and time.
        path: Account whose reset is meant; without it, the one used last.
    """
    now, accounts = context.now, context.snapshot.accounts
    named = [account for account in accounts if account.path == path]
    window_ends_ms = [
        to_epoch_ms(window.end)
        for account in (named or accounts)[:1]
        if (window := get_open_window(account, now)) is not None
    ]
    until_ms = (
        window_ends_ms[0] if window_ends_ms else context.now_ms + MAX_AGE_MS
    )
    return state._replace(muted_until_ms=until_ms)


def is_muted(state: NotificationState, now_ms: int) -> bool:
    return now_ms < state.muted_until_ms


def _is_already_sent(
    state: NotificationState, notification: Notification
) -> bool:
    expires_by_itself = notification.kind.rules.expires_by_itself
    return any(
        marker.key == notification.key
        and (
            expires_by_itself
            or is_same_window(marker.reset_ms, notification.reset_ms)
        )
        for marker in state.sent_markers
    )


def _suppress_preexisting(
    state: NotificationState,
    triggers: Iterable[Trigger],
    pending: list[Notification],
) -> tuple[NotificationState, list[Notification]]:
    """Mark conditions as sent that held when they were first evaluated."""
    new_keys = {
        candidate.notification.key for candidate in triggers
    } - state.known_keys
    preexisting = [
        notification
        for notification in pending
        if notification.key in new_keys
        and not notification.kind.rules.is_sent_at_start
    ]
    markers = (
        *state.sent_markers,
        *map(_build_marker, preexisting),
    )
    known_keys = state.known_keys | new_keys
    remaining = [
        notification
        for notification in pending
        if notification not in preexisting
    ]
    return state._replace(
        sent_markers=markers, known_keys=known_keys
    ), remaining


def _is_allowed_now(
    state: NotificationState,
    context: EvaluationContext,
    settings: NotificationSettings,
) -> bool:
    if not settings.is_enabled or is_muted(state, context.now_ms):
        return False
    if settings.quiet_minutes is None:
        return True
    start, end = settings.quiet_minutes
    if start <= end:
        return not start <= context.minute < end
    return end <= context.minute < start


def _is_rate_limited(
    state: NotificationState,
    notification: Notification,
    now_ms: int,
) -> bool:
    if (
        state.last_sent_kind is None
        or not 0 <= now_ms - state.last_sent_ms < _MIN_INTERVAL_MS
    ):
        return False
    return notification.kind.rank >= state.last_sent_kind.rank


def _mark_sent(
    state: NotificationState,
    notification: Notification,
    notifications: list[Notification],
    now_ms: int,
) -> NotificationState:
    superseded = [
        notification._replace(kind=kind)
        for kind in notification.kind.rules.supersedes
    ]
    markers = {
        *state.sent_markers,
        *map(_build_marker, (*notifications, *superseded)),
    }
    ready_accounts = {
        item.account
        for item in notifications
        if item.kind is NotificationKind.READY
    }
    return state._replace(
        sent_markers=tuple(sorted(markers)),
        peaks=tuple(
            peak
            for peak in state.peaks
            if peak.account not in ready_accounts or peak.reset_ms > now_ms
        ),
        last_sent_ms=now_ms,
        last_sent_kind=notification.kind,
    )


def _build_marker(notification: Notification) -> SentMarker:
    account, kind, scope = notification.key
    return SentMarker(account, kind, notification.reset_ms, scope)
