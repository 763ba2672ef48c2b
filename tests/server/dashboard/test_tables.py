from __future__ import annotations

from datetime import timedelta

import pytest

from claude_tray.core.cost import ZERO_TOTALS
from claude_tray.core.snapshot import AccountSnapshot
from claude_tray.server.dashboard.tables import (
    RankedRow,
    build_account_rows,
    build_machine_rows,
    format_account_name,
    format_change,
    rank_rows,
    sort_rows,
)
from claude_tray.server.usage.queries.account_states import StoredAccountState
from claude_tray.server.usage.queries.machines import MachineInfo
from tests.server.dashboard.builders import (
    CONTEXT,
    NOW,
    at,
    make_state,
    make_totals,
)

KEY = "6f1d0c9ab27e4d55"


def test_an_account_is_named_by_the_start_of_its_hash() -> None:
    assert format_account_name(KEY, CONTEXT) == "account 6f1d0c"
    assert format_account_name("", CONTEXT) == "unknown account"


def test_account_rows_have_time_left_and_usage() -> None:
    states = [
        StoredAccountState(1, KEY, make_state()),
        StoredAccountState(2, "", AccountSnapshot("", "")),
    ]

    rows = build_account_rows(states, {KEY: make_totals(3)}, CONTEXT)

    assert rows[0].time_left == timedelta(hours=2, minutes=47)
    assert rows[0].percent == 38
    assert rows[0].totals == make_totals(3)
    assert rows[0].link == KEY
    assert (rows[1].time_left, rows[1].percent) == (None, None)
    assert rows[1].link == "-"


def make_machine(
    skew_ms: int | None = 0, name: str = "thinkpad"
) -> MachineInfo:
    return MachineInfo("id-1", name, "1.0", NOW, NOW, skew_ms, None)


@pytest.mark.parametrize(
    ("skew_ms", "text", "is_skewed"),
    [
        (None, "unknown", False),
        (999, "accurate", False),
        (-1_000, "1s behind", False),
        (119_000, "119s ahead", False),
        (120_000, "2m ahead", True),
        (-190_000, "3m behind", True),
        (7_200_000, "2h 00m ahead", True),
    ],
)
def test_the_offset_of_a_clock_is_described(
    skew_ms: int | None,
    text: str,
    is_skewed: bool,  # noqa: FBT001
) -> None:
    row = build_machine_rows([make_machine(skew_ms)], {}, CONTEXT)[0]

    assert (row.skew, row.is_skewed) == (text, is_skewed)


def test_machine_rows_have_their_totals() -> None:
    assert build_machine_rows(
        [make_machine()], {"id-1": make_totals(3)}, CONTEXT
    )[0].totals == make_totals(3)
    assert (
        build_machine_rows([make_machine()], {}, CONTEXT)[0].totals
        == ZERO_TOTALS
    )


def test_a_machine_without_a_name_is_unnamed() -> None:
    assert (
        build_machine_rows([make_machine(name="")], {}, CONTEXT)[0].name
        == "unnamed machine"
    )


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
