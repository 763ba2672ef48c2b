from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from claude_tray.core.periods import (
    Period,
    TimeRange,
    compute_days_range,
    compute_period_range,
    list_comparable_ranges,
)
from claude_tray.core.time import to_epoch_ms

BERLIN = ZoneInfo("Europe/Berlin")
# 01:30 on 26 October in Berlin, an hour after the clocks were set back a day
# before.
NOW = datetime(2026, 10, 26, 0, 30, tzinfo=UTC)
WINDOW = TimeRange(7, 9)


def at_ms(year: int, month: int, day: int) -> int:
    return to_epoch_ms(datetime(year, month, day, tzinfo=BERLIN))


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        (Period.TODAY, (2026, 10, 26), (2026, 10, 27)),
        (Period.LAST_7_DAYS, (2026, 10, 20), (2026, 10, 27)),
        (Period.LAST_30_DAYS, (2026, 9, 27), (2026, 10, 27)),
        (Period.MONTH, (2026, 10, 1), (2026, 10, 27)),
    ],
)
def test_periods_consist_of_whole_local_days(
    period: Period, start: tuple[int, int, int], end: tuple[int, int, int]
) -> None:
    found = compute_period_range(period, NOW, BERLIN, WINDOW)

    assert found == (at_ms(*start), at_ms(*end))
    assert found is not None
    assert found.is_bucket_aligned


def test_the_window_is_given_and_all_has_no_range() -> None:
    assert compute_period_range(Period.WINDOW, NOW, BERLIN, WINDOW) == WINDOW
    assert compute_period_range(Period.WINDOW, NOW, BERLIN, None) == (0, 0)
    assert compute_period_range(Period.ALL, NOW, BERLIN, WINDOW) is None
    assert not WINDOW.is_bucket_aligned


def test_a_day_of_25_hours_has_100_buckets() -> None:
    day = datetime(2026, 10, 25, tzinfo=BERLIN).date()

    start_ms, end_ms = compute_days_range(day, day, BERLIN)

    assert (end_ms - start_ms) / 900_000 == 100


@pytest.mark.parametrize(
    ("period", "starts", "days"),
    [
        (Period.TODAY, [(10, day) for day in range(26, 18, -1)], 0),
        (
            Period.LAST_7_DAYS,
            [(10, 20), (10, 13), (10, 6), (9, 29), (9, 22)],
            6,
        ),
        (
            Period.LAST_30_DAYS,
            [(9, 27), (8, 28), (7, 29), (6, 29), (5, 30)],
            29,
        ),
        (Period.MONTH, [(10, 1), (9, 1), (8, 1), (7, 1), (6, 1)], 25),
    ],
)
def test_earlier_periods_end_at_the_same_time_of_day(
    period: Period, starts: list[tuple[int, int]], days: int
) -> None:
    found = list_comparable_ranges(period, NOW, BERLIN)

    first_days = [datetime(2026, *start, tzinfo=BERLIN) for start in starts]
    expected = [
        (
            to_epoch_ms(first),
            to_epoch_ms(first + timedelta(days=days, hours=1, minutes=30)),
        )
        for first in first_days
    ]
    assert found == expected


def test_short_months_are_compared_as_a_whole() -> None:
    now = datetime(2026, 3, 31, 12, 14, tzinfo=UTC)

    found = list_comparable_ranges(Period.MONTH, now, UTC)

    ends = [datetime.fromtimestamp(r.end_ms / 1000, UTC) for r in found]
    days = [(end.month, end.day, end.hour, end.minute) for end in ends]
    assert days == [
        (month, day, 12, 0)
        for month, day in [(3, 31), (2, 28), (1, 31), (12, 31), (11, 30)]
    ]


@pytest.mark.parametrize("period", [Period.WINDOW, Period.ALL])
def test_nothing_precedes_a_window_and_all(period: Period) -> None:
    assert list_comparable_ranges(period, NOW, BERLIN) == []


def test_a_billing_month_starts_on_its_day() -> None:
    # NOW is in October; a bill of the 20th started in September.
    bounds = compute_period_range(Period.MONTH, NOW, BERLIN, None, 20)
    ranges = list_comparable_ranges(Period.MONTH, NOW, BERLIN, 20)

    today = NOW.astimezone(BERLIN).date()
    month = today.month if today.day >= 20 else today.month - 1
    first = datetime(2026, month, 20, tzinfo=BERLIN)
    assert bounds is not None
    assert bounds.start_ms == to_epoch_ms(first)
    starts = [
        datetime.fromtimestamp(r.start_ms / 1000, BERLIN).date()
        for r in ranges
    ]
    assert [day.day for day in starts] == [20] * len(ranges)
    assert [day.month for day in starts] == [month - n for n in range(5)]
    assert all(r.end_ms - r.start_ms > 0 for r in ranges)
