"""Test when each kind of notification is triggered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from claude_tray.core.cost import Totals
from claude_tray.core.notifications.model import (
    NotificationKind,
    NotificationSettings,
)
from claude_tray.core.snapshot import Pace, Retention, SyncPhase, SyncState
from claude_tray.core.usage import TokenCounts
from tests.core.notifications.simulation import (
    NotificationDay,
    make_fast_state,
    make_state,
    make_weekly_usage,
)
from tests.support.builders import at, ms, nano_usd


def test_run_out_must_hold_for_five_minutes() -> None:
    day = NotificationDay()
    day.evaluate("11:59", make_state(39))
    day.evaluate_minutes("12:00", "12:03", make_fast_state())
    day.evaluate("12:04", make_state(40))

    assert day.evaluate_minutes("12:05", "12:09", make_fast_state()) == []
    assert day.evaluate_minutes("12:10", "12:40", make_fast_state()) == [
        NotificationKind.RUN_OUT
    ]
    notification = day.notifications[0]
    assert (notification.at_ms, notification.percent) == (ms("13:01"), 40)


def test_run_out_is_not_sent_where_it_is_noise() -> None:
    young = make_fast_state(end=at("16:45"))
    little = make_fast_state(24)
    late = make_state(40, pace=Pace(1, 1, 101, at("14:46")))
    for state in (young, little, late):
        day = NotificationDay()
        assert day.evaluate_minutes("12:00", "12:14", state) == [], state


def test_week_is_sent_at_both_thresholds_and_at_its_limit() -> None:
    day = NotificationDay()
    day.evaluate("11:00", make_state(1, weekly=(make_weekly_usage(79),)))

    for clock, percent, kind in (
        ("11:01", 81, NotificationKind.WEEK),
        ("11:12", 95, NotificationKind.WEEK_AGAIN),
        ("11:23", 100, NotificationKind.WEEK_LIMIT),
    ):
        state = make_state(1, weekly=(make_weekly_usage(percent),))
        day.state = day.state._replace(evaluated_ms=ms(clock) - 60_000)
        assert day.evaluate(clock, state) == [kind]
    assert day.evaluate_minutes("11:24", "11:50", state) == []
    assert day.notifications[-1].reset_ms == ms("09:00", day=5)


def test_week_without_a_reset_is_not_sent() -> None:
    day = NotificationDay()
    week = replace(make_weekly_usage(81), resets_at=None)
    day.evaluate("11:00", make_state(1))

    assert day.evaluate("11:01", make_state(1, weekly=(week,))) == []


def test_stale_percentages_neither_send_nor_rearm() -> None:
    day = NotificationDay()
    day.evaluate("12:00", make_state(10))
    newer: dict[str, Any] = {"last_record_at": at("12:20")}

    assert (
        day.evaluate_minutes("12:21", "12:30", make_state(80, **newer)) == []
    )
    assert (
        day.evaluate_minutes("12:31", "12:40", make_fast_state(80, **newer))
        == []
    )


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
    assert day.evaluate("12:05", retention=soon) == []
    assert day.evaluate("12:10", make_state(100), retention=soon) == [
        NotificationKind.LIMIT
    ]
    assert day.evaluate("12:30", retention=soon) == [NotificationKind.SAVED]
    assert day.evaluate("12:50", retention=None) == []
    day.restart()
    more = Retention(30, 300, 299)
    assert day.evaluate("12:40", day=20, retention=more) == []


def test_transcripts_that_are_not_saved_may_be_the_first_notification() -> (
    None
):
    day = NotificationDay()

    assert day.evaluate("12:10", retention=Retention(30, 9, 8)) == [
        NotificationKind.SAVED
    ]


def test_suspend_restarts_the_five_minutes_of_run_out() -> None:
    day = NotificationDay()
    day.evaluate_minutes("11:59", "12:02", make_fast_state())

    assert day.evaluate_minutes("12:30", "12:34", make_fast_state()) == []
    assert day.evaluate("12:35", make_fast_state()) == [
        NotificationKind.RUN_OUT
    ]


def test_accounts_are_independent() -> None:
    day = NotificationDay()
    day.evaluate("12:00", make_state(10), make_state(10, account="/b"))

    day.evaluate("12:01", make_state(80), make_state(10, account="/b"))
    day.evaluate("12:12", make_state(80), make_state(80, account="/b"))
    day.evaluate_minutes(
        "12:13", "12:30", make_state(80), make_state(80, account="/b")
    )

    assert [(n.account, n.name) for n in day.notifications] == [
        ("/a", "/a"),
        ("/b", "/b"),
    ]
