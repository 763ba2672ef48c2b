from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.streaks import Streak, compute_streak

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("ages", "streak"),
    [
        ((), Streak(0, 0)),
        ((0,), Streak(1, 1)),
        ((1,), Streak(1, 1)),
        ((2,), Streak(0, 1)),
        ((0, 1, 2, 4, 5), Streak(3, 3)),
        ((1, 2, 5, 6, 7, 8), Streak(2, 4)),
        ((-1, 0), Streak(1, 1)),
        ((0, 0, 1, 1), Streak(2, 2)),
    ],
)
def test_days_in_a_row_are_counted(
    ages: tuple[int, ...], streak: Streak
) -> None:
    days = [TODAY - timedelta(days=age) for age in ages]

    assert compute_streak(days, TODAY) == streak


def test_the_first_day_of_all_is_a_day() -> None:
    assert compute_streak([date.min], date.min) == Streak(1, 1)
    assert compute_streak([date.max], date.max) == Streak(1, 1)


@given(st.sets(st.integers(0, 60)))
def test_the_streak_is_that_of_walking_back(ages: set[int]) -> None:
    days = [TODAY - timedelta(days=age) for age in ages]
    first = 0 if 0 in ages else 1
    expected = 0
    while first + expected in ages:
        expected += 1

    streak = compute_streak(days, TODAY)

    assert streak.current == expected
    assert streak.longest >= expected
