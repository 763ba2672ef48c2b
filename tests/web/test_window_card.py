from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.core.windows import ValueSource
from claude_tray.web.window_card import UsageStep, build_card
from tests.web.builders import (
    BERLIN,
    CONTEXT,
    at,
    make_pace,
    make_state,
    make_step,
    make_usage,
    make_window,
)

if TYPE_CHECKING:
    from claude_tray.core.snapshot import AccountSnapshot


CARD_STEPS = (
    make_step("10:10", 1),
    make_step("10:30", 1),
    make_step("12:05", 2),
)


def test_the_countdown_is_that_of_the_window() -> None:
    card = build_card(make_state(), CARD_STEPS, CONTEXT)

    assert card.time_left == timedelta(hours=2, minutes=47)
    assert card.seconds_left == 10_020
    assert card.ends_at == at("15:00")
    assert card.countdown == ("2h 47m", "until 15:00")


def test_an_estimated_end_is_marked() -> None:
    state = make_state(window=make_window(source=ValueSource.ESTIMATED))

    card = build_card(state, CARD_STEPS, CONTEXT)

    assert card.countdown.until == "until about 15:00"


def test_a_limit_counts_down_to_its_own_reset() -> None:
    state = replace(make_state(), limit_reached_until=at("09:00", day=26))

    assert build_card(state, CARD_STEPS, CONTEXT).ends_at == at(
        "09:00", day=26
    )


def test_there_is_a_card_before_the_first_sync() -> None:
    card = build_card(None, (), CONTEXT)

    assert card.status.pill == "Ready"
    assert (card.time_left, card.ends_at, card.chart_json, card.rows) == (
        None,
        None,
        "",
        (),
    )
    assert card.seconds_left == 0
    assert (card.chart_description, card.pace, card.limits) == (
        "",
        "",
        (),
    )


def test_the_chart_is_described_in_words() -> None:
    assert build_card(
        make_state(38), CARD_STEPS, CONTEXT
    ).chart_description == ("Limit usage from 10:00 to 15:00: 38% so far.")
    assert build_card(
        make_state(None), CARD_STEPS, CONTEXT
    ).chart_description == (
        "Tokens in and out from 10:00 to 15:00: 300 so far."
    )


def test_the_pace() -> None:
    text = "2.0K tokens/min in and out"

    assert build_card(make_state(), CARD_STEPS, CONTEXT).pace == (
        f"{text} \N{MIDDLE DOT} $4.25/h"
    )
    unpriced = replace(make_pace(), cost_per_hour=None)
    assert (
        build_card(make_state(pace=unpriced), CARD_STEPS, CONTEXT).pace == text
    )


def test_limits_have_the_elapsed_fraction() -> None:
    half_over = at("12:13") + timedelta(days=3.5)
    weekly = (
        make_usage(21, "seven_day", half_over),
        make_usage(76, "seven_day_opus", half_over),
        make_usage(95, "seven_day_oauth_apps", half_over),
        make_usage(50, "seven_day_sonnet", at("12:00")),
    )

    limits = build_card(make_state(weekly=weekly), CARD_STEPS, CONTEXT).limits

    assert [
        (m.name, m.value, m.status, m.elapsed_fraction) for m in limits
    ] == [
        ("OAuth apps", "95%", "critical", 0.5),
        ("Opus", "76%", "warning", 0.5),
        ("5 hours", "38%", "ok", pytest.approx(133 / 300)),
        ("Week", "21%", "ok", 0.5),
    ]


def test_a_weekly_limit_without_a_reset_has_no_elapsed_fraction() -> None:
    weekly = (replace(make_usage(21, "seven_day"), resets_at=None),)

    _, meter = build_card(
        make_state(weekly=weekly), CARD_STEPS, CONTEXT
    ).limits

    assert meter.elapsed_fraction is None


def test_rows_are_half_hours_up_to_now() -> None:
    rows = build_card(make_state(40), CARD_STEPS, CONTEXT).rows

    assert [(r.ends_at, r.totals.messages, r.limit_usage) for r in rows] == [
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


def draw(
    account: AccountSnapshot, steps: tuple[UsageStep, ...] = CURVE_STEPS
) -> dict[str, Any]:
    chart: dict[str, Any] = json.loads(
        build_card(account, steps, BERLIN).chart_json
    )
    return chart


def test_the_curve_is_drawn_by_fractions_of_the_window() -> None:
    chart = draw(make_state(40))

    assert chart["points"][0] == [0, 0]
    assert [0.1, 0.05] in chart["points"]
    assert [0.2, 0.2] in chart["points"]
    assert chart["points"][-1] == [0.4433, 0.4]
    assert len(chart["labels"]) == len(chart["points"])
    assert chart["now"][2] == "40%"
    assert chart["color"] == "ok"
    assert chart["limitLabel"] == "limit"
    assert chart["projection"] == [1, 0.66, "66%", False]
    assert chart["hours"][1] == [0.2, "12:00"]


def test_it_is_projected_to_the_limit() -> None:
    chart = draw(make_state(71, make_pace(120, at("13:01"))))

    assert chart["projection"][1:] == [1, "14:01", True]
    assert chart["color"] == "warning"


def test_without_a_price_it_follows_tokens() -> None:
    steps = (make_step("10:30", None, 100), make_step("11:00", 5, 300))

    chart = draw(make_state(40), steps)

    assert [0.1, 0.1] in chart["points"]
    assert chart["points"][-1][1] == 0.4


def test_at_the_limit_nothing_is_projected() -> None:
    chart = draw(make_state(100))

    assert chart["projection"] is None
    assert chart["color"] == "muted"


def test_a_percentage_without_usage_is_a_straight_line() -> None:
    card = build_card(make_state(40), (), CONTEXT)

    assert json.loads(card.chart_json)["points"] == [[0, 0], [0.4433, 0.4]]
    assert card.rows[-1].limit_usage == "40%"


def test_an_old_percentage_is_extrapolated() -> None:
    chart = draw(make_state(20, observed_clock="11:30"))

    assert chart["points"][-1][1] == 0.4
    assert chart["now"][2] == "\N{GREATER-THAN OR EQUAL TO} 20%"
    assert chart["projection"] is None
    assert chart["color"] == "muted"


def test_without_a_limit_tokens_are_drawn() -> None:
    pace = make_pace(None, usual=(600, 900), tokens=2)

    card = build_card(make_state(None, pace), CURVE_STEPS, CONTEXT)

    chart = json.loads(card.chart_json)
    assert chart["limitLabel"] == ""
    assert chart["projection"][2] == "\N{ALMOST EQUAL TO} 634"
    assert [label for _, label in chart["referenceLines"]] == ["typical 600"]
    assert card.rows[-1].limit_usage == "300"
    assert not card.has_percentages


def test_a_window_without_usage_and_limit_can_be_drawn() -> None:
    chart = draw(replace(make_state(None), pace=None), ())

    assert chart["points"] == [[0, 0], [0.4433, 0]]
    assert chart["projection"] is None
    assert chart["referenceLines"] == []
