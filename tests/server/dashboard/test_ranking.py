from __future__ import annotations

import pytest

from claude_tray.server.dashboard.ranking import (
    Row,
    change_of,
    ranked,
    sorted_by,
)
from tests.server.dashboard.made import at, totals

ROWS = (
    Row("notes", totals(1, 900, 7), sessions=1, last_at=at("09:00")),
    Row("Api", totals(4, 100, 9), sessions=3, last_at=at("08:00")),
    Row("claude-tray", totals(2, 500, 8), sessions=2, last_at=at("10:00")),
)


def test_the_dearest_stands_first_and_is_the_measure() -> None:
    rows = ranked(ROWS)

    assert [(row.name, row.share) for row in rows] == [
        ("Api", 1.0),
        ("claude-tray", 0.5),
        ("notes", 0.25),
    ]


def test_what_cost_nothing_has_no_share() -> None:
    assert [row.share for row in ranked([Row("a", totals(0))])] == [0.0]
    assert ranked([]) == ()


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
def test_lists_are_sorted_as_asked(order: str, first: str) -> None:
    assert sorted_by(ROWS, order)[0].name == first


def test_rows_that_were_never_used_stand_last() -> None:
    assert sorted_by([Row("a", totals()), *ROWS], "used")[-1].name == "a"


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        (11.2, 10, "12% more"),
        (9.6, 10, "4% less"),
        (10.01, 10, "as before"),
        (900, 10, "far more"),
        (1, 0, ""),
        (None, 10, ""),
        (10, None, ""),
    ],
)
def test_a_change_is_told_only_where_both_are_known(
    now: float | None,
    before: float | None,
    text: str,
) -> None:
    assert change_of(totals(now), totals(before)) == text
