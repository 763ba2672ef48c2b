"""Simulate days minute by minute and compare the notifications sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from claude_tray.core.notifications.model import (
    EvaluationContext,
    Notification,
    NotificationKind,
    NotificationSettings,
    NotificationState,
    SentMarker,
)
from claude_tray.core.notifications.policy import (
    is_muted,
    mute_until_reset,
    next_notification,
)
from claude_tray.core.snapshot import (
    AccountSnapshot,
    LimitUsage,
    Pace,
    Retention,
    Snapshot,
    SyncPhase,
    SyncState,
)
from claude_tray.core.tokens import TokenCounts
from claude_tray.core.totals import Totals
from claude_tray.core.windows import ValueSource, Window
from tests.support.builders import at, ms, nano_usd

if TYPE_CHECKING:
    from datetime import datetime


RESET = at("15:00")
THURSDAY = at("09:00", 5)


def _make_usage(
    percent: float, observed_at: datetime | None = None
) -> LimitUsage:
    as_of = observed_at or at("10:00")
    return LimitUsage("five_hour", percent, RESET, ValueSource.OFFICIAL, as_of)


def _make_weekly_usage(percent: float) -> LimitUsage:
    observed_at = at("10:00")
    return LimitUsage(
        "seven_day", percent, THURSDAY, ValueSource.OFFICIAL, observed_at
    )


def _make_state(
    percent: float | None = None,
    *,
    end: datetime = RESET,
    account: str = "/a",
    **state: Any,
) -> AccountSnapshot:
    window = Window(end - timedelta(hours=5), end, ValueSource.OFFICIAL, None)
    used = None if percent is None else _make_usage(percent)
    return AccountSnapshot(account, account, window, **{"used": used} | state)


def _make_fast_state(percent: float = 40, **state: Any) -> AccountSnapshot:
    return _make_state(percent, pace=Pace(1, 1, 150, at("13:01")), **state)


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


def test_threshold_is_sent_once_per_window() -> None:
    day = NotificationDay()
    assert day.evaluate("12:00", _make_state(74)) == []

    assert day.evaluate_minutes("12:01", "12:30", _make_state(76)) == [
        NotificationKind.USED
    ]
    assert day.evaluate_minutes("12:31", "13:00", _make_state(91)) == [
        NotificationKind.USED_AGAIN
    ]
    notification = day.notifications[0]
    assert (notification.percent, notification.reset_ms) == (76, ms("15:00"))
    assert notification.name == ""


def test_next_window_sends_again() -> None:
    day = NotificationDay()
    day.evaluate("12:00", _make_state(10))
    day.evaluate_minutes("12:01", "12:02", _make_state(80))
    late = at("20:00")
    day.evaluate("15:01", _make_state(0, end=late))

    assert day.evaluate_minutes(
        "15:02", "15:20", _make_state(80, end=late)
    ) == [NotificationKind.USED]


def test_restart_repeats_nothing() -> None:
    day = NotificationDay()
    day.evaluate("12:00", _make_state(10))
    day.evaluate("12:01", _make_state(80))

    day.restart()

    assert day.evaluate_minutes("12:02", "12:20", _make_state(80)) == []


def test_preexisting_condition_counts_as_sent() -> None:
    day = NotificationDay()

    assert day.evaluate_minutes("12:00", "12:20", _make_state(80)) == []
    assert day.evaluate("12:21", _make_state(92)) == [
        NotificationKind.USED_AGAIN
    ]


def test_preexisting_condition_may_be_first_read_after_the_start() -> None:
    day = NotificationDay()
    day.evaluate("12:00", _make_state())

    assert day.evaluate_minutes("12:05", "12:20", _make_state(80)) == []


def test_limit_is_sent_even_if_preexisting() -> None:
    day = NotificationDay()
    state = _make_state(100, limit_reached_until=RESET)

    assert day.evaluate_minutes("12:00", "12:20", state) == [
        NotificationKind.LIMIT
    ]


def test_limit_supersedes_its_warnings() -> None:
    day = NotificationDay()
    day.evaluate("12:00", _make_state(10))

    assert day.evaluate_minutes("12:01", "12:30", _make_state(100)) == [
        NotificationKind.LIMIT
    ]


def test_reset_jitter_is_the_same_window() -> None:
    day = NotificationDay()
    day.evaluate("12:00", _make_state(10))
    day.evaluate("12:01", _make_state(80))
    for seconds in (-110, 110, 2):
        end = RESET + timedelta(seconds=seconds)
        assert (
            day.evaluate_minutes("12:12", "12:20", _make_state(80, end=end))
            == []
        )


def test_sent_marker_moves_with_the_end_of_its_window() -> None:
    day = NotificationDay()
    day.evaluate("12:00", _make_state(10))
    day.evaluate("12:01", _make_state(80))

    moved = RESET + timedelta(minutes=20)
    again = RESET + timedelta(minutes=40)

    assert (
        day.evaluate_minutes("12:12", "12:20", _make_state(71, end=moved))
        == []
    )
    assert (
        day.evaluate_minutes("12:21", "12:30", _make_state(80, end=again))
        == []
    )


def test_early_reset_rearms_five_points_below_the_threshold() -> None:
    day = NotificationDay()
    day.evaluate("12:00", _make_state(10))
    day.evaluate("12:01", _make_state(80))
    early = at("17:00")

    assert day.evaluate("12:12", _make_state(70, end=early)) == []
    assert day.evaluate("12:13", _make_state(76, end=early)) == [
        NotificationKind.USED
    ]


def test_run_out_must_hold_for_five_minutes() -> None:
    day = NotificationDay()
    day.evaluate("11:59", _make_state(39))
    day.evaluate_minutes("12:00", "12:03", _make_fast_state())
    day.evaluate("12:04", _make_state(40))

    assert day.evaluate_minutes("12:05", "12:09", _make_fast_state()) == []
    assert day.evaluate_minutes("12:10", "12:40", _make_fast_state()) == [
        NotificationKind.RUN_OUT
    ]
    notification = day.notifications[0]
    assert (notification.at_ms, notification.percent) == (ms("13:01"), 40)


def test_run_out_is_not_sent_where_it_is_noise() -> None:
    young = _make_fast_state(end=at("16:45"))
    little = _make_fast_state(24)
    late = _make_state(40, pace=Pace(1, 1, 101, at("14:46")))
    for state in (young, little, late):
        day = NotificationDay()
        assert day.evaluate_minutes("12:00", "12:14", state) == [], state


def test_warnings_are_ten_minutes_apart() -> None:
    day = NotificationDay()
    day.evaluate("11:59", _make_fast_state(70))
    assert day.evaluate_minutes("12:00", "12:05", _make_fast_state(70)) == [
        NotificationKind.RUN_OUT
    ]

    assert day.evaluate_minutes("12:06", "12:13", _make_fast_state(76)) == []
    assert day.evaluate_minutes("12:14", "12:40", _make_fast_state(76)) == [
        NotificationKind.USED
    ]


def test_more_severe_kind_does_not_wait() -> None:
    day = NotificationDay()
    day.evaluate("12:00", _make_state(10))
    day.evaluate("12:01", _make_state(80))

    assert day.evaluate("12:02", _make_state(92)) == [
        NotificationKind.USED_AGAIN
    ]
    assert day.evaluate("12:03", _make_state(100)) == [NotificationKind.LIMIT]


def test_after_suspend_one_notification_covers_all() -> None:
    day = NotificationDay()
    day.evaluate("11:00", _make_state(10, weekly=(_make_weekly_usage(10),)))
    day.evaluate("11:01", _make_state(10, weekly=(_make_weekly_usage(10),)))

    state = _make_state(92, weekly=(_make_weekly_usage(85),))

    assert day.evaluate_minutes("12:30", "13:30", state) == [
        NotificationKind.USED_AGAIN
    ]


def test_less_severe_kind_follows_after_ten_minutes() -> None:
    day = NotificationDay()
    day.evaluate("12:00", _make_state(10, weekly=(_make_weekly_usage(10),)))

    state = _make_state(92, weekly=(_make_weekly_usage(85),))

    assert day.evaluate_minutes("12:01", "12:10", state) == [
        NotificationKind.USED_AGAIN
    ]
    assert day.evaluate_minutes("12:11", "12:30", state) == [
        NotificationKind.WEEK
    ]


def test_suspend_restarts_the_five_minutes_of_run_out() -> None:
    day = NotificationDay()
    day.evaluate_minutes("11:59", "12:02", _make_fast_state())

    assert day.evaluate_minutes("12:30", "12:34", _make_fast_state()) == []
    assert day.evaluate("12:35", _make_fast_state()) == [
        NotificationKind.RUN_OUT
    ]


def test_ready_is_sent_after_a_limit() -> None:
    day = NotificationDay()
    last_use: dict[str, Any] = {"last_record_at": at("14:00")}
    day.evaluate(
        "14:00", _make_state(100, limit_reached_until=RESET, **last_use)
    )
    day.evaluate_minutes("14:57", "14:59", _make_state(100, **last_use))

    over = replace(_make_state(100, **last_use), window=None, used=None)

    assert day.evaluate_minutes("15:00", "15:30", over) == [
        NotificationKind.READY
    ]


def test_ready_is_not_sent_below_90_percent_or_after_new_use() -> None:
    below = NotificationDay()
    below.evaluate_minutes("14:50", "14:59", _make_state(80))
    over = replace(_make_state(), window=None)
    assert below.evaluate_minutes("15:00", "15:10", over) == []

    working = NotificationDay()
    working.evaluate_minutes("14:50", "14:59", _make_state(95))
    new = _make_state(1, end=at("20:00"), last_record_at=at("15:00:30"))
    assert working.evaluate_minutes("15:01", "15:10", new) == []


def test_ready_is_not_sent_for_a_window_that_ended_before_the_start() -> None:
    day = NotificationDay()
    day.evaluate_minutes("14:50", "14:59", _make_state(95))

    day.restart()

    over = replace(_make_state(), window=None)
    assert day.evaluate_minutes("15:30", "15:40", over) == []


def test_ready_expires_after_five_hours() -> None:
    day = NotificationDay(NotificationSettings(quiet_minutes=(0, 24 * 60)))
    day.evaluate_minutes("14:50", "14:59", _make_state(95))
    day.settings = NotificationSettings()

    over = replace(_make_state(), window=None)

    assert day.evaluate("20:01", over) == []


def test_week_is_sent_at_both_thresholds_and_at_its_limit() -> None:
    day = NotificationDay()
    day.evaluate("11:00", _make_state(1, weekly=(_make_weekly_usage(79),)))

    for clock, percent, kind in (
        ("11:01", 81, NotificationKind.WEEK),
        ("11:12", 95, NotificationKind.WEEK_AGAIN),
        ("11:23", 100, NotificationKind.WEEK_LIMIT),
    ):
        state = _make_state(1, weekly=(_make_weekly_usage(percent),))
        day.state = day.state._replace(evaluated_ms=ms(clock) - 60_000)
        assert day.evaluate(clock, state) == [kind]
    assert day.evaluate_minutes("11:24", "11:50", state) == []
    assert day.notifications[-1].reset_ms == ms("09:00", day=5)


def test_week_without_a_reset_is_not_sent() -> None:
    day = NotificationDay()
    week = replace(_make_weekly_usage(81), resets_at=None)
    day.evaluate("11:00", _make_state(1))

    assert day.evaluate("11:01", _make_state(1, weekly=(week,))) == []


def test_stale_percentages_neither_send_nor_rearm() -> None:
    day = NotificationDay()
    day.evaluate("12:00", _make_state(10))
    newer: dict[str, Any] = {"last_record_at": at("12:20")}

    assert (
        day.evaluate_minutes("12:21", "12:30", _make_state(80, **newer)) == []
    )
    assert (
        day.evaluate_minutes("12:31", "12:40", _make_fast_state(80, **newer))
        == []
    )


def test_accounts_are_independent() -> None:
    day = NotificationDay()
    day.evaluate("12:00", _make_state(10), _make_state(10, account="/b"))

    day.evaluate("12:01", _make_state(80), _make_state(10, account="/b"))
    day.evaluate("12:12", _make_state(80), _make_state(80, account="/b"))
    day.evaluate_minutes(
        "12:13", "12:30", _make_state(80), _make_state(80, account="/b")
    )

    assert [(n.account, n.name) for n in day.notifications] == [
        ("/a", "/a"),
        ("/b", "/b"),
    ]


def test_quiet_hours_delay_what_still_holds() -> None:
    for quiet, clock in (
        ((12 * 60, 13 * 60), "13:00"),
        ((22 * 60, 13 * 60), "13:00"),
    ):
        day = NotificationDay(NotificationSettings(quiet_minutes=quiet))
        day.evaluate("11:59", _make_state(10))
        assert day.evaluate_minutes("12:00", "12:59", _make_state(80)) == []
        assert day.evaluate(clock, _make_state(80)) == [NotificationKind.USED]


def test_disabled_kinds_are_not_sent() -> None:
    state = _make_state(100, weekly=(_make_weekly_usage(100),))
    for settings in (
        NotificationSettings(is_enabled=False),
        NotificationSettings(kinds=frozenset()),
    ):
        day = NotificationDay(settings)
        day.evaluate("12:00", _make_state(10))
        assert day.evaluate_minutes("12:01", "12:20", state) == []


def test_mute_lasts_until_the_reset() -> None:
    day = NotificationDay()
    day.evaluate("14:00", _make_state(10))
    now = at("14:01")
    context = EvaluationContext(
        Snapshot(now, accounts=(_make_state(10),)), now, 0, at("00:00", 2)
    )
    day.state = mute_until_reset(day.state, context)
    day.restart()

    assert day.evaluate_minutes("14:02", "14:59", _make_state(95)) == []
    assert is_muted(day.state, ms("14:59"))
    assert not is_muted(day.state, ms("15:00"))
    over = replace(_make_state(), window=None)
    assert day.evaluate("15:00", over) == [NotificationKind.READY]


def test_without_a_window_mute_lasts_five_hours() -> None:
    context = EvaluationContext(
        Snapshot(at("12:00")), at("12:00"), 0, at("00:00", 2)
    )

    state = mute_until_reset(NotificationState(), context)

    assert state.muted_until_ms == ms("17:00")


def test_budget_is_sent_once_a_day() -> None:
    day = NotificationDay(NotificationSettings(budget=25_000_000_000))
    below = Totals(1, TokenCounts(1), nano_usd(24_000_000_000))
    above = Totals(1, TokenCounts(1), nano_usd(25_100_000_000))
    day.evaluate("12:00", today=below)

    assert day.evaluate_minutes("12:01", "12:30", today=above) == [
        NotificationKind.BUDGET
    ]
    assert day.notifications[0].spent == 25_100_000_000
    assert day.evaluate("00:01", day=2, today=below) == []
    assert day.evaluate("00:02", day=2, today=above) == [
        NotificationKind.BUDGET
    ]


def test_unreadable_logs_are_sent_once_per_run() -> None:
    day = NotificationDay()
    day.evaluate("11:59")

    sent = day.evaluate_minutes(
        "12:00", "12:30", is_unreadable=True, problem="x"
    )
    day.evaluate("12:31")
    again = day.evaluate_minutes(
        "12:32", "12:50", is_unreadable=True, problem="x"
    )
    day.restart()
    sent += day.evaluate_minutes(
        "12:51", "13:00", is_unreadable=True, problem="x"
    )

    assert sent == [NotificationKind.PROBLEM, NotificationKind.PROBLEM]
    assert day.sent[0][0] == "12:01"
    assert again == []


def test_overdue_sync_is_sent_once_a_day() -> None:
    day = NotificationDay()
    late = SyncState(SyncPhase.DELAYED, at("12:00"))

    assert day.evaluate("11:59", day=2, sync=late) == []
    assert day.evaluate("12:00", day=2, sync=late) == [
        NotificationKind.NOT_SYNCED
    ]
    day.restart()
    assert day.evaluate("11:00", day=3, sync=late) == []
    assert day.evaluate("12:06", day=3, sync=late) == [
        NotificationKind.NOT_SYNCED
    ]
    assert day.evaluate("12:07", day=4, sync=SyncState()) == []


def test_retention_is_sent_once_ever() -> None:
    day = NotificationDay()
    soon = Retention(30, 218, 218)

    assert day.evaluate("12:00", retention=soon, scan_progress=0.5) == []
    assert day.evaluate("12:10", retention=soon) == [NotificationKind.SAVED]
    assert day.evaluate("12:30", retention=None) == []
    day.restart()
    more = Retention(30, 300, 299)
    assert day.evaluate("12:40", day=20, retention=more) == []


def test_sent_markers_end_with_their_window() -> None:
    day = NotificationDay()
    day.evaluate("12:00", _make_state(10))
    day.evaluate("12:01", _make_state(80))
    assert (
        SentMarker("/a", NotificationKind.USED, ms("15:00"))
        in day.state.sent_markers
    )

    day.evaluate("15:06", replace(_make_state(), window=None))

    assert day.state.sent_markers == ()
