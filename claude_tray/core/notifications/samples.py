"""Build a made-up notification of each kind, to try what handles them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.core import cost, snapshot, time
from claude_tray.core.limits import LimitKind
from claude_tray.core.notifications.model import Notification, NotificationKind
from claude_tray.core.prompt_cache import PromptCache, RestingSession

if TYPE_CHECKING:
    from datetime import datetime


_WEEK: Final = (LimitKind.SEVEN_DAY, "")
_LIMITS: Final = {
    NotificationKind.LIMIT: (LimitKind.FIVE_HOUR, ""),
    NotificationKind.WEEK_LIMIT: _WEEK,
    NotificationKind.MODEL_LIMIT: (LimitKind.MODEL, "Opus"),
    NotificationKind.WEEK_AGAIN: _WEEK,
    NotificationKind.WEEK: _WEEK,
    NotificationKind.WEEK_RUN_OUT: _WEEK,
}
_PERCENTAGES: Final = {
    NotificationKind.LIMIT: 100.0,
    NotificationKind.WEEK_LIMIT: 100.0,
    NotificationKind.MODEL_LIMIT: 100.0,
    NotificationKind.USED_AGAIN: 91.0,
    NotificationKind.WEEK_AGAIN: 95.0,
}
_WAKE_TOKENS: Final = 217_000
_USUAL_PERCENT: Final = 76.0
_SYNC_AGE: Final = timedelta(days=1)


def build_sample(
    kind: NotificationKind, now: datetime, reset: datetime
) -> Notification:
    """
    Build a notification with values of its kind.

    Args:
        kind: Its kind.
        now: Current time.
        reset: End of the window, week or day.
    """
    limit = None
    if kind in _LIMITS:
        limit = snapshot.BlockingLimit(reset, *_LIMITS[kind])
    ended = now if kind is NotificationKind.READY else reset
    at = now + (reset - now) / 2
    if kind is NotificationKind.NOT_SYNCED:
        at = now - _SYNC_AGE
    return Notification(
        kind,
        reset_ms=time.to_epoch_ms(ended),
        percent=_PERCENTAGES.get(kind, _USUAL_PERCENT),
        at_ms=time.to_epoch_ms(at),
        spent=12 * cost.NANO_USD_PER_USD,
        budget=10 * cost.NANO_USD_PER_USD,
        retention=snapshot.Retention(30, 12, 12),
        limit=limit,
        session=RestingSession(
            "session",
            "",
            time.to_epoch_ms(now),
            PromptCache(time.to_epoch_ms(reset), _WAKE_TOKENS),
        )
        if kind is NotificationKind.COLD_CACHE
        else None,
    )
