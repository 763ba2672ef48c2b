from __future__ import annotations

import json
from dataclasses import replace

from claude_tray.server.dashboard.curve import (
    Point,
    amount_of,
    curve_of,
    drawn,
    hours_of,
)
from tests.server.dashboard.made import (
    BERLIN,
    NOW,
    VIEWER,
    a_pace,
    a_state,
    a_step,
    a_window,
    at,
)

STEPS = (a_step("10:30", 1), a_step("11:00", 3), a_step("12:00", 4))


def test_the_curve_follows_the_money_up_to_the_share_that_was_told() -> None:
    curve = curve_of(a_state(40), a_window(), STEPS, VIEWER)

    assert [(p.at, p.amount) for p in curve.points] == [
        (at("10:00"), 0.0),
        (at("10:30"), 5.0),
        (at("11:00"), 20.0),
        (at("12:00"), 40.0),
        (NOW, 40.0),
    ]
    assert curve.limit == 100.0
    assert not curve.is_estimate


def test_without_a_price_it_follows_tokens() -> None:
    steps = (a_step("10:30", None, 100), a_step("11:00", 5, 300))

    curve = curve_of(a_state(40), a_window(), steps, VIEWER)

    assert [p.amount for p in curve.points] == [0, 10, 40, 40]


def test_it_heads_for_the_projection() -> None:
    curve = curve_of(a_state(40), a_window(), STEPS, VIEWER)

    assert curve.heading == (Point(at("15:00"), 66.0), "66%")


def test_it_heads_for_the_limit() -> None:
    state = a_state(71, a_pace(120, at("13:01")))

    curve = curve_of(state, a_window(), STEPS, VIEWER)

    assert curve.heading == (Point(at("13:01"), 100.0), "13:01")


def test_without_a_pace_it_heads_nowhere() -> None:
    state = replace(a_state(40), pace=None)

    assert curve_of(state, a_window(), STEPS, VIEWER).heading is None


def test_at_the_limit_it_heads_nowhere() -> None:
    assert curve_of(a_state(100), a_window(), STEPS, VIEWER).heading is None


def test_a_share_without_replies_is_a_straight_line() -> None:
    curve = curve_of(a_state(40), a_window(), (), VIEWER)

    assert curve.points == ((at("10:00"), 0.0), (NOW, 40.0))


def test_an_old_share_is_carried_on_as_an_estimate() -> None:
    state = a_state(20, told="11:30")

    curve = curve_of(state, a_window(), STEPS, VIEWER)

    assert [p.amount for p in curve.points] == [0, 5, 20, 40, 40]
    assert curve.is_estimate
    assert curve.heading is None
    assert json.loads(drawn(curve, a_window(), "plain", VIEWER))["label"] == (
        "\N{ALMOST EQUAL TO} 40%"
    )


def test_without_a_limit_tokens_are_counted() -> None:
    state = a_state(None, a_pace(None, usual=(600, 900), tokens=2))

    curve = curve_of(state, a_window(), STEPS, VIEWER)

    assert [p.amount for p in curve.points] == [0, 100, 200, 300, 300]
    assert curve.limit is None
    assert curve.usual == 600
    end = Point(at("15:00"), 300 + 2 * 167)
    assert curve.heading == (end, "\N{ALMOST EQUAL TO} 634")
    assert amount_of(curve.points[-1], curve, VIEWER) == "300"


def test_without_a_limit_and_a_pace_it_heads_nowhere() -> None:
    state = replace(a_state(None), pace=None)

    curve = curve_of(state, a_window(), STEPS, VIEWER)

    assert curve.heading is None
    assert curve.usual is None


def test_a_window_in_which_nothing_is_known_yet_can_be_drawn() -> None:
    state = replace(a_state(None), pace=None)

    curve = curve_of(state, a_window(), (), VIEWER)

    assert json.loads(drawn(curve, a_window(), "plain", VIEWER))["top"] == 1


def test_what_is_drawn() -> None:
    curve = curve_of(a_state(40), a_window(), STEPS, BERLIN)

    shape = json.loads(drawn(curve, a_window(), "ok", BERLIN))

    assert shape["limit"] == shape["top"] == 100
    assert shape["tone"] == "ok"
    assert shape["hourWords"] == [
        "11:00",
        "12:00",
        "13:00",
        "14:00",
        "15:00",
        "16:00",
    ]
    assert shape["clocks"][1] == "11:30"
    assert shape["words"][1] == "5%"
    assert shape["label"] == "40%"
    assert shape["heading"] == [at("15:00").timestamp(), 66.0, "66%"]


def test_hours_are_full_ones_of_the_viewers_clock() -> None:
    hours = hours_of(a_window("10:20"), VIEWER)

    assert hours == [at(f"{hour}:00") for hour in range(11, 16)]
