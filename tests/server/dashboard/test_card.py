from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from claude_tray.domain.window import Source
from claude_tray.server.dashboard.card import card_of
from tests.server.dashboard.made import (
    VIEWER,
    a_pace,
    a_state,
    a_step,
    a_window,
    at,
    used,
)

STEPS = (a_step("10:10", 1), a_step("10:30", 1), a_step("12:05", 2))


def test_the_countdown_is_that_of_the_window() -> None:
    card = card_of(a_state(), STEPS, (), VIEWER)

    assert card.left == timedelta(hours=2, minutes=47)
    assert card.seconds_left == 10_020
    assert card.until == at("15:00")
    assert not card.is_about


def test_an_estimated_end_is_told_as_one() -> None:
    state = a_state(window=a_window(source=Source.ESTIMATED))

    assert card_of(state, STEPS, (), VIEWER).is_about


def test_a_limit_counts_down_to_its_own_reset() -> None:
    state = replace(a_state(), limit_reached_until=at("09:00", day=26))

    assert card_of(state, STEPS, (), VIEWER).until == at("09:00", day=26)


def test_before_anything_was_sent_there_is_a_card_too() -> None:
    card = card_of(None, (), (), VIEWER)

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
    assert card_of(a_state(38), STEPS, (), VIEWER).spoken == (
        "Use of the limit from 10:00 to 15:00: 38% so far."
    )
    assert card_of(a_state(None), STEPS, (), VIEWER).spoken == (
        "Tokens in and out from 10:00 to 15:00: 300 so far."
    )


def test_the_rate() -> None:
    text = "2.0K tokens in and out a minute"

    assert card_of(a_state(), STEPS, (), VIEWER).rate == (
        f"{text} \N{MIDDLE DOT} $4.25 an hour"
    )
    unpriced = replace(a_pace(), cost_per_hour=None)
    assert card_of(a_state(pace=unpriced), STEPS, (), VIEWER).rate == text


def test_weeks_have_a_tick_for_the_time_that_is_over() -> None:
    half_over = at("12:13") + timedelta(days=3.5)
    weekly = (
        used(21, "seven_day", half_over),
        used(76, "seven_day_opus", half_over),
        used(95, "seven_day_oauth_apps", half_over),
        used(50, "seven_day_sonnet", at("12:00")),
    )

    gauges = card_of(a_state(weekly=weekly), STEPS, (), VIEWER).gauges

    assert [(g.name, g.percent, g.tone, g.tick) for g in gauges] == [
        ("Week \N{MIDDLE DOT} all models", 21, "ok", 50),
        ("Week \N{MIDDLE DOT} Opus", 76, "warning", 50),
        ("Week \N{MIDDLE DOT} Oauth apps", 95, "critical", 50),
    ]


def test_a_week_whose_end_was_not_told_has_no_tick() -> None:
    weekly = (replace(used(21, "seven_day"), resets_at=None),)

    gauge = card_of(a_state(weekly=weekly), STEPS, (), VIEWER).gauges[0]

    assert gauge.tick is None


def test_the_figures_are_those_of_half_hours_up_to_now() -> None:
    rows = card_of(a_state(40), STEPS, ("a note",), VIEWER).rows

    assert [(r.until, r.totals.messages, r.used) for r in rows] == [
        (at("10:30"), 2, "20%"),
        (at("11:00"), 2, "20%"),
        (at("11:30"), 2, "20%"),
        (at("12:00"), 2, "20%"),
        (at("12:13"), 3, "40%"),
    ]
