from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from claude_tray.core.windows import ValueSource
from claude_tray.server.dashboard.window_card import (
    WindowCurvePoint,
    build_card,
    build_curve,
    format_amount,
    format_curve_json,
    list_full_hours,
)
from tests.server.dashboard.builders import (
    BERLIN,
    CONTEXT,
    NOW,
    at,
    make_pace,
    make_state,
    make_step,
    make_usage,
    make_window,
)

CARD_STEPS = (
    make_step("10:10", 1),
    make_step("10:30", 1),
    make_step("12:05", 2),
)


def test_the_countdown_is_that_of_the_window() -> None:
    card = build_card(make_state(), CARD_STEPS, (), CONTEXT)

    assert card.left == timedelta(hours=2, minutes=47)
    assert card.seconds_left == 10_020
    assert card.until == at("15:00")
    assert not card.is_about


def test_an_estimated_end_is_told_as_one() -> None:
    state = make_state(window=make_window(source=ValueSource.ESTIMATED))

    assert build_card(state, CARD_STEPS, (), CONTEXT).is_about


def test_a_limit_counts_down_to_its_own_reset() -> None:
    state = replace(make_state(), limit_reached_until=at("09:00", day=26))

    assert build_card(state, CARD_STEPS, (), CONTEXT).until == at(
        "09:00", day=26
    )


def test_before_anything_was_sent_there_is_a_card_too() -> None:
    card = build_card(None, (), (), CONTEXT)

    assert card.standing.word == "Idle"
    assert (card.left, card.until, card.points, card.rows) == (
        None,
        None,
        "",
        (),
    )
    assert card.seconds_left == 0
    assert (card.spoken, card.rate, card.gauges) == ("", "", ())


def test_the_chart_is_told_in_words() -> None:
    assert build_card(make_state(38), CARD_STEPS, (), CONTEXT).spoken == (
        "Use of the limit from 10:00 to 15:00: 38% so far."
    )
    assert build_card(make_state(None), CARD_STEPS, (), CONTEXT).spoken == (
        "Tokens in and out from 10:00 to 15:00: 300 so far."
    )


def test_the_rate() -> None:
    text = "2.0K tokens in and out a minute"

    assert build_card(make_state(), CARD_STEPS, (), CONTEXT).rate == (
        f"{text} \N{MIDDLE DOT} $4.25 an hour"
    )
    unpriced = replace(make_pace(), cost_per_hour=None)
    assert (
        build_card(make_state(pace=unpriced), CARD_STEPS, (), CONTEXT).rate
        == text
    )


def test_weeks_have_a_tick_for_the_time_that_is_over() -> None:
    half_over = at("12:13") + timedelta(days=3.5)
    weekly = (
        make_usage(21, "seven_day", half_over),
        make_usage(76, "seven_day_opus", half_over),
        make_usage(95, "seven_day_oauth_apps", half_over),
        make_usage(50, "seven_day_sonnet", at("12:00")),
    )

    gauges = build_card(
        make_state(weekly=weekly), CARD_STEPS, (), CONTEXT
    ).gauges

    assert [(g.name, g.percent, g.tone, g.tick) for g in gauges] == [
        ("Week \N{MIDDLE DOT} all models", 21, "ok", 50),
        ("Week \N{MIDDLE DOT} Opus", 76, "warning", 50),
        ("Week \N{MIDDLE DOT} Oauth apps", 95, "critical", 50),
    ]


def test_a_week_whose_end_was_not_told_has_no_tick() -> None:
    weekly = (replace(make_usage(21, "seven_day"), resets_at=None),)

    gauge = build_card(
        make_state(weekly=weekly), CARD_STEPS, (), CONTEXT
    ).gauges[0]

    assert gauge.tick is None


def test_the_figures_are_those_of_half_hours_up_to_now() -> None:
    rows = build_card(make_state(40), CARD_STEPS, ("a note",), CONTEXT).rows

    assert [(r.until, r.totals.messages, r.used) for r in rows] == [
        (at("10:30"), 2, "20%"),
        (at("11:00"), 2, "20%"),
        (at("11:30"), 2, "20%"),
        (at("12:00"), 2, "20%"),
        (at("12:13"), 3, "40%"),
    ]


CURVE_STEPS = (
    make_step("10:30", 1),
    make_step("11:00", 3),
    make_step("12:00", 4),
)


def test_the_curve_follows_the_money_up_to_the_share_that_was_told() -> None:
    curve = build_curve(make_state(40), make_window(), CURVE_STEPS, CONTEXT)

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
    steps = (make_step("10:30", None, 100), make_step("11:00", 5, 300))

    curve = build_curve(make_state(40), make_window(), steps, CONTEXT)

    assert [p.amount for p in curve.points] == [0, 10, 40, 40]


def test_it_heads_for_the_projection() -> None:
    curve = build_curve(make_state(40), make_window(), CURVE_STEPS, CONTEXT)

    assert curve.projection == (WindowCurvePoint(at("15:00"), 66.0), "66%")


def test_it_heads_for_the_limit() -> None:
    state = make_state(71, make_pace(120, at("13:01")))

    curve = build_curve(state, make_window(), CURVE_STEPS, CONTEXT)

    assert curve.projection == (WindowCurvePoint(at("13:01"), 100.0), "13:01")


def test_without_a_pace_it_heads_nowhere() -> None:
    state = replace(make_state(40), pace=None)

    assert (
        build_curve(state, make_window(), CURVE_STEPS, CONTEXT).projection
        is None
    )


def test_at_the_limit_it_heads_nowhere() -> None:
    assert (
        build_curve(
            make_state(100), make_window(), CURVE_STEPS, CONTEXT
        ).projection
        is None
    )


def test_a_share_without_replies_is_a_straight_line() -> None:
    curve = build_curve(make_state(40), make_window(), (), CONTEXT)

    assert curve.points == ((at("10:00"), 0.0), (NOW, 40.0))


def test_an_old_share_is_carried_on_as_an_estimate() -> None:
    state = make_state(20, observed_clock="11:30")

    curve = build_curve(state, make_window(), CURVE_STEPS, CONTEXT)

    assert [p.amount for p in curve.points] == [0, 5, 20, 40, 40]
    assert curve.is_estimate
    assert curve.projection is None
    assert json.loads(
        format_curve_json(curve, make_window(), "plain", CONTEXT)
    )["label"] == ("\N{ALMOST EQUAL TO} 40%")


def test_without_a_limit_tokens_are_counted() -> None:
    state = make_state(None, make_pace(None, usual=(600, 900), tokens=2))

    curve = build_curve(state, make_window(), CURVE_STEPS, CONTEXT)

    assert [p.amount for p in curve.points] == [0, 100, 200, 300, 300]
    assert curve.limit is None
    assert curve.typical_tokens == 600
    end = WindowCurvePoint(at("15:00"), 300 + 2 * 167)
    assert curve.projection == (end, "\N{ALMOST EQUAL TO} 634")
    assert format_amount(curve.points[-1], curve, CONTEXT) == "300"


def test_without_a_limit_and_a_pace_it_heads_nowhere() -> None:
    state = replace(make_state(None), pace=None)

    curve = build_curve(state, make_window(), CURVE_STEPS, CONTEXT)

    assert curve.projection is None
    assert curve.typical_tokens is None


def test_a_window_in_which_nothing_is_known_yet_can_be_drawn() -> None:
    state = replace(make_state(None), pace=None)

    curve = build_curve(state, make_window(), (), CONTEXT)

    assert (
        json.loads(format_curve_json(curve, make_window(), "plain", CONTEXT))[
            "top"
        ]
        == 1
    )


def test_what_is_drawn() -> None:
    curve = build_curve(make_state(40), make_window(), CURVE_STEPS, BERLIN)

    shape = json.loads(format_curve_json(curve, make_window(), "ok", BERLIN))

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
    hours = list_full_hours(make_window("10:20"), CONTEXT)

    assert hours == [at(f"{hour}:00") for hour in range(11, 16)]
