"""Simulate days of notifications, minute by minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from claude_tray.core.notifications.model import (
    EvaluationContext,
    Notification,
    NotificationKind,
    NotificationSettings,
    NotificationState,
)
from claude_tray.core.notifications.policy import next_notification
from claude_tray.core.snapshot import (
    AccountSnapshot,
    LimitUsage,
    Pace,
    Snapshot,
)
from claude_tray.core.windows import ValueSource, Window
from tests.support.builders import at
from tests.support.limits import join_limits, make_limit_usage

RESET = at("15:00")
THURSDAY = at("09:00", 5)


def make_usage(
    percent: float, observed_at: datetime | None = None
) -> LimitUsage:
    as_of = observed_at or at("10:00")
    return make_limit_usage("five_hour", percent, RESET, as_of)


def make_weekly_usage(percent: float) -> LimitUsage:
    observed_at = at("10:00")
    return make_limit_usage("seven_day", percent, THURSDAY, observed_at)


def make_state(
    percent: float | None = None,
    *,
    end: datetime = RESET,
    account: str = "/a",
    **state: Any,
) -> AccountSnapshot:
    window = Window(end - timedelta(hours=5), end, ValueSource.OFFICIAL, None)
    used = (
        None
        if percent is None
        else replace(make_usage(percent), resets_at=end)
    )
    return AccountSnapshot(
        account, account, window, **join_limits({"used": used} | state)
    )


def make_fast_state(percent: float = 40, **state: Any) -> AccountSnapshot:
    return make_state(percent, pace=Pace(1, 1, 150, at("13:01")), **state)


class NotificationDay:
    """Evaluates the policy at chosen times, like the running program."""

    def __init__(self, settings: NotificationSettings | None = None) -> None:
        self.state = NotificationState()
        self.settings = settings or NotificationSettings()
        self.sent: list[tuple[str, NotificationKind]] = []
        self.notifications: list[Notification] = []

    def evaluate(
        self,
        clock: str,
        *states: AccountSnapshot,
        day: int = 1,
        **snapshot: Any,
    ) -> list[NotificationKind]:
        """Evaluate once; return the notifications sent."""
        now = at(clock, day)
        context = EvaluationContext(
            Snapshot(now, accounts=states, **snapshot),
            now,
            now.hour * 60 + now.minute,
            at("00:00", day + 1),
        )
        self.state, notification = next_notification(
            self.state, context, self.settings
        )
        if notification is None:
            return []
        self.sent.append((clock, notification.kind))
        self.notifications.append(notification)
        return [notification.kind]

    def evaluate_minutes(
        self,
        begin: str,
        end: str,
        *states: AccountSnapshot,
        **snapshot: Any,
    ) -> list[NotificationKind]:
        """Evaluate every minute; return the notifications sent."""
        sent: list[NotificationKind] = []
        now = at(begin)
        while now <= at(end):
            sent += self.evaluate(f"{now:%H:%M}", *states, **snapshot)
            now += timedelta(minutes=1)
        return sent

    def restart(self) -> None:
        self.state = self.state.without_transient()
