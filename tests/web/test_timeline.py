from __future__ import annotations

from datetime import date, timedelta

import pytest

from claude_tray.web.ranges import DayRange, build_last_days
from claude_tray.web.timeline import build_timeline, format_range, list_units
from tests.web.builders import AMERICAN, BERLIN, CONTEXT, make_totals

TODAY = date(2026, 11, 24)
YESTERDAY = date(2026, 11, 23)
OPUS, SONNET = "claude-opus-4-6", "claude-sonnet-4-5"
WEEK = build_last_days(7, TODAY)


def test_days_without_usage_are_included() -> None:
    usage = build_timeline(
        {YESTERDAY: {OPUS: make_totals(2.5)}}, WEEK, CONTEXT
    )

    assert [bar.totals.messages for bar in usage.bars] == [0, 1, 0, 0, 0, 0, 0]
    assert usage.bars[0].name == "Tuesday, Nov 24"
    assert usage.bars[1].short_name == "Nov 23"
    assert usage.bars[1].query == "from=2026-11-23&to=2026-11-23"
    assert usage.totals == make_totals(2.5)


def test_costs_are_stacked_by_model_the_most_expensive_first() -> None:
    steps = {
        TODAY: {OPUS: make_totals(1), SONNET: make_totals(4)},
        YESTERDAY: {OPUS: make_totals(2)},
    }

    usage = build_timeline(steps, WEEK, CONTEXT)

    assert [(p.label, p.cost, p.css_class) for p in usage.parts] == [
        ("Sonnet 4.5", "$4.00", "m1"),
        ("Opus 4.6", "$3.00", "m2"),
    ]
    assert [bar.stack for bar in usage.bars[:3]] == ["4 1", "0 2", ""]


def test_models_beyond_the_colors_are_one_part() -> None:
    models = {f"model-{n}": make_totals(10 - n) for n in range(8)}

    usage = build_timeline({TODAY: models}, WEEK, CONTEXT)

    assert [part.model for part in usage.parts] == [
        *("model-0", "model-1", "model-2", "model-3", "model-4", ""),
    ]
    assert usage.parts[-1].label == "Other models"
    assert usage.parts[-1].cost == "$12.00"
    assert usage.bars[0].stack == "10 9 8 7 6 12"


def test_one_day_has_bars_of_hours() -> None:
    day = DayRange(YESTERDAY, YESTERDAY)

    usage = build_timeline({9: {OPUS: make_totals(2)}}, day, AMERICAN)

    assert len(usage.bars) == 24
    nine = usage.bars[23 - 9]
    assert (nine.name, nine.stack) == ("9 AM", "2")
    assert nine.query == "from=2026-11-23&to=2026-11-23&hour=9"
    assert usage.title == "Cost per hour"
    assert usage.summary == "$2.00"


def test_years_have_bars_of_months() -> None:
    days = DayRange(date(2024, 12, 15), TODAY)
    steps = {
        date(2024, 12, 15): {OPUS: make_totals(1)},
        date(2024, 12, 31): {OPUS: make_totals(2)},
        TODAY: {SONNET: make_totals(4)},
    }

    usage = build_timeline(steps, days, CONTEXT)

    assert usage.title == "Cost per month"
    assert len(usage.bars) == 24
    last, first = usage.bars[0], usage.bars[-1]
    assert (first.name, first.totals.messages) == ("Dec 2024", 2)
    assert first.query == "from=2024-12-15&to=2024-12-31"
    assert last.query == "from=2026-11-01&to=2026-11-24"
    assert usage.totals.messages == 3


def test_the_summary_has_total_and_average() -> None:
    usage = build_timeline({YESTERDAY: {OPUS: make_totals(21)}}, WEEK, CONTEXT)

    assert usage.summary == "$21.00 in 7 days \N{MIDDLE DOT} $3.00 per day"


def test_without_a_price_the_summary_is_a_minimum_without_average() -> None:
    steps = {
        YESTERDAY: {OPUS: make_totals(21), "unknown": make_totals(None)},
    }

    usage = build_timeline(steps, WEEK, CONTEXT)

    assert usage.summary == "\u2265 $21.00 in 7 days"


@pytest.mark.parametrize("context", [CONTEXT, BERLIN, AMERICAN])
def test_days_are_those_of_the_calendar_in_every_zone(context: object) -> None:
    usage = build_timeline({}, WEEK, context)  # type: ignore[arg-type]

    assert usage.bars[0].name == "Tuesday, Nov 24"
    assert usage.bars[-1].name == "Wednesday, Nov 18"


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (build_last_days(1, TODAY), "today"),
        (build_last_days(90, TODAY), "last 90 days"),
        (DayRange(date(2026, 11, 1), TODAY, "month"), "this month"),
        (DayRange(YESTERDAY, YESTERDAY), "Nov 23"),
        (
            DayRange(date(2025, 12, 30), date(2026, 1, 2)),
            "Dec 30 2025 \N{EN DASH} Jan 2",
        ),
    ],
)
def test_ranges_are_named(days: DayRange, text: str) -> None:
    assert format_range(days, CONTEXT) == text


def test_a_year_of_days_stays_in_days() -> None:
    year = DayRange(TODAY - timedelta(days=365), TODAY)

    assert len(build_timeline({}, year, CONTEXT).bars) == 366


def test_weeks_start_on_monday_and_end_with_the_range() -> None:
    days = DayRange(date(2026, 11, 12), date(2026, 11, 24))
    steps = {
        date(2026, 11, 12): {OPUS: make_totals(1)},
        date(2026, 11, 16): {OPUS: make_totals(2)},
        date(2026, 11, 22): {OPUS: make_totals(4)},
        date(2026, 11, 23): {OPUS: make_totals(8)},
    }

    usage = build_timeline(steps, days, CONTEXT, "week")

    assert usage.title == "Cost per week"
    assert [(bar.query, bar.text.cost) for bar in usage.bars] == [
        ("from=2026-11-23&to=2026-11-24", "$8.00"),
        ("from=2026-11-16&to=2026-11-22", "$6.00"),
        ("from=2026-11-12&to=2026-11-15", "$1.00"),
    ]
    assert usage.bars[1].name == "Nov 16 \N{EN DASH} Nov 22"
    assert usage.bars[1].short_name == "Nov 16"


@pytest.mark.parametrize(
    ("length", "unit", "chosen", "offered"),
    [
        (30, "", "day", ["day", "week", "month"]),
        (30, "month", "month", ["day", "week", "month"]),
        (30, "fortnight", "day", ["day", "week", "month"]),
        (400, "day", "month", ["week", "month"]),
        (400, "week", "week", ["week", "month"]),
        (1, "week", "", []),
    ],
)
def test_units_depend_on_the_length(
    length: int, unit: str, chosen: str, offered: list[str]
) -> None:
    units = list_units(build_last_days(length, TODAY), unit, CONTEXT)

    assert [key for key, _, _ in units] == offered
    assert "".join(key for key, _, is_chosen in units if is_chosen) == chosen
