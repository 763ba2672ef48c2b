"""Test notifications about limits of the week, of models and of money."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from claude_tray.core.limits import LimitKind
from claude_tray.core.notifications.model import NotificationKind
from claude_tray.core.snapshot import (
    AccountSnapshot,
    BlockingLimit,
    LimitUsage,
)
from claude_tray.core.windows import ValueSource, Window
from tests.core.notifications.simulation import (
    RESET,
    THURSDAY,
    NotificationDay,
    make_state,
    make_weekly_usage,
)
from tests.support.builders import at
from tests.support.limits import make_limit_usage


def make_ultra(*limits: LimitUsage, **fields: Any) -> AccountSnapshot:
    """Build an account without a 5-hour limit."""
    return AccountSnapshot(
        "/a", "/a", limits=limits, has_window=False, **fields
    )


def make_week(
    percent: float,
    name: str = "seven_day",
    resets_at: datetime = THURSDAY,
    as_of: datetime | None = None,
) -> LimitUsage:
    observed_at = as_of or at("10:00")
    return make_limit_usage(name, percent, resets_at, observed_at)


def test_each_limit_warns_once() -> None:
    day = NotificationDay()
    day.evaluate("11:00", make_state(1, weekly=(make_week(10, "Fable"),)))

    hot = make_state(1, weekly=(make_weekly_usage(42), make_week(96, "Fable")))
    sent = day.evaluate_minutes("11:01", "12:30", hot)

    assert sent == [NotificationKind.WEEK_AGAIN]
    limit = day.notifications[0].limit
    assert limit is not None
    assert (limit.kind, limit.scope) == (LimitKind.MODEL, "Fable")


def test_limits_of_several_models_are_independent() -> None:
    day = NotificationDay()
    calm = (make_week(1, "Fable"), make_week(1, "Opus"))
    day.evaluate("11:00", make_ultra(*calm))

    hot = make_ultra(make_week(96, "Fable"), make_week(97, "Opus"))
    sent = day.evaluate_minutes("11:01", "12:30", hot)

    assert sent == [NotificationKind.WEEK_AGAIN] * 2
    assert {n.limit.scope for n in day.notifications if n.limit} == {
        "Fable",
        "Opus",
    }


def test_a_blocked_model_is_sent_once_and_does_not_stop_others() -> None:
    day = NotificationDay()
    blocked = make_state(
        10,
        blocking_limits=(BlockingLimit(THURSDAY, LimitKind.MODEL, "Opus"),),
    )

    assert day.evaluate_minutes("11:00", "12:00", blocked) == [
        NotificationKind.MODEL_LIMIT
    ]
    assert not day.notifications[0].kind.rules.is_urgent


def test_a_block_without_a_reset_time_is_sent_once() -> None:
    day = NotificationDay()
    blocked = make_state(
        10, blocking_limits=(BlockingLimit(None, LimitKind.UNKNOWN),)
    )

    assert day.evaluate_minutes("10:01", "14:59", blocked) == [
        NotificationKind.WEEK_LIMIT
    ]


def test_extra_usage_suppresses_the_limit() -> None:
    day = NotificationDay()
    day.evaluate("11:00", make_state(10))
    lifted = (BlockingLimit(RESET, LimitKind.FIVE_HOUR),)

    beyond = make_state(100, lifted_limits=lifted)

    assert NotificationKind.LIMIT not in day.evaluate_minutes(
        "11:01", "12:00", beyond
    )


def test_a_week_that_runs_out_early_is_sent_once() -> None:
    day = NotificationDay()
    day.evaluate("11:00", make_ultra(make_week(30)))
    day.evaluate("11:01", make_ultra(make_week(40, as_of=at("11:00"))))

    fast = make_ultra(make_week(63, as_of=at("11:01")))

    assert day.evaluate_minutes("11:02", "12:30", fast) == [
        NotificationKind.WEEK_RUN_OUT
    ]


def test_the_reset_of_a_used_up_week_is_announced_once() -> None:
    day = NotificationDay()
    soon = at("12:00")
    full = make_ultra(
        make_week(100, resets_at=soon), last_record_at=at("11:00")
    )
    day.evaluate_minutes("11:01", "11:59", full)

    over = make_ultra(last_record_at=at("11:00"))
    sent = day.evaluate_minutes("12:00", "13:00", over)

    assert sent == [NotificationKind.READY]
    limit = day.notifications[-1].limit
    assert limit is not None
    assert limit.kind is LimitKind.SEVEN_DAY


def test_a_week_that_was_not_used_up_is_not_announced() -> None:
    day = NotificationDay()
    day.evaluate_minutes(
        "11:01", "11:59", make_ultra(make_week(97, resets_at=at("12:00")))
    )

    assert day.evaluate_minutes("12:00", "13:00", make_ultra()) == []


def test_without_a_window_no_reset_of_a_window_is_announced() -> None:
    day = NotificationDay()
    day.evaluate_minutes("14:50", "14:55", make_state(95))

    ultra = make_ultra(make_week(41))

    assert day.evaluate_minutes("14:56", "15:30", ultra) == []


def test_an_estimated_window_of_such_an_account_is_not_announced() -> None:
    day = NotificationDay()
    window = Window(at("10:00"), RESET, ValueSource.ESTIMATED, None)
    state = make_ultra(make_week(41), window=window)
    day.evaluate_minutes("14:50", "14:59", state)

    assert day.evaluate_minutes("15:00", "15:30", state) == []


def test_a_window_is_not_announced_while_the_week_blocks() -> None:
    day = NotificationDay()
    state = make_state(100, weekly=(make_week(100),))
    day.evaluate_minutes("14:40", "14:59", state)

    over = replace(state, window=None)

    assert day.evaluate_minutes("15:00", "15:30", over) == []


def test_a_reset_before_its_time_is_announced() -> None:
    day = NotificationDay()
    last_use: dict[str, Any] = {"last_record_at": at("11:30")}
    day.evaluate_minutes(
        "11:31", "11:50", make_ultra(make_week(100), **last_use)
    )

    lifted = make_ultra(make_week(2, as_of=at("11:50")), **last_use)

    assert day.evaluate_minutes("11:51", "12:20", lifted) == [
        NotificationKind.READY
    ]


def test_work_that_goes_on_is_no_reset() -> None:
    day = NotificationDay()
    day.evaluate_minutes("11:31", "11:50", make_state(100))

    working = make_state(38, last_record_at=at("11:50:30"))

    assert day.evaluate_minutes("11:51", "12:20", working) == []


def test_a_share_that_fell_is_not_announced_at_the_reset() -> None:
    day = NotificationDay()
    day.evaluate_minutes("13:00", "13:10", make_state(95))
    day.evaluate_minutes("13:11", "14:59", make_state(3))

    over = replace(make_state(), window=None)

    assert day.evaluate_minutes("15:00", "15:30", over) == []


def test_an_unknown_share_keeps_the_peak() -> None:
    day = NotificationDay()
    day.evaluate_minutes("14:50", "14:54", make_state(95))
    day.evaluate_minutes("14:55", "14:59", make_state())

    over = replace(make_state(), window=None)

    assert day.evaluate_minutes("15:00", "15:30", over) == [
        NotificationKind.READY
    ]


def test_one_announcement_for_limits_that_reset_together() -> None:
    day = NotificationDay()
    soon = at("12:00")
    limits = (
        make_week(100, resets_at=soon),
        make_week(100, "Opus", resets_at=soon),
    )
    day.evaluate_minutes("11:31", "11:59", make_ultra(*limits))

    assert day.evaluate_minutes("12:00", "13:30", make_ultra()) == [
        NotificationKind.READY
    ]


def test_a_budget_of_money_warns() -> None:
    day = NotificationDay()
    resets_at = at("09:00") + timedelta(days=9)
    day.evaluate("11:00", make_ultra(make_week(10, "spend_limit", resets_at)))

    hot = make_ultra(make_week(84, "spend_limit", resets_at))

    assert day.evaluate_minutes("11:01", "12:30", hot) == [
        NotificationKind.WEEK
    ]


def test_the_reset_of_an_account_that_is_gone_is_announced() -> None:
    day = NotificationDay()
    day.evaluate_minutes("14:50", "14:59", make_state(95))

    assert day.evaluate_minutes("15:00", "15:10") == [NotificationKind.READY]
