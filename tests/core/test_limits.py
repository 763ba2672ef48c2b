from __future__ import annotations

from itertools import permutations

import pytest

from claude_tray.core.limits import (
    FIVE_HOUR,
    SEVEN_DAY,
    LimitKind,
    LimitSample,
    compute_clock_lead,
    filter_plausible,
    identify_limit,
    merge_limit_samples,
    round_reset_jitter,
)

MINUTE = 60_000
HOUR = 60 * MINUTE
NOW = 1_800_000_000_000
RESET = NOW + 2 * HOUR


def make_sample(
    percent: float,
    resets_ms: int = RESET,
    observed_at_ms: int = NOW,
    name: str = FIVE_HOUR,
    account: str = "ana",
) -> LimitSample:
    return LimitSample(account, name, percent, resets_ms, observed_at_ms)


CASES = {
    "nothing was told": ([], []),
    "one value holds": ([make_sample(38)], [make_sample(38)]),
    "jitter of two seconds is one window": (
        [
            make_sample(10, RESET - 2000),
            make_sample(12, RESET + 2000),
            make_sample(11),
        ],
        [make_sample(12)],
    ),
    "jitter of two minutes is one window": (
        [make_sample(12, RESET - 2 * MINUTE), make_sample(10)],
        [make_sample(12)],
    ),
    "an idle session repeats an older value of this window": (
        [make_sample(38, observed_at_ms=NOW - HOUR), make_sample(20)],
        [make_sample(38, observed_at_ms=NOW - HOUR)],
    ),
    "an idle session repeats a value of the window before": (
        [
            make_sample(96, NOW - HOUR),
            make_sample(5, observed_at_ms=NOW - HOUR),
        ],
        [make_sample(5, observed_at_ms=NOW - HOUR)],
    ),
    "a value whose reset has passed is gone": ([make_sample(96, NOW)], []),
    "an early reset begins a window that resets later": (
        [
            make_sample(80, observed_at_ms=NOW - HOUR),
            make_sample(3, NOW + 5 * HOUR),
        ],
        [make_sample(3, NOW + 5 * HOUR)],
    ),
    "after an early reset an idle session repeats the old window": (
        [make_sample(80), make_sample(3, NOW + 5 * HOUR, NOW - MINUTE)],
        [make_sample(3, NOW + 5 * HOUR, NOW - MINUTE)],
    ),
    "a percentage that falls is noise": (
        [
            make_sample(50, observed_at_ms=NOW - HOUR),
            make_sample(49),
            make_sample(0),
        ],
        [make_sample(50, observed_at_ms=NOW - HOUR)],
    ),
    "the newest of equal values says how old it is": (
        [make_sample(50, observed_at_ms=NOW - HOUR), make_sample(50)],
        [make_sample(50)],
    ),
    "more than all is told as it is": ([make_sample(104)], [make_sample(104)]),
    "two accounts are never mixed": (
        [make_sample(10), make_sample(90, account="ben")],
        [make_sample(10), make_sample(90, account="ben")],
    ),
    "windows stand in order": (
        [
            make_sample(1, name="Opus"),
            make_sample(2, name=SEVEN_DAY),
            make_sample(3),
        ],
        [
            make_sample(3),
            make_sample(2, name=SEVEN_DAY),
            make_sample(1, name="Opus"),
        ],
    ),
    "clocks that differ by a few minutes are believed": (
        [make_sample(1, NOW + 5 * HOUR + 5 * MINUTE)],
        [make_sample(1, NOW + 5 * HOUR + 5 * MINUTE)],
    ),
    "a reset that is too far ahead is another clock's": (
        [make_sample(1, NOW + 6 * HOUR), make_sample(20)],
        [make_sample(20)],
    ),
    "a week may reset in a week": (
        [make_sample(1, NOW + 7 * 24 * HOUR, name=SEVEN_DAY)],
        [make_sample(1, NOW + 7 * 24 * HOUR, name=SEVEN_DAY)],
    ),
    "less than nothing is no share": ([make_sample(-1)], []),
}


@pytest.mark.parametrize("case", CASES)
def test_samples_merge_in_any_order(case: str) -> None:
    values, expected = CASES[case]

    for order in permutations(values):
        assert merge_limit_samples(order, NOW) == expected


@pytest.mark.parametrize("case", CASES)
def test_merged_samples_may_be_merged_again(case: str) -> None:
    values, expected = CASES[case]
    merged: list[LimitSample] = []

    for value in values:
        merged = merge_limit_samples([*merged, value], NOW)

    assert merged == expected


def test_percentage_must_be_a_number() -> None:
    assert merge_limit_samples([make_sample(float("nan"))], NOW) == []


def test_implausible_samples_are_dropped() -> None:
    true = make_sample(38, observed_at_ms=NOW - HOUR)
    repeated = make_sample(96, NOW - HOUR, NOW)
    other_clock = make_sample(5, NOW + 6 * HOUR, NOW)

    assert filter_plausible([true, repeated, other_clock]) == [true]


@pytest.mark.parametrize(
    ("observed_ms", "steady"),
    [
        (60_000 * 5 - 2_000, 60_000 * 5),
        (60_000 * 5 + 2_000, 60_000 * 5),
        (60_000 * 5 + 2_001, 60_000 * 5 + 2_001),
        (60_000 * 5 + 25_000, 60_000 * 5 + 25_000),
    ],
)
def test_only_jitter_is_rounded_away(observed_ms: int, steady: int) -> None:
    assert round_reset_jitter(observed_ms) == steady


def test_clock_lead_is_computed_from_resets_too_far_ahead() -> None:
    assert compute_clock_lead([]) == 0
    assert (
        compute_clock_lead([make_sample(1, NOW + 5 * HOUR + 5 * MINUTE)]) == 0
    )
    late = [
        make_sample(1, NOW + 7 * HOUR),
        make_sample(1, NOW + 6 * HOUR),
        make_sample(1),
    ]
    assert compute_clock_lead(late) == 2 * HOUR


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("five_hour", (LimitKind.FIVE_HOUR, "", "five_hour")),
        ("session", (LimitKind.FIVE_HOUR, "", "five_hour")),
        ("seven_day", (LimitKind.SEVEN_DAY, "", "seven_day")),
        ("weekly_all", (LimitKind.SEVEN_DAY, "", "seven_day")),
        ("seven_day_opus", (LimitKind.MODEL, "Opus", "Opus")),
        ("seven_day_sonnet", (LimitKind.MODEL, "Sonnet", "Sonnet")),
        ("seven_day_overage_included", (LimitKind.MODEL, "Fable", "Fable")),
        ("seven_day_new_model", (LimitKind.MODEL, "New model", "New model")),
        ("Fable 5.1", (LimitKind.MODEL, "Fable 5.1", "Fable 5.1")),
        ("spend_limit", (LimitKind.SPEND, "Spend limit", "spend_limit")),
        ("extra_usage", (LimitKind.SPEND, "Extra usage", "extra_usage")),
        ("thirty_day", (LimitKind.OTHER, "Thirty day", "thirty_day")),
        (
            "\x1b[31mred\n  one",
            (LimitKind.OTHER, "[31mred one", "[31mred one"),
        ),
        ("", (LimitKind.OTHER, "", "")),
    ],
)
def test_limits_are_identified_by_their_name(
    name: str, expected: tuple[LimitKind, str, str]
) -> None:
    assert identify_limit(name) == expected
    assert identify_limit(expected[2]) == expected


def test_a_long_name_is_shortened() -> None:
    assert len(identify_limit("x" * 10_000).scope) == 64


def test_absent_limits_are_not_merged() -> None:
    absent = make_sample(0)._replace(percent=None, resets_ms=None)

    assert merge_limit_samples([absent], NOW) == []


def test_a_sample_without_a_reset_lasts_as_long_as_its_window() -> None:
    sample = make_sample(5)._replace(resets_ms=None)

    assert merge_limit_samples([sample], NOW + 5 * HOUR - 1) == [sample]
    assert merge_limit_samples([sample], NOW + 5 * HOUR) == []
