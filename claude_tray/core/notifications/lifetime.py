"""Decide when a notification on the screen no longer holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.notifications.model import NotificationKind
from claude_tray.core.notifications.triggers import evaluate_triggers

if TYPE_CHECKING:
    from claude_tray.core.notifications.model import (
        EvaluationContext,
        Notification,
        NotificationSettings,
        NotificationState,
    )


# Over as soon as their condition is, which may be before the reset.
_CONDITIONS: Final = frozenset(
    {
        NotificationKind.LIMIT,
        NotificationKind.WEEK_LIMIT,
        NotificationKind.MODEL_LIMIT,
        NotificationKind.PROBLEM,
        NotificationKind.NOT_SYNCED,
        NotificationKind.COLD_CACHE,
    }
)
# News of something that has ended.
_PAST: Final = frozenset({NotificationKind.READY})


def is_over(
    notification: Notification,
    context: EvaluationContext,
    state: NotificationState,
    settings: NotificationSettings,
) -> bool:
    """Return whether a notification that was shown is no longer true."""
    if notification.kind in _PAST:
        return False
    if notification.kind in _CONDITIONS:
        return not any(
            trigger.is_reached and trigger.notification.key == notification.key
            for trigger in evaluate_triggers(context, state, settings)
        )
    return notification.reset_ms <= context.now_ms
