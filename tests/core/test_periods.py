from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from claude_tray.core.periods import (
    Period,
    TimeRange,
    compute_days_range,
    compute_period_range,
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
