from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.web.builders import AMERICAN, BERLIN, CONTEXT, NOW, at


def test_times_of_today_are_clock_times_in_the_browsers_zone() -> None:
    assert CONTEXT.format_time(at("15:00")) == "15:00"
    assert BERLIN.format_time(at("15:00")) == "16:00"
    assert AMERICAN.format_time(at("15:00")) == "10:00 AM"


def test_times_of_other_days_have_the_day() -> None:
    assert CONTEXT.format_time(at("09:00", day=26)) == "Thu 09:00"
    assert CONTEXT.format_time(at("00:14", day=25)) == "Wed 00:14"
    assert CONTEXT.format_time(at("00:12", day=25)) == "00:12"
    assert CONTEXT.format_when(at("09:00", day=19)) == "Thu 09:00"
    assert CONTEXT.format_when(at("12:00")) == "12:00"
    assert CONTEXT.format_when(at("09:00", day=17)) == "Nov 17"


def test_times_of_other_years_have_the_year() -> None:
    assert CONTEXT.format_when(NOW - timedelta(days=400)) == "Oct 20 2025"


def test_days_end_at_midnight_of_the_browsers_zone() -> None:
    late = at("23:30", day=23)

    assert CONTEXT.format_when(late) == "Mon 23:30"
    assert BERLIN.format_when(late) == "00:30"


def test_exact_times_have_seconds() -> None:
    assert BERLIN.format_exact(NOW) == "Nov 24, 13:13:00"
    assert AMERICAN.format_exact(NOW) == "Nov 24, 7:13:00 AM"


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1m ago"),
        (timedelta(seconds=119), "1m ago"),
        (timedelta(hours=7, minutes=1), "7h 01m ago"),
        (timedelta(days=3), "3 days ago"),
    ],
)
def test_elapsed_times(span: timedelta, text: str) -> None:
    assert CONTEXT.format_ago(NOW - span) == text


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (at("09:13"), at("09:30"), "09:13 \N{EN DASH} 09:30"),
        (at("09:13"), at("09:13"), "09:13"),
        (at("09:13", 21), at("09:30", 21), "Sat 09:13 \N{EN DASH} 09:30"),
        (at("23:50", 22), at("00:10", 23), "Sun 23:50 \N{EN DASH} Mon 00:10"),
        (at("09:13", 2), at("09:30", 2), "Nov 2, 09:13 \N{EN DASH} 09:30"),
    ],
)
def test_spans_are_as_short_as_they_stay_clear(
    first: datetime, last: datetime, text: str
) -> None:
    assert CONTEXT.format_span(first, last) == text


def test_hours_of_a_day_are_those_of_the_clock() -> None:
    day = date(2026, 10, 25)
    hour = 3_600_000

    lengths = [
        (end - start) // hour
        for start, end in (BERLIN.find_hours(day, n) for n in (1, 2, 23, None))
    ]

    # The clock is set back from 3:00 to 2:00.
    assert lengths == [1, 2, 1, 25]
