"""
Decide which alerts are due, by the tray's own one-shot rules.

The state of `core.notifications` is stored in the database instead of a file.
Unlike the tray, nobody sits in front of the server when it starts, so a
condition that already holds is news here, and the server never sleeps.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.cost import NanoUsd, Totals
from claude_tray.core.notifications import policy, state_data, triggers
from claude_tray.core.notifications.model import (
    EvaluationContext,
    Notification,
    NotificationKind,
    NotificationSettings,
    NotificationState,
)
from claude_tray.core.snapshot import Snapshot
from claude_tray.core.status import WARNING_PERCENT

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.core.snapshot import AccountSnapshot


_LIMIT_SETTINGS: Final = NotificationSettings(
    kinds=frozenset(
        {
            NotificationKind.LIMIT,
            NotificationKind.WEEK_LIMIT,
            NotificationKind.MODEL_LIMIT,
            NotificationKind.USED_AGAIN,
            NotificationKind.RUN_OUT,
            NotificationKind.WEEK_AGAIN,
            NotificationKind.USED,
            NotificationKind.WEEK,
            NotificationKind.WEEK_RUN_OUT,
        }
    ),
    warn_percent=WARNING_PERCENT,
    week_percent=WARNING_PERCENT,
)
# Percentages of a budget that are announced, the highest first.
BUDGET_THRESHOLDS: Final = (100, 80)


def next_limit_alert(
    stored: str, account: AccountSnapshot, now: datetime
) -> tuple[str, Notification | None]:
    """
    Return the new state and the alert about an account's limits, if any.

    Args:
        stored: State after the previous evaluation; "" before the first.
        account: The account, assessed at this time.
        now: Current time.
    """
    snapshot = Snapshot(now, accounts=(account,), today=account.today)
    context = EvaluationContext(snapshot, now, 0, now)
    return _evaluate(stored, context, _LIMIT_SETTINGS)


def next_budget_alert(
    stored: str, used: int, threshold: int, now: datetime, resets_at: datetime
) -> tuple[str, Notification | None]:
    """
    Return the new state and the alert about a budget, if any.

    Args:
        stored: State after the previous evaluation; "" before the first.
        used: Amount used in the period.
        threshold: Amount from which the alert is sent, at least 1.
        now: Current time.
        resets_at: End of the period.
    """
    snapshot = Snapshot(now, today=Totals(priced_cost=NanoUsd(used)))
    context = EvaluationContext(snapshot, now, 0, resets_at)
    settings = NotificationSettings(
        kinds=frozenset({NotificationKind.BUDGET}), budget=max(threshold, 1)
    )
    return _evaluate(stored, context, settings)


def _evaluate(
    stored: str, context: EvaluationContext, settings: NotificationSettings
) -> tuple[str, Notification | None]:
    state = _load_state(stored, context)
    known_keys = frozenset(
        trigger.notification.key
        for trigger in triggers.evaluate_triggers(context, state, settings)
    )
    state, alert = policy.next_notification(
        state._replace(known_keys=known_keys), context, settings
    )
    return _dump_state(state), alert


def _load_state(stored: str, context: EvaluationContext) -> NotificationState:
    if not stored:
        return NotificationState()
    data = json.loads(stored)
    return state_data.parse_state(data)._replace(
        ahead_of_pace_since=tuple(
            (str(account), int(since_ms))
            for account, since_ms in data["ahead_of_pace_since"]
        ),
        # A longer gap than a moment would count as sleep.
        evaluated_ms=context.now_ms - 1,
    )


def _dump_state(state: NotificationState) -> str:
    data: dict[str, Any] = {
        **state_data.serialize_state(state),
        "ahead_of_pace_since": state.ahead_of_pace_since,
    }
    return json.dumps(data)
