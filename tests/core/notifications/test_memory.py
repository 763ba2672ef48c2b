"""Test what is remembered between evaluations, windows and runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from claude_tray.core.notifications.model import (
    NotificationKind,
    NotificationSettings,
    SentMarker,
)
from tests.core.notifications.simulation import (
    RESET,
    NotificationDay,
    make_state,
)
from tests.support.builders import at, ms


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

    over = replace(make_state(100, **last_use), window=None, used=None)

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


def test_ready_is_not_sent_for_a_window_that_ended_before_the_start() -> None:
    day = NotificationDay()
    day.evaluate_minutes("14:50", "14:59", make_state(95))

    day.restart()

    over = replace(make_state(), window=None)
    assert day.evaluate_minutes("15:30", "15:40", over) == []


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
