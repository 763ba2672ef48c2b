from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from claude_tray.core.calendar import compute_bucket
from claude_tray.core.cost import NanoUsd, Totals
from claude_tray.core.usage import STANDARD_TERMS, TokenCounts
from claude_tray.web.charts import (
    PricedUsage,
    build_cost_shares,
    build_daily_usage,
    build_heatmap,
    compute_bucket_width,
    compute_first_day,
    parse_day_count,
)
from tests.support.builders import MODEL, PRICES
from tests.web.builders import (
    AMERICAN,
    BERLIN,
    CONTEXT,
    at,
    make_totals,
)


def test_days_without_usage_are_included() -> None:
    days = build_daily_usage(
        {date(2026, 11, 23): make_totals(2.5)}, 7, CONTEXT
    )

    assert [day.totals.messages for day in days.rows] == [0, 1, 0, 0, 0, 0, 0]
    assert days.rows[0].name == "Tuesday, Nov 24"
    assert days.rows[1].short_name == "Nov 23"
    assert days.rows[1].dollars == "2.5000"
    assert days.totals.messages == 1


def test_the_summary_has_total_and_average() -> None:
    days = build_daily_usage({date(2026, 11, 23): make_totals(21)}, 7, CONTEXT)

    assert days.summary == "$21.00 in 7 days \N{MIDDLE DOT} $3.00 per day"


def test_without_a_price_the_summary_is_a_minimum_without_average() -> None:
    known = {
        date(2026, 11, 23): make_totals(21),
        date(2026, 11, 22): make_totals(None),
    }

    assert (
        build_daily_usage(known, 7, CONTEXT).summary
        == "\u2265 $21.00 in 7 days"
    )


@pytest.mark.parametrize("context", [CONTEXT, BERLIN, AMERICAN])
def test_the_last_day_is_today_in_the_browsers_zone(context: object) -> None:
    days = build_daily_usage({}, 7, context)  # type: ignore[arg-type]

    assert days.rows[0].date == date(2026, 11, 24)
    assert days.rows[-1].date == date(2026, 11, 18)
    assert compute_first_day(7, CONTEXT) == date(2026, 11, 18)


@pytest.mark.parametrize(
    ("text", "length"),
    [("7", 7), ("90", 90), ("365", 365), ("", 30), ("8", 30), ("-1", 30)],
)
def test_only_known_day_ranges_are_accepted(text: str, length: int) -> None:
    assert parse_day_count(text) == length


@pytest.mark.parametrize(
    ("zone", "width"),
    [
        ("UTC", 4),
        ("America/New_York", 4),
        ("Asia/Kolkata", 2),
        ("Australia/Lord_Howe", 2),
        ("Asia/Kathmandu", 1),
    ],
)
def test_buckets_are_combined_unless_a_midnight_separates_them(
    zone: str,
    width: int,
) -> None:
    context = CONTEXT._replace(zone=ZoneInfo(zone))

    assert compute_bucket_width(365, context) == width


TUESDAY_NINE = compute_bucket(at("09:00"))


def test_a_bucket_counts_in_the_local_weekday_and_hour() -> None:
    late = compute_bucket(at("23:45"))
    cells = [
        (TUESDAY_NINE, make_totals(tokens=100)),
        (late, make_totals(tokens=400)),
    ]

    by_utc = dict(build_heatmap(cells, CONTEXT).rows)
    by_berlin = dict(build_heatmap(cells, BERLIN).rows)

    assert by_utc["Tue"][9].tokens == "100"
    assert by_utc["Tue"][23].tokens == "400"
    assert by_berlin["Tue"][10].tokens == "100"
    assert by_berlin["Wed"][0].tokens == "400"


def test_levels_are_relative_to_the_maximum() -> None:
    cells = [
        (TUESDAY_NINE + 4 * hour, make_totals(tokens=tokens))
        for hour, tokens in enumerate((1, 100, 101, 300, 400))
    ]

    row = dict(build_heatmap(cells, CONTEXT).rows)["Tue"]

    assert [square.level for square in row[8:15]] == [0, 1, 1, 2, 3, 4, 0]


def test_cells_have_titles() -> None:
    row = dict(
        build_heatmap(
            [(TUESDAY_NINE, make_totals(tokens=1_200))], CONTEXT
        ).rows
    )["Tue"]

    assert row[9].title == "Tue 09:00 \N{MIDDLE DOT} 1.2K tokens"
    assert row[10].title == "Tue 10:00 \N{MIDDLE DOT} 0 tokens"


def test_the_heatmap_is_empty_without_usage() -> None:
    heat = build_heatmap([], CONTEXT)

    assert len(heat.rows) == 7
    assert all(s.level == 0 for _, row in heat.rows for s in row)


def test_hours_are_formatted_for_the_browser() -> None:
    names = [hour.name for hour in build_heatmap([], AMERICAN).hours]

    assert (names[0], names[15]) == ("12 AM", "3 PM")
    assert [h.is_marked for h in build_heatmap([], CONTEXT).hours[:4]] == [
        True,
        False,
        False,
        True,
    ]


TOKENS = TokenCounts(
    input=10,
    output=1,
    cache_write_5m=1,
    cache_write_1h=0,
    cache_read=2,
)


def make_usage_group(
    cost: int, model: str = MODEL, unpriced: int = 0
) -> PricedUsage:
    totals = Totals(1, TOKENS, NanoUsd(cost), unpriced)
    return PricedUsage(model, STANDARD_TERMS, totals)


def test_cost_shares_add_up() -> None:
    parts = build_cost_shares(
        [make_usage_group(1_000), make_usage_group(500)], PRICES, 0, CONTEXT
    )

    rows = [part.row for part in parts]
    assert round(sum(row.fraction for row in rows), 6) == 1
    assert {row.cost for row in rows} == {"$0.00"}
    assert [row.tokens for row in rows] == ["4", "2", "2", "20"]
    assert [part.css_class for part in parts] == [
        "read",
        "write",
        "output",
        "input",
    ]
    assert [row.name for row in rows] == [
        "Cache read",
        "Cache write",
        "Output",
        "Input",
    ]


def test_there_are_no_cost_shares_without_a_price() -> None:
    assert (
        build_cost_shares(
            [make_usage_group(9, "claude-fictive-9")], PRICES, 0, CONTEXT
        )
        == ()
    )
    assert (
        build_cost_shares(
            [make_usage_group(9, unpriced=1)], PRICES, 0, CONTEXT
        )
        == ()
    )


def test_there_are_no_cost_shares_without_usage() -> None:
    assert build_cost_shares([], PRICES, 0, CONTEXT) == ()
    empty = PricedUsage(MODEL, STANDARD_TERMS, Totals())
    assert build_cost_shares([empty], PRICES, 0, CONTEXT) == ()
