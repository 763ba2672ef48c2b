from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from claude_tray.server.dashboard.days import (
    days_of,
    first_day,
    length_of,
    width_of,
)
from tests.server.dashboard.made import AMERICAN, BERLIN, VIEWER, totals


def test_days_without_use_are_there_too() -> None:
    days = days_of({date(2026, 11, 23): totals(2.5)}, 7, VIEWER)

    assert [day.totals.messages for day in days.rows] == [0, 1, 0, 0, 0, 0, 0]
    assert days.rows[0].name == "Tuesday, Nov 24"
    assert days.rows[1].short == "Nov 23"
    assert days.rows[1].dollars == "2.5000"
    assert days.totals.messages == 1


def test_the_summary_adds_up_and_divides() -> None:
    days = days_of({date(2026, 11, 23): totals(21)}, 7, VIEWER)

    assert days.summary == "$21.00 in 7 days \N{MIDDLE DOT} $3.00 a day"


def test_without_a_price_the_least_is_told_and_no_average() -> None:
    known = {date(2026, 11, 23): totals(21), date(2026, 11, 22): totals(None)}

    assert days_of(known, 7, VIEWER).summary == "\u2265 $21.00 in 7 days"


@pytest.mark.parametrize("viewer", [VIEWER, BERLIN, AMERICAN])
def test_the_last_day_is_the_viewers_today(viewer: object) -> None:
    days = days_of({}, 7, viewer)  # type: ignore[arg-type]

    assert days.rows[0].date == date(2026, 11, 24)
    assert days.rows[-1].date == date(2026, 11, 18)
    assert first_day(7, VIEWER) == date(2026, 11, 18)


@pytest.mark.parametrize(
    ("text", "length"),
    [("7", 7), ("90", 90), ("365", 365), ("", 30), ("8", 30), ("-1", 30)],
)
def test_only_known_lengths_are_taken(text: str, length: int) -> None:
    assert length_of(text) == length


@pytest.mark.parametrize(
    ("zone", "width"),
    [
        ("UTC", 4),
        ("America/New_York", 4),
        ("Asia/Kolkata", 2),
        ("Australia/Lord_Howe", 2),
        ("Asia/Kathmandu", 1),
    ],
)
def test_quarters_are_taken_together_where_no_midnight_parts_them(
    zone: str,
    width: int,
) -> None:
    viewer = VIEWER._replace(zone=ZoneInfo(zone))

    assert width_of(365, viewer) == width
