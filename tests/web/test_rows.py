from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import pytest

from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.web.rows import (
    RankedRow,
    SessionTableRow,
    SortOrder,
    format_change,
    get_recency,
    parse_sort_order,
    rank_rows,
    size_sessions,
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
        ("-used", "Api"),
        ("name", "Api"),
        ("-name", "notes"),
        ("sessions", "Api"),
        ("messages", "Api"),
        ("-messages", "notes"),
        ("tokens", "notes"),
        ("cost", "Api"),
        ("-cost", "notes"),
        ("nonsense", "notes"),
        ("", "notes"),
    ],
)
def test_lists_are_sorted_by_any_column(order: str, first: str) -> None:
    rows = sort_rows(
        ROWS,
        parse_sort_order(order),
        sessions=lambda row: row.sessions,
        used=get_recency,
    )

    assert rows[0].name == first


def test_rows_without_a_time_come_last() -> None:
    rows = [RankedRow("a", make_totals()), *ROWS]

    assert sort_rows(rows, SortOrder("used"), used=get_recency)[-1].name == "a"


def test_a_second_click_reverses_a_column() -> None:
    order = parse_sort_order("cost")

    assert (f"{order}", order.is_ascending) == ("cost", False)
    assert f"{order.select('cost')}" == "-cost"
    assert order.select("cost").is_ascending
    assert f"{order.select('cost').select('cost')}" == "cost"
    assert f"{order.select('name')}" == "name"
    assert order.select("name").is_ascending


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        (11.2, 10, "+12% vs. previous 7 days"),
        (9.6, 10, "\N{MINUS SIGN}4% vs. previous 7 days"),
        (10.01, 10, "\N{PLUS-MINUS SIGN}0% vs. previous 7 days"),
        (900, 10, ">+1000% vs. previous 7 days"),
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
    change = format_change(make_totals(now), make_totals(before), 7, CONTEXT)

    assert change == text


def test_a_day_is_compared_with_the_previous_day() -> None:
    change = format_change(make_totals(2), make_totals(1), 1, CONTEXT)

    assert change == "+100% vs. previous day"


class MadeUpSession(NamedTuple):
    session_id: str = "s1"
    project: str = "shop"
    totals: Totals = ZERO_TOTALS
    models: tuple[str, ...] = ("claude-haiku-4-5", "claude-opus-4-6")
    machines: tuple[str, ...] = ("m1", "m2")
    first_ms: int = 0
    last_ms: int = 90_000


def test_session_rows_name_models_and_machines() -> None:
    row = SessionTableRow.from_usage(
        MadeUpSession(), {"m1": "laptop"}, CONTEXT
    )

    assert row.models == "Haiku 4.5, Opus 4.6"
    assert row.machines == "laptop, m2"
    assert row.duration == timedelta(seconds=90)


def test_session_rows_are_sized_by_cost() -> None:
    sessions = [
        SessionTableRow.from_usage(
            MadeUpSession(totals=make_totals(dollars)), {}, CONTEXT
        )
        for dollars in (1, 4)
    ]

    assert [row.fraction for row in size_sessions(sessions)] == [0.25, 1.0]
