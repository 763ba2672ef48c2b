from __future__ import annotations

from claude_tray.core.cost import NanoUsd, Totals
from claude_tray.core.usage import STANDARD_TERMS, TokenCounts
from claude_tray.web.charts import (
    PricedUsage,
    build_cost_shares,
    build_heatmap,
)
from tests.support.builders import MODEL, PRICES
from tests.web.builders import AMERICAN, CONTEXT

TUESDAY_NINE = 24 + 9


def make_hours(sums: dict[int, int]) -> list[int]:
    """Build the tokens of a week from those of some hours."""
    return [sums.get(hour, 0) for hour in range(168)]


def test_levels_are_relative_to_the_maximum() -> None:
    sums = {
        TUESDAY_NINE + n: tokens
        for n, tokens in enumerate((1, 100, 101, 300, 400))
    }

    row = dict(build_heatmap(make_hours(sums), CONTEXT).rows)["Tue"]

    assert [square.level for square in row[8:15]] == [0, 1, 1, 2, 3, 4, 0]


def test_cells_have_titles_and_select_their_hour() -> None:
    heat = build_heatmap(make_hours({TUESDAY_NINE: 1_200}), CONTEXT)

    row = dict(heat.rows)["Tue"]
    assert row[9].title == "Tue 09:00 \N{MIDDLE DOT} 1.2K tokens"
    assert row[9].query == "weekday=1&hour=9"
    assert row[10].title == "Tue 10:00 \N{MIDDLE DOT} 0 tokens"


def test_the_heatmap_is_empty_without_usage() -> None:
    heat = build_heatmap(make_hours({}), CONTEXT)

    assert len(heat.rows) == 7
    assert all(s.level == 0 for _, row in heat.rows for s in row)


def test_hours_are_formatted_for_the_browser() -> None:
    names = [h.name for h in build_heatmap(make_hours({}), AMERICAN).hours]
    marked = [
        h.is_marked for h in build_heatmap(make_hours({}), CONTEXT).hours
    ]

    assert (names[0], names[15]) == ("12 AM", "3 PM")
    assert marked[:4] == [True, False, False, True]


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
    for row in rows:
        assert row.cost == ("<$0.01" if row.fraction else "$0.00")
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
