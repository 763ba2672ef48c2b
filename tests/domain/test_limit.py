from __future__ import annotations

from itertools import permutations

import pytest

from claude_tray.domain.limit import (
    FIVE_HOUR,
    SEVEN_DAY,
    Limit,
    ahead_of_clock,
    believable,
    current,
    steadied,
)

MINUTE = 60_000
HOUR = 60 * MINUTE
NOW = 1_800_000_000_000
RESET = NOW + 2 * HOUR


def told(
    percent: float,
    resets_ms: int = RESET,
    told_ms: int = NOW,
    name: str = FIVE_HOUR,
    account: str = "ana",
) -> Limit:
    return Limit(account, name, percent, resets_ms, told_ms)


CASES = {
    "nothing was told": ([], []),
    "one value holds": ([told(38)], [told(38)]),
    "jitter of two seconds is one window": (
        [told(10, RESET - 2000), told(12, RESET + 2000), told(11)],
        [told(12)],
    ),
    "jitter of two minutes is one window": (
        [told(12, RESET - 2 * MINUTE), told(10)],
        [told(12)],
    ),
    "an idle session repeats an older value of this window": (
        [told(38, told_ms=NOW - HOUR), told(20)],
        [told(38, told_ms=NOW - HOUR)],
    ),
    "an idle session repeats a value of the window before": (
        [told(96, NOW - HOUR), told(5, told_ms=NOW - HOUR)],
        [told(5, told_ms=NOW - HOUR)],
    ),
    "a value whose reset has passed is gone": ([told(96, NOW)], []),
    "an early reset begins a window that resets later": (
        [told(80, told_ms=NOW - HOUR), told(3, NOW + 5 * HOUR)],
        [told(3, NOW + 5 * HOUR)],
    ),
    "after an early reset an idle session repeats the old window": (
        [told(80), told(3, NOW + 5 * HOUR, NOW - MINUTE)],
        [told(3, NOW + 5 * HOUR, NOW - MINUTE)],
    ),
    "a percentage that falls is noise": (
        [told(50, told_ms=NOW - HOUR), told(49), told(0)],
        [told(50, told_ms=NOW - HOUR)],
    ),
    "the newest of equal values says how old it is": (
        [told(50, told_ms=NOW - HOUR), told(50)],
        [told(50)],
    ),
    "more than all is told as it is": ([told(104)], [told(104)]),
    "two accounts are never mixed": (
        [told(10), told(90, account="ben")],
        [told(10), told(90, account="ben")],
    ),
    "windows stand in order": (
        [
            told(1, name="Opus"),
            told(2, name=SEVEN_DAY),
            told(3),
        ],
        [
            told(3),
            told(2, name=SEVEN_DAY),
            told(1, name="Opus"),
        ],
    ),
    "clocks that differ by a few minutes are believed": (
        [told(1, NOW + 5 * HOUR + 5 * MINUTE)],
        [told(1, NOW + 5 * HOUR + 5 * MINUTE)],
    ),
    "a reset that is too far ahead is another clock's": (
        [told(1, NOW + 6 * HOUR), told(20)],
        [told(20)],
    ),
    "a week may reset in a week": (
        [told(1, NOW + 7 * 24 * HOUR, name=SEVEN_DAY)],
        [told(1, NOW + 7 * 24 * HOUR, name=SEVEN_DAY)],
    ),
    "less than nothing is no share": ([told(-1)], []),
}


@pytest.mark.parametrize("case", CASES)
def test_what_was_told_holds_in_any_order(case: str) -> None:
    values, expected = CASES[case]

    for order in permutations(values):
        assert current(order, NOW) == expected


@pytest.mark.parametrize("case", CASES)
def test_what_holds_may_be_joined_with_what_comes(case: str) -> None:
    values, expected = CASES[case]
    held: list[Limit] = []

    for value in values:
        held = current([*held, value], NOW)

    assert held == expected


def test_a_percent_that_is_no_number_is_no_share() -> None:
    assert current([told(float("nan"))], NOW) == []


def test_what_could_not_be_true_when_it_was_told_is_not_believed() -> None:
    true = told(38, told_ms=NOW - HOUR)
    repeated = told(96, NOW - HOUR, NOW)
    other_clock = told(5, NOW + 6 * HOUR, NOW)

    assert believable([true, repeated, other_clock]) == [true]


@pytest.mark.parametrize(
    ("told", "steady"),
    [
        (60_000 * 5 - 2_000, 60_000 * 5),
        (60_000 * 5 + 2_000, 60_000 * 5),
        (60_000 * 5 + 2_001, 60_000 * 5 + 2_001),
        (60_000 * 5 + 25_000, 60_000 * 5 + 25_000),
    ],
)
def test_only_jitter_is_taken_out_of_a_reset(told: int, steady: int) -> None:
    assert steadied(told) == steady


def test_resets_that_are_too_far_ahead_tell_how_far_the_clock_is_behind() -> (
    None
):
    assert ahead_of_clock([]) == 0
    assert ahead_of_clock([told(1, NOW + 5 * HOUR + 5 * MINUTE)]) == 0
    late = [told(1, NOW + 7 * HOUR), told(1, NOW + 6 * HOUR), told(1)]
    assert ahead_of_clock(late) == 2 * HOUR
