from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from claude_tray.core.current_limits import find_blocking_limit
from claude_tray.core.limits import LimitKind
from claude_tray.core.snapshot import (
    AccountSnapshot,
    BlockingLimit,
    LimitUsage,
    Pace,
    Snapshot,
)
from claude_tray.core.status import (
    AccountStatus,
    assess_account,
)
from claude_tray.core.windows import ValueSource, Window
from tests.support.builders import at
from tests.support.limits import join_limits, make_limit_usage

WINDOW = Window(at("10:00"), at("15:00"), ValueSource.OFFICIAL, None)


def _make_usage(percent: float, observed_clock: str = "12:00") -> LimitUsage:
    return make_limit_usage(
        "five_hour",
        percent,
        at("15:00"),
        at(observed_clock),
    )


def _make_weekly_usage(percent: float, day: int = 5) -> LimitUsage:
    reset = at("09:00", day)
    return make_limit_usage("seven_day", percent, reset, at("12:00"))


def _classify_state(clock: str = "12:13", **state: Any) -> AccountStatus:
    changes: dict[str, Any] = {
        "window": WINDOW,
        "used": _make_usage(38),
    } | state
    account = AccountSnapshot("a", "/a", **join_limits(changes))
    snapshot = Snapshot(at(clock), accounts=(account,))
    return assess_account(snapshot, account, at(clock)).status


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({}, "ok"),
        ({"used": None}, "unknown"),
        ({"used": replace(_make_usage(38), resets_at=at("12:13"))}, "unknown"),
        ({"used": _make_usage(74.9)}, "ok"),
        ({"used": _make_usage(75)}, "warning"),
        ({"used": _make_usage(90)}, "critical"),
        ({"used": _make_usage(100)}, "limit"),
        ({"pace": Pace(1, 1)}, "ok"),
        ({"pace": Pace(1, 1, 101, at("14:51"))}, "ok"),
        ({"pace": Pace(1, 1, 101, at("14:49"))}, "warning"),
        ({"pace": Pace(1, 1, 200, at("12:43"))}, "critical"),
        ({"limit_reached_until": at("12:13")}, "ok"),
        ({"limit_reached_until": at("15:00")}, "limit"),
        ({"weekly": (_make_weekly_usage(99),)}, "critical"),
        ({"weekly": (_make_weekly_usage(100),)}, "limit"),
        (
            {"weekly": (replace(_make_weekly_usage(100), resets_at=None),)},
            "limit",
        ),
        (
            {
                "weekly": (
                    make_limit_usage(
                        "seven_day_opus", 100, at("09:00", 5), at("12:00")
                    ),
                )
            },
            "model_limit",
        ),
        ({"weekly": (_make_weekly_usage(100, day=1),)}, "ok"),
        (
            {
                "weekly": (_make_weekly_usage(60),),
                "limit_reached_until": at("09:01", 5),
            },
            "limit",
        ),
        ({"window": None}, "idle"),
        ({"window": None, "used": _make_usage(100)}, "idle"),
        (
            {"used": _make_usage(38, "12:02"), "last_record_at": at("12:12")},
            "stale",
        ),
        (
            {"used": _make_usage(38, "12:02"), "last_record_at": at("12:01")},
            "ok",
        ),
        (
            {"used": _make_usage(38, "12:03"), "last_record_at": at("12:12")},
            "ok",
        ),
    ],
)
def test_status_of_an_account(state: dict[str, Any], expected: str) -> None:
    assert _classify_state("12:13", **state) == AccountStatus(expected)


def test_status_without_an_account() -> None:
    empty = Snapshot(at("12:00"))

    assert assess_account(empty, None, at("12:00")).status == "idle"
    reading = replace(empty, scan_progress=0.5)
    assert assess_account(reading, None, at("12:00")).status == "reading"
    wrong = replace(reading, problem="x")
    assert assess_account(wrong, None, at("12:00")).status == "error"


def test_a_block_beyond_the_window_is_weekly() -> None:
    for window in (WINDOW, None):
        state = AccountSnapshot(
            "a", "/a", window, limit_reached_until=at("09:00", 5)
        )

        limit = find_blocking_limit(state, at("12:13"))

        assert limit == BlockingLimit(at("09:00", 5), LimitKind.SEVEN_DAY)


def test_a_full_window_blocks_until_its_end() -> None:
    state = AccountSnapshot("a", "/a", WINDOW, (_make_usage(100),))

    limit = find_blocking_limit(state, at("12:13"))

    assert limit == BlockingLimit(at("15:00"), LimitKind.FIVE_HOUR)
