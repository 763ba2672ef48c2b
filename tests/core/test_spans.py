from __future__ import annotations

from datetime import UTC, date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.periods import TimeRange, find_month
from claude_tray.core.spans import (
    compute_span_range,
    find_week,
    parse_day_term,
    parse_utc_offset,
)
from tests.support.builders import ms

# A Wednesday.
TODAY = date(2026, 3, 4)
QUARTER = 900_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02-27", ("2026-02-27", "2026-02-27")),
        ("20260227", ("2026-02-27", "2026-02-27")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        (" Today ", ("2026-03-04", "2026-03-04")),
        ("yesterday", ("2026-03-03", "2026-03-03")),
        ("1d", ("2026-03-04", "2026-03-04")),
        ("7d", ("2026-02-26", "2026-03-04")),
        ("2w", ("2026-02-19", "2026-03-04")),
    ],
)
def test_days_are_understood(text: str, expected: tuple[str, str]) -> None:
    term = parse_day_term(text)

    assert term is not None
    assert term.resolve(TODAY) == tuple(map(date.fromisoformat, expected))


@pytest.mark.parametrize(
    "text", ["", "0d", "7", "2026", "2026-13", "2026-02-30", "0000-01", "x"]
)
def test_other_texts_are_no_days(text: str) -> None:
    assert parse_day_term(text) is None


def test_a_span_reaches_from_midnight_to_midnight() -> None:
    day = date(2026, 3, 2)

    assert compute_span_range(day, day, UTC) == (
        ms("00:00", 2),
        ms("00:00", 3),
    )
    assert compute_span_range(None, None, UTC) is None
    # 23 hours: on that day the clocks of Berlin are put forward.
    spring = date(2026, 3, 29)
    start_ms, end_ms = compute_span_range(
        spring, spring, ZoneInfo("Europe/Berlin")
    ) or (0, 0)
    assert end_ms - start_ms == 23 * 3_600_000


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_first_and_last_days_of_all_are_no_error(day: date) -> None:
    for zone in (ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Etc/GMT+12")):
        span = compute_span_range(day, day, zone)

        assert span is not None
        assert not span.start_ms <= ms("12:00") < span.end_ms


@given(st.integers(0, 10 * QUARTER), st.integers(1, 10 * QUARTER))
def test_a_split_range_is_whole_without_gaps(start: int, length: int) -> None:
    parts = TimeRange(start, start + length).split_at_buckets()

    assert parts[0].start_ms == start
    assert parts[-1].end_ms == start + length
    for part, following in pairwise(parts):
        assert part.end_ms == following.start_ms
    inside = [part for part in parts if part.is_bucket_aligned]
    whole = (start + length) // QUARTER - -(-start // QUARTER)
    assert (
        sum(p.end_ms - p.start_ms for p in inside) == max(whole, 0) * QUARTER
    )


def test_a_week_is_from_monday_to_sunday() -> None:
    assert find_week(TODAY) == (date(2026, 3, 2), date(2026, 3, 8))
    assert find_week(date(2026, 3, 8)) == (date(2026, 3, 2), date(2026, 3, 8))


@pytest.mark.parametrize(
    ("day", "start_day", "expected"),
    [
        ("2026-03-04", 1, ("2026-03-01", "2026-03-31")),
        ("2026-03-19", 20, ("2026-02-20", "2026-03-19")),
        ("2026-03-20", 20, ("2026-03-20", "2026-04-19")),
        # February has no 31st: its month starts on its last day.
        ("2026-02-27", 31, ("2026-01-31", "2026-02-27")),
        ("2026-02-28", 31, ("2026-02-28", "2026-03-30")),
        ("2026-12-31", 15, ("2026-12-15", "2027-01-14")),
    ],
)
def test_a_month_starts_on_the_day_of_the_bill(
    day: str, start_day: int, expected: tuple[str, str]
) -> None:
    found = find_month(date.fromisoformat(day), start_day)

    assert found == tuple(map(date.fromisoformat, expected))


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 31))
def test_months_follow_each_other(day: date, start_day: int) -> None:
    first, last = find_month(day, start_day)

    assert first <= day <= last
    assert find_month(last + timedelta(days=1), start_day)[0] == (
        last + timedelta(days=1)
    )


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("+05:30", 330),
        ("-0330", -210),
        ("UTC-3", -180),
        ("gmt+2", 120),
        (" utc+0 ", 0),
        ("+5", 300),
        ("+14:00", 840),
        ("-12", -720),
        ("+5:45", 345),
    ],
)
def test_an_offset_is_a_time_zone(text: str, minutes: int) -> None:
    zone = parse_utc_offset(text)

    assert zone is not None
    assert zone.utcoffset(None) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "UTC",
        "5",
        "+",
        "+15",
        "+14:15",
        "+05:17",
        "+05:60",
        "+0530x",
        "+\u0665",
        "+005",
        "EST-3",
        "--3",
    ],
)
def test_other_texts_are_no_offset(text: str) -> None:
    assert parse_utc_offset(text) is None
