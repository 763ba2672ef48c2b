from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from claude_tray.core.calendar import (
    compute_bucket,
    compute_first_bucket,
    sum_by_day,
)
from claude_tray.core.cost import Totals
from tests.support.builders import at

VIENNA = ZoneInfo("Europe/Vienna")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
ONE = Totals(messages=1)


def test_day_starts_at_local_midnight() -> None:
    assert compute_first_bucket(date(2026, 3, 2), VIENNA) == compute_bucket(
        at("23:00", 1)
    )
    assert compute_first_bucket(date(2026, 3, 2), KATHMANDU) == compute_bucket(
        at("18:15", 1),
    )


def test_buckets_are_summed_by_local_day() -> None:
    cells = [
        (compute_bucket(at("22:45", 1)), ONE),
        (compute_bucket(at("23:00", 1)), ONE),
        (compute_bucket(at("09:00", 2)), ONE),
    ]

    assert sum_by_day(cells, VIENNA) == {
        date(2026, 3, 1): Totals(messages=1),
        date(2026, 3, 2): Totals(messages=2),
    }


def test_days_of_clock_changes_are_complete() -> None:
    cells = [
        (compute_bucket(at("00:30", 29)), ONE),
        (compute_bucket(at("21:45", 29)), ONE),
        (compute_bucket(at("22:00", 29)), ONE),
    ]

    assert sum_by_day(cells, VIENNA) == {
        date(2026, 3, 29): Totals(messages=2),
        date(2026, 3, 30): Totals(messages=1),
    }
