from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.time import from_epoch_ms
from claude_tray.web.ranges import (
    DayRange,
    list_hours,
    list_presets,
    parse_day_range,
    parse_number,
)
from tests.web.builders import BERLIN, CONTEXT

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("query", "first", "last", "preset"),
    [
        ({}, "2026-10-26", "2026-11-24", "30"),
        ({"days": "1"}, "2026-11-24", "2026-11-24", "1"),
        ({"days": "7"}, "2026-11-18", "2026-11-24", "7"),
        ({"days": "365"}, "2025-11-25", "2026-11-24", "365"),
        ({"days": "month"}, "2026-11-01", "2026-11-24", "month"),
        ({"days": "8"}, "2026-10-26", "2026-11-24", "30"),
        (
            {"from": "2026-01-05", "to": "2026-01-09"},
            *("2026-01-05", "2026-01-09", ""),
        ),
        (
            {"from": "2026-01-09", "to": "2026-01-05"},
            *("2026-01-05", "2026-01-09", ""),
        ),
        ({"from": "2026-11-20"}, "2026-11-20", "2026-11-24", ""),
        ({"to": "2026-11-20"}, "2026-11-20", "2026-11-20", ""),
        (
            {"from": "2026-11-20", "to": "2030-01-01"},
            *("2026-11-20", "2026-11-24", ""),
        ),
        (
            {"from": "0001-01-01", "to": "0001-01-01"},
            *("2000-01-01", "2000-01-01", ""),
        ),
        ({"from": "x", "to": "2026-13-01"}, "2026-10-26", "2026-11-24", "30"),
    ],
)
def test_a_query_selects_days(
    query: dict[str, str], first: str, last: str, preset: str
) -> None:
    days = parse_day_range(query, TODAY)

    assert (f"{days.first}", f"{days.last}", days.preset) == (
        first,
        last,
        preset,
    )


@given(st.text(), st.dates(), st.dates())
def test_any_query_selects_a_bounded_range(
    preset: str, first: date, last: date
) -> None:
    query = {"days": preset, "from": f"{first}", "to": f"{last}"}

    days = parse_day_range(query, TODAY)

    assert 1 <= days.length <= 3660
    assert days.last <= TODAY
    assert days.previous.length == days.length
    assert days.previous.last + timedelta(days=1) == days.first
    assert parse_day_range(days.to_query(), TODAY) == days


def test_a_preset_is_the_shortest_query() -> None:
    assert parse_day_range({"days": "7"}, TODAY).to_query() == {"days": "7"}


def test_a_range_contains_itself_and_parts_of_it() -> None:
    week = DayRange(date(2026, 11, 1), date(2026, 11, 7))

    assert week.contains(week)
    assert week.contains(DayRange(date(2026, 11, 3), date(2026, 11, 3)))
    assert not week.contains(week.previous)
    assert not week.contains(DayRange(date(2026, 11, 7), date(2026, 11, 8)))


def test_presets_are_named() -> None:
    assert [name for _, name in list_presets(CONTEXT.translator)] == [
        *("Today", "7 days", "30 days", "90 days", "Year", "This month"),
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("23", 23),
        ("24", None),
        ("", None),
        ("-1", None),
        ("007", None),
    ],
)
def test_numbers_below_an_end_are_parsed(
    text: str, number: int | None
) -> None:
    assert parse_number(text, 24) == number


def test_hours_of_a_weekday_are_listed() -> None:
    # November 2026: the 2nd and the 9th are Mondays.
    days = DayRange(date(2026, 11, 1), date(2026, 11, 10))

    hours = list_hours(days, 0, 9, BERLIN)

    assert [from_epoch_ms(first) for first, _ in hours] == [
        datetime(2026, 11, 9, 8, tzinfo=UTC),
        datetime(2026, 11, 2, 8, tzinfo=UTC),
    ]
    assert {end - first for first, end in hours} == {3_600_000}
    assert len(list_hours(days, None, 9, BERLIN)) == 10
    assert list_hours(days, None, None, BERLIN) == ()


def test_this_month_starts_on_the_billing_day() -> None:
    days = parse_day_range({"days": "month"}, TODAY, 28)

    assert days == DayRange(date(2026, 10, 28), TODAY, "month")
