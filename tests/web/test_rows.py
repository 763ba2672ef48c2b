from __future__ import annotations

import pytest

from claude_tray.web.rows import (
    RankedRow,
    format_change,
    rank_rows,
    sort_rows,
)
from tests.web.builders import CONTEXT, at, make_totals

ROWS = (
    RankedRow(
        "notes", make_totals(1, 900, 7), sessions=1, last_at=at("09:00")
    ),
    RankedRow("Api", make_totals(4, 100, 9), sessions=3, last_at=at("08:00")),
    RankedRow(
        "claude-tray", make_totals(2, 500, 8), sessions=2, last_at=at("10:00")
    ),
)


def test_rows_are_ranked_by_cost_relative_to_the_first() -> None:
    rows = rank_rows(ROWS)

    assert [(row.name, row.fraction) for row in rows] == [
        ("Api", 1.0),
        ("claude-tray", 0.5),
        ("notes", 0.25),
    ]


def test_rows_without_usage_have_no_fraction() -> None:
    assert [
        row.fraction for row in rank_rows([RankedRow("a", make_totals(0, 0))])
    ] == [0.0]
    assert rank_rows([]) == ()


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("used", "claude-tray"),
        ("name", "Api"),
        ("sessions", "Api"),
        ("messages", "Api"),
        ("tokens", "notes"),
        ("cost", "Api"),
        ("nonsense", "claude-tray"),
    ],
)
def test_lists_are_sorted_by_any_column(order: str, first: str) -> None:
    assert sort_rows(ROWS, order)[0].name == first


def test_rows_without_a_time_come_last() -> None:
    assert (
        sort_rows([RankedRow("a", make_totals()), *ROWS], "used")[-1].name
        == "a"
    )


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        (11.2, 10, "12% more"),
        (9.6, 10, "4% less"),
        (10.01, 10, "unchanged"),
        (900, 10, "far more"),
        (1, 0, ""),
        (None, 10, ""),
        (10, None, ""),
    ],
)
def test_a_change_needs_both_costs(
    now: float | None,
    before: float | None,
    text: str,
) -> None:
    assert (
        format_change(make_totals(now), make_totals(before), CONTEXT) == text
    )
