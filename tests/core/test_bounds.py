from __future__ import annotations

import pytest

from claude_tray.core.bounds import (
    END_TIME_MS,
    MAX_COUNT,
    MAX_TEXT_LENGTH,
    MIN_TIME_MS,
    bound_text,
    compute_latest_ms,
    is_plausible_count,
    is_plausible_time,
    is_storable_time,
)
from claude_tray.core.time import from_epoch_ms, parse_iso_ms

DAY_MS = 86_400_000
NOW_MS = 1_800_000_000_000


def test_times_from_2020_to_tomorrow_are_plausible() -> None:
    latest_ms = compute_latest_ms(NOW_MS)

    assert parse_iso_ms("2020-01-01T00:00:00Z") == MIN_TIME_MS
    assert is_plausible_time(MIN_TIME_MS, latest_ms)
    assert is_plausible_time(NOW_MS + DAY_MS, latest_ms)
    assert not is_plausible_time(MIN_TIME_MS - 1, latest_ms)
    assert not is_plausible_time(NOW_MS + DAY_MS + 1, latest_ms)


def test_entries_of_a_clock_that_was_set_back_remain_plausible() -> None:
    latest_ms = compute_latest_ms(0, NOW_MS)

    assert is_plausible_time(NOW_MS, latest_ms)


@pytest.mark.parametrize("now_ms", [0, NOW_MS, END_TIME_MS, 1 << 62])
def test_what_is_plausible_is_storable_and_a_date(now_ms: int) -> None:
    latest_ms = compute_latest_ms(now_ms)

    assert is_storable_time(max(latest_ms, MIN_TIME_MS))
    assert 1970 <= from_epoch_ms(latest_ms).year < 2200


@pytest.mark.parametrize(
    ("count", "expected"),
    [(-1, False), (0, True), (MAX_COUNT, True), (MAX_COUNT + 1, False)],
)
def test_counts_are_at_most_two_to_the_forty(
    count: int, *, expected: bool
) -> None:
    assert MAX_COUNT == 2**40
    assert is_plausible_count(count) is expected


def test_long_names_are_shortened_and_stay_different() -> None:
    kept = "m" * MAX_TEXT_LENGTH
    one, other = bound_text(f"{kept}1"), bound_text(f"{kept}2" * 1000)

    assert bound_text(kept) == kept
    assert len(one) == len(other) == MAX_TEXT_LENGTH
    assert one != other
    assert bound_text(f"{kept}1") == one
    assert bound_text("\ud800" * 2000) == bound_text("\ud800" * 2000)
