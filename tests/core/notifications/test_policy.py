"""Test which of several notifications is sent, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from claude_tray.core.notifications.model import (
    EvaluationContext,
    NotificationKind,
    NotificationSettings,
    NotificationState,
    SentMarker,
)
from claude_tray.core.notifications.policy import is_muted, mute_until_reset
from claude_tray.core.snapshot import Snapshot
from tests.core.notifications.simulation import (
    RESET,
    NotificationDay,
    make_fast_state,
    make_state,
    make_weekly_usage,
)
from tests.support.builders import at, ms


def test_threshold_is_sent_once_per_window() -> None:
    day = NotificationDay()
    assert day.evaluate("12:00", make_state(74)) == []

    assert day.evaluate_minutes("12:01", "12:30", make_state(76)) == [
        NotificationKind.USED
    ]
    assert day.evaluate_minutes("12:31", "13:00", make_state(91)) == [
        NotificationKind.USED_AGAIN
    ]
    notification = day.notifications[0]
    assert (notification.percent, notification.reset_ms) == (76, ms("15:00"))
    assert notification.name == ""


def test_preexisting_condition_counts_as_sent() -> None:
    day = NotificationDay()

    assert day.evaluate_minutes("12:00", "12:20", make_state(80)) == []
    assert day.evaluate("12:21", make_state(92)) == [
        NotificationKind.USED_AGAIN
    ]


def test_preexisting_condition_may_be_first_read_after_the_start() -> None:
    day = NotificationDay()
    day.evaluate("12:00", make_state())

    assert day.evaluate_minutes("12:05", "12:20", make_state(80)) == []


def test_limit_is_sent_even_if_preexisting() -> None:
    day = NotificationDay()
    state = make_state(100, limit_reached_until=RESET)

    assert day.evaluate_minutes("12:00", "12:20", state) == [
        NotificationKind.LIMIT
    ]


def test_limit_supersedes_its_warnings() -> None:
    day = NotificationDay()
    day.evaluate("12:00", make_state(10))

    assert day.evaluate_minutes("12:01", "12:30", make_state(100)) == [
        NotificationKind.LIMIT
    ]


def test_warnings_are_ten_minutes_apart() -> None:
    day = NotificationDay()
    day.evaluate("11:59", make_fast_state(70))
    assert day.evaluate_minutes("12:00", "12:05", make_fast_state(70)) == [
        NotificationKind.RUN_OUT
    ]

    assert day.evaluate_minutes("12:06", "12:13", make_fast_state(76)) == []
    assert day.evaluate_minutes("12:14", "12:40", make_fast_state(76)) == [
        NotificationKind.USED
    ]


def test_more_severe_kind_does_not_wait() -> None:
    day = NotificationDay()
    day.evaluate("12:00", make_state(10))
    day.evaluate("12:01", make_state(80))

    assert day.evaluate("12:02", make_state(92)) == [
        NotificationKind.USED_AGAIN
    ]
    assert day.evaluate("12:03", make_state(100)) == [NotificationKind.LIMIT]


def test_after_suspend_one_notification_covers_all() -> None:
    day = NotificationDay()
    day.evaluate("11:00", make_state(10, weekly=(make_weekly_usage(10),)))
    day.evaluate("11:01", make_state(10, weekly=(make_weekly_usage(10),)))

    state = make_state(92, weekly=(make_weekly_usage(85),))

    assert day.evaluate_minutes("12:30", "13:30", state) == [
        NotificationKind.USED_AGAIN
    ]


def test_less_severe_kind_follows_after_ten_minutes() -> None:
    day = NotificationDay()
    day.evaluate("12:00", make_state(10, weekly=(make_weekly_usage(10),)))

    state = make_state(92, weekly=(make_weekly_usage(85),))

    assert day.evaluate_minutes("12:01", "12:10", state) == [
        NotificationKind.USED_AGAIN
    ]
    assert day.evaluate_minutes("12:11", "12:30", state) == [
        NotificationKind.WEEK
    ]


def test_quiet_hours_delay_what_still_holds() -> None:
    for quiet, clock in (
        ((12 * 60, 13 * 60), "13:00"),
        ((22 * 60, 13 * 60), "13:00"),
    ):
        day = NotificationDay(NotificationSettings(quiet_minutes=quiet))
        day.evaluate("11:59", make_state(10))
        assert day.evaluate_minutes("12:00", "12:59", make_state(80)) == []
        assert day.evaluate(clock, make_state(80)) == [NotificationKind.USED]


def test_disabled_kinds_are_not_sent() -> None:
    state = make_state(100, weekly=(make_weekly_usage(100),))
    for settings in (
        NotificationSettings(is_enabled=False),
        NotificationSettings(kinds=frozenset()),
    ):
        day = NotificationDay(settings)
        day.evaluate("12:00", make_state(10))
        assert day.evaluate_minutes("12:01", "12:20", state) == []


def test_mute_lasts_until_the_reset() -> None:
    day = NotificationDay()
    day.evaluate("14:00", make_state(10))
    now = at("14:01")
    context = EvaluationContext(
        Snapshot(now, accounts=(make_state(10),)), now, 0, at("00:00", 2)
    )
    day.state = mute_until_reset(day.state, context)
    day.restart()

    assert day.evaluate_minutes("14:02", "14:59", make_state(95)) == []
    assert is_muted(day.state, ms("14:59"))
    assert not is_muted(day.state, ms("15:00"))
    over = replace(make_state(), window=None)
    assert day.evaluate("15:00", over) == [NotificationKind.READY]


def test_mute_lasts_until_the_reset_of_the_named_account() -> None:
    accounts = (
        make_state(10),
        make_state(90, account="/b", end=at("17:00")),
    )
    context = EvaluationContext(
        Snapshot(at("14:00"), accounts=accounts),
        at("14:00"),
        0,
        at("00:00", 2),
    )

    until = {
        path: mute_until_reset(
            NotificationState(), context, path
        ).muted_until_ms
        for path in ("", "/a", "/b", "/gone")
    }

    first = ms("15:00")
    assert until == {"": first, "/a": first, "/b": ms("17:00"), "/gone": first}


def test_without_a_window_mute_lasts_five_hours() -> None:
    context = EvaluationContext(
        Snapshot(at("12:00")), at("12:00"), 0, at("00:00", 2)
    )

    state = mute_until_reset(NotificationState(), context)

    assert state.muted_until_ms == ms("17:00")


def test_restart_repeats_nothing() -> None:
    day = NotificationDay()
    day.evaluate("12:00", make_state(10))
    day.evaluate("12:01", make_state(80))

    day.restart()

    assert day.evaluate_minutes("12:02", "12:20", make_state(80)) == []


def test_reset_jitter_is_the_same_window() -> None:
    day = NotificationDay()
    day.evaluate("12:00", make_state(10))
    day.evaluate("12:01", make_state(80))
    for seconds in (-110, 110, 2):
        end = RESET + timedelta(seconds=seconds)
        assert (
            day.evaluate_minutes("12:12", "12:20", make_state(80, end=end))
            == []
        )


def test_sent_marker_moves_with_the_end_of_its_window() -> None:
    day = NotificationDay()
    day.evaluate("12:00", make_state(10))
    day.evaluate("12:01", make_state(80))

    moved = RESET + timedelta(minutes=20)
    again = RESET + timedelta(minutes=40)

    assert (
        day.evaluate_minutes("12:12", "12:20", make_state(71, end=moved)) == []
    )
    assert (
        day.evaluate_minutes("12:21", "12:30", make_state(80, end=again)) == []
    )


def test_early_reset_rearms_five_points_below_the_threshold() -> None:
    day = NotificationDay()
    day.evaluate("12:00", make_state(10))
    day.evaluate("12:01", make_state(80))
    early = at("17:00")

    assert day.evaluate("12:12", make_state(70, end=early)) == []
    assert day.evaluate("12:13", make_state(76, end=early)) == [
        NotificationKind.USED
    ]


def test_sent_markers_end_with_their_window() -> None:
    day = NotificationDay()
    day.evaluate("12:00", make_state(10))
    day.evaluate("12:01", make_state(80))
    assert (
        SentMarker("/a", NotificationKind.USED, ms("15:00"))
        in day.state.sent_markers
    )

    day.evaluate("15:06", replace(make_state(), window=None))

    assert day.state.sent_markers == ()


def test_ready_is_sent_after_a_limit() -> None:
    day = NotificationDay()
    last_use: dict[str, Any] = {"last_record_at": at("14:00")}
    day.evaluate(
        "14:00", make_state(100, limit_reached_until=RESET, **last_use)
    )
    day.evaluate_minutes("14:57", "14:59", make_state(100, **last_use))

    over = replace(make_state(100, **last_use), window=None, limits=())

    assert day.evaluate_minutes("15:00", "15:30", over) == [
        NotificationKind.READY
    ]


def test_ready_is_not_sent_below_90_percent_or_after_new_use() -> None:
    below = NotificationDay()
    below.evaluate_minutes("14:50", "14:59", make_state(80))
    over = replace(make_state(), window=None)
    assert below.evaluate_minutes("15:00", "15:10", over) == []

    working = NotificationDay()
    working.evaluate_minutes("14:50", "14:59", make_state(95))
    new = make_state(1, end=at("20:00"), last_record_at=at("15:00:30"))
    assert working.evaluate_minutes("15:01", "15:10", new) == []


def test_ready_is_sent_for_a_window_that_ended_before_the_start() -> None:
    day = NotificationDay()
    day.evaluate_minutes("14:50", "14:59", make_state(95))

    day.restart()

    over = replace(make_state(), window=None)
    assert day.evaluate_minutes("15:30", "15:40", over) == [
        NotificationKind.READY
    ]


def test_ready_is_not_sent_at_a_start_after_new_use() -> None:
    day = NotificationDay()
    day.evaluate_minutes("14:50", "14:59", make_state(95))

    day.restart()

    new = make_state(1, end=at("20:10"), last_record_at=at("15:10"))
    assert day.evaluate_minutes("15:30", "15:40", new) == []


def test_ready_waits_until_usage_can_be_read() -> None:
    day = NotificationDay()
    day.evaluate_minutes("14:50", "14:59", make_state(95))
    over = replace(make_state(), window=None)

    unknown = day.evaluate_minutes("15:00", "15:05", over, problem="Locked.")
    known = day.evaluate_minutes("15:06", "15:30", over)

    assert unknown == []
    assert known == [NotificationKind.READY]


def test_reports_that_differ_by_a_rounding_are_no_reset() -> None:
    day = NotificationDay()
    for minute, percent in enumerate((100, 99, 100, 98, 100)):
        clock = f"14:{minute * 12:02}"
        sent = day.evaluate(clock, make_state(percent))
        assert NotificationKind.READY not in sent


def test_ready_expires_after_five_hours() -> None:
    day = NotificationDay(NotificationSettings(quiet_minutes=(0, 24 * 60)))
    day.evaluate_minutes("14:50", "14:59", make_state(95))
    day.settings = NotificationSettings()

    over = replace(make_state(), window=None)

    assert day.evaluate("20:01", over) == []


def test_next_window_sends_again() -> None:
    day = NotificationDay()
    day.evaluate("12:00", make_state(10))
    day.evaluate_minutes("12:01", "12:02", make_state(80))
    late = at("20:00")
    day.evaluate("15:01", make_state(0, end=late))

    assert day.evaluate_minutes(
        "15:02", "15:20", make_state(80, end=late)
    ) == [NotificationKind.USED]
