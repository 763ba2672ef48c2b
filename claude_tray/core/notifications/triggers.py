"""Evaluate notification triggers against their thresholds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.current_limits import (
    FULL_PERCENT,
    get_current_usage,
    get_open_window,
    is_stale,
    list_blocking_limits,
)
from claude_tray.core.notifications.model import (
    EvaluationContext,
    Notification,
    NotificationKind,
    NotificationSettings,
    NotificationState,
)
from claude_tray.core.snapshot import AccountSnapshot, BlockingLimit, SyncPhase
from claude_tray.core.status import Severity, project_limits
from claude_tray.core.time import to_epoch_ms

if TYPE_CHECKING:
    from datetime import datetime


WEEK_WARN_AGAIN_PERCENT: Final = 95.0
# A block without a known end is announced again after this long.
_UNKNOWN_BLOCK_MS: Final = 5 * 60 * 60_000
# RUN_OUT is noise early in a window, at low usage, shortly before the reset,
# or while the projection still fluctuates.
_MIN_USED_PERCENT: Final = 25.0
_MIN_WINDOW_AGE: Final = timedelta(minutes=30)
_MIN_LEAD: Final = timedelta(minutes=15)
_STABLE_FOR_MS: Final = 5 * 60_000
# Failures that last for less than this are not worth a notification.
_PROBLEM_AFTER_MS: Final = 60_000
# To wake less is not worth a notification.
_MIN_WAKE_TOKENS: Final = 50_000
_DAY_MS: Final = 24 * 60 * 60_000
_TEN_YEARS_MS: Final = 3650 * _DAY_MS


class Trigger(NamedTuple):
    """
    Condition of a notification: a value that reaches a threshold.

    Attributes:
        notification: Notification to send when it is reached.
        value: Percentage, ratio or age in ms, in the unit of the threshold.
        threshold: Value from which the notification is sent.
    """

    notification: Notification
    value: float
    threshold: float

    @property
    def is_reached(self) -> bool:
        return self.value >= self.threshold


def evaluate_triggers(
    context: EvaluationContext,
    state: NotificationState,
    settings: NotificationSettings,
) -> list[Trigger]:
    """Evaluate all triggers; outdated percentages yield none."""
    is_multi_account = len(context.snapshot.accounts) > 1
    triggers: list[Trigger] = []
    for account in context.snapshot.accounts:
        name = account.name if is_multi_account else ""
        evaluator = _AccountEvaluator(context, state, settings, account, name)
        triggers += [
            *evaluator.evaluate_blocking_limits(),
            *evaluator.evaluate_window(),
            *evaluator.evaluate_other_limits(),
        ]
    return [
        *triggers,
        *_evaluate_global(context, state, settings),
    ]


def is_ahead_of_pace(account: AccountSnapshot, now: datetime) -> bool:
    """Return whether the limit will be reached well before the reset."""
    window, pace = get_open_window(account, now), account.pace
    used = get_current_usage(account, now)
    if window is None or pace is None or pace.limit_at is None:
        return False
    return (
        window.end - pace.limit_at >= _MIN_LEAD
        and now - window.start >= _MIN_WINDOW_AGE
        and used is not None
        and used.percent_or_zero >= _MIN_USED_PERCENT
        and not is_stale(account, used, now)
    )


class _AccountEvaluator(NamedTuple):
    """Evaluates the triggers of one account."""

    context: EvaluationContext
    state: NotificationState
    settings: NotificationSettings
    account: AccountSnapshot
    name: str

    def evaluate_blocking_limits(self) -> list[Trigger]:
        """Evaluate each limit that blocks Claude Code, or one model."""
        return [
            self._build_trigger(
                _select_blocking_kind(limit),
                to_epoch_ms(limit.until)
                if limit.until
                else self.context.now_ms + _UNKNOWN_BLOCK_MS,
                FULL_PERCENT,
                FULL_PERCENT,
                limit,
            )
            for limit in list_blocking_limits(self.account, self.context.now)
        ]

    def evaluate_window(self) -> list[Trigger]:
        now = self.context.now
        used = get_current_usage(self.account, now)
        window = get_open_window(self.account, now)
        if window is None or used is None or is_stale(self.account, used, now):
            return []
        reset, percent = to_epoch_ms(window.end), used.percent_or_zero
        triggers = [
            self._build_trigger(
                NotificationKind.USED,
                reset,
                percent,
                self.settings.warn_percent,
            ),
            self._build_trigger(
                NotificationKind.USED_AGAIN,
                reset,
                percent,
                self.settings.warn_again_percent,
            ),
        ]
        since = dict(self.state.ahead_of_pace_since).get(self.account.path)
        pace = self.account.pace
        if since is not None and pace is not None and pace.limit_at:
            is_stable = self.context.now_ms - since >= _STABLE_FOR_MS
            trigger = self._build_trigger(
                NotificationKind.RUN_OUT, reset, float(is_stable), 1.0
            )
            at_ms = to_epoch_ms(pace.limit_at)
            notification = trigger.notification._replace(
                at_ms=at_ms, percent=percent
            )
            triggers.append(trigger._replace(notification=notification))
        return triggers

    def evaluate_other_limits(self) -> list[Trigger]:
        """Evaluate the week, and the limits of models and amounts."""
        triggers = []
        for projection in project_limits(self.account, self.context.now):
            usage, resets_at = projection.usage, projection.usage.resets_at
            if (
                usage.is_window
                or usage.percent is None
                or resets_at is None
                or projection.is_minimum
            ):
                continue
            limit = BlockingLimit(resets_at, usage.kind, usage.scope)
            reset, percent = to_epoch_ms(resets_at), usage.percent
            thresholds = (
                (NotificationKind.WEEK, self.settings.week_percent),
                (NotificationKind.WEEK_AGAIN, WEEK_WARN_AGAIN_PERCENT),
            )
            triggers += [
                self._build_trigger(kind, reset, percent, threshold, limit)
                for kind, threshold in thresholds
            ]
            runs_out_at = projection.runs_out_at
            is_early = (
                runs_out_at is not None
                and projection.severity is not Severity.OK
            )
            trigger = self._build_trigger(
                NotificationKind.WEEK_RUN_OUT,
                reset,
                float(is_early),
                1.0,
                limit,
            )
            notification = trigger.notification._replace(
                at_ms=to_epoch_ms(runs_out_at or resets_at), percent=percent
            )
            triggers.append(trigger._replace(notification=notification))
        return triggers

    def _build_trigger(
        self,
        kind: NotificationKind,
        reset_ms: int,
        value: float,
        threshold: float,
        limit: BlockingLimit | None = None,
    ) -> Trigger:
        notification = Notification(
            kind, self.account.path, self.name, reset_ms, value, limit=limit
        )
        return Trigger(notification, value, threshold)


def _select_blocking_kind(limit: BlockingLimit) -> NotificationKind:
    if limit.is_scoped:
        return NotificationKind.MODEL_LIMIT
    if limit.is_window:
        return NotificationKind.LIMIT
    return NotificationKind.WEEK_LIMIT


def _evaluate_global(
    context: EvaluationContext,
    state: NotificationState,
    settings: NotificationSettings,
) -> list[Trigger]:
    triggers = []
    spent = context.snapshot.today.priced_cost
    if settings.budget:
        notification = Notification(
            NotificationKind.BUDGET,
            reset_ms=to_epoch_ms(context.midnight),
            spent=spent,
            budget=settings.budget,
        )
        triggers.append(Trigger(notification, spent / settings.budget, 1.0))
    since = state.problem_since_ms
    if since and context.now_ms - since >= _PROBLEM_AFTER_MS:
        # Sent once per run: `update_state` drops the marker at the next start.
        notification = Notification(
            NotificationKind.PROBLEM, reset_ms=context.now_ms + _TEN_YEARS_MS
        )
        triggers.append(Trigger(notification, 1.0, 1.0))
    sync = context.snapshot.sync
    is_late = sync.phase in (SyncPhase.DELAYED, SyncPhase.STOPPED)
    if is_late and sync.last_ok_at is not None:
        at_ms = to_epoch_ms(sync.last_ok_at)
        notification = Notification(
            NotificationKind.NOT_SYNCED,
            reset_ms=context.now_ms + _DAY_MS,
            at_ms=at_ms,
        )
        triggers.append(
            Trigger(notification, float(context.now_ms - at_ms), _DAY_MS)
        )
    return [
        *triggers,
        *_evaluate_retention(context, state),
        *_evaluate_caches(context, settings),
    ]


def _evaluate_retention(
    context: EvaluationContext, state: NotificationState
) -> list[Trigger]:
    """
    Notify once, ever, that Claude Code deletes old transcripts.

    While nothing is lost by it, it is not the first notification of all.
    """
    retention = context.snapshot.retention
    if retention is None or context.snapshot.scan_progress is not None:
        return []
    is_safe = retention.saved >= retention.files
    if is_safe and state.last_sent_kind is None:
        return []
    reset_ms = context.now_ms + _TEN_YEARS_MS
    notification = Notification(
        NotificationKind.SAVED, reset_ms=reset_ms, retention=retention
    )
    return [Trigger(notification, float(retention.files), 1.0)]


def _evaluate_caches(
    context: EvaluationContext, settings: NotificationSettings
) -> list[Trigger]:
    """
    Evaluate the prompt caches of sessions that rest.

    The first half of a cache's life is no reason for a notification, however
    early it is wanted.
    """
    triggers = []
    for session in context.snapshot.resting:
        cache = session.cache
        if cache is None or cache.tokens < _MIN_WAKE_TOKENS:
            continue
        left_ms = cache.expires_ms - context.now_ms
        if left_ms <= 0:
            continue
        lead_ms = min(
            settings.cold_cache_ms, (cache.expires_ms - session.last_ms) // 2
        )
        notification = Notification(
            NotificationKind.COLD_CACHE,
            reset_ms=cache.expires_ms,
            session=session,
        )
        triggers.append(Trigger(notification, -left_ms, -lead_ms))
    return triggers
