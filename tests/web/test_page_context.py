from __future__ import annotations

from datetime import timedelta

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
