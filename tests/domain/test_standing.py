from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from claude_tray.domain.snapshot import Pace, ProfileState, Snapshot, Used
from claude_tray.domain.standing import (
    Refusal,
    Standing,
    refusal_of,
    standing_of,
)
from claude_tray.domain.window import Source, Window
from tests.support.builders import at

WINDOW = Window(at("10:00"), at("15:00"), Source.OFFICIAL, None)


def _used(percent: float, told: str = "12:00") -> Used:
    return Used("five_hour", percent, at("15:00"), Source.OFFICIAL, at(told))


def _week(percent: float, day: int = 5) -> Used:
    reset = at("09:00", day)
    return Used("seven_day", percent, reset, Source.OFFICIAL, at("12:00"))


def _standing(clock: str = "12:13", **state: Any) -> Standing:
    known = ProfileState("a", "/a", state.pop("window", WINDOW), **state)
    snapshot = Snapshot(at(clock), profiles=(known,))
    return standing_of(snapshot, known, at(clock))


@pytest.mark.parametrize(
    ("state", "standing"),
    [
        ({}, "ok"),
        ({"used": _used(74.9)}, "ok"),
        ({"used": _used(75)}, "warning"),
        ({"used": _used(90)}, "critical"),
        ({"used": _used(100)}, "limit"),
        ({"pace": Pace(1, 1)}, "ok"),
        ({"pace": Pace(1, 1, 101, at("14:51"))}, "ok"),
        ({"pace": Pace(1, 1, 101, at("14:49"))}, "warning"),
        ({"pace": Pace(1, 1, 200, at("12:43"))}, "critical"),
        ({"limit_reached_until": at("12:13")}, "ok"),
        ({"limit_reached_until": at("15:00")}, "limit"),
        ({"weekly": (_week(99),)}, "ok"),
        ({"weekly": (_week(100),)}, "week-limit"),
        ({"weekly": (replace(_week(100), resets_at=None),)}, "ok"),
        ({"weekly": (replace(_week(100), name="seven_day_opus"),)}, "ok"),
        ({"weekly": (_week(100, day=1),)}, "ok"),
        (
            {
                "weekly": (_week(60),),
                "limit_reached_until": at("09:01", 5),
            },
            "week-limit",
        ),
        ({"window": None}, "idle"),
        ({"window": None, "used": _used(100)}, "idle"),
        (
            {"used": _used(38, "12:02"), "last_record_at": at("12:12")},
            "stale",
        ),
        ({"used": _used(38, "12:02"), "last_record_at": at("12:01")}, "ok"),
        ({"used": _used(38, "12:03"), "last_record_at": at("12:12")}, "ok"),
    ],
)
def test_how_an_account_stands(state: dict[str, Any], standing: str) -> None:
    assert _standing("12:13", **state) == Standing(standing)


def test_without_accounts_it_is_idle_or_reading_or_wrong() -> None:
    empty = Snapshot(at("12:00"))

    assert standing_of(empty, None, at("12:00")) == "idle"
    reading = replace(empty, reading=0.5)
    assert standing_of(reading, None, at("12:00")) == "reading"
    wrong = replace(reading, problem="x")
    assert standing_of(wrong, None, at("12:00")) == "error"


def test_a_full_window_refuses_until_its_end() -> None:
    state = ProfileState("a", "/a", WINDOW, used=_used(100))

    refusal = refusal_of(state, at("12:13"))

    assert refusal == Refusal(at("15:00"), is_weekly=False)
