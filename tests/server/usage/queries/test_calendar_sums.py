from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from claude_tray.server.usage.queries import calendar_sums
from claude_tray.server.usage.queries.filters import Filters
from tests.server.dashboard.page_client import upload
from tests.support.request_json import make_request, make_row
from tests.support.server_api import make_user

ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"),
    *("Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Pago_Pago"),
)
# Both changes of the clock in Berlin and New York lie in between.
FIRST = datetime(2025, 10, 1, tzinfo=UTC)
MINUTES = 210 * 24 * 60


@pytest.fixture(scope="module")
def records() -> tuple[int, list[tuple[datetime, str, int]]]:
    """A user, and the time, model and tokens of each record."""
    user, rng = make_user("calendar"), random.Random(11)
    hours = [datetime(2025, 10, 26, 0, 30, tzinfo=UTC)]
    times = [
        FIRST + timedelta(minutes=rng.randrange(MINUTES)) for _ in "x" * 300
    ]
    times += [hours[0] + timedelta(minutes=15 * n) for n in range(8)]
    times += [
        datetime(2026, 3, 29, 0, 30, tzinfo=UTC) + timedelta(minutes=15 * n)
        for n in range(8)
    ]
    made = [
        (at, rng.choice(("claude-opus-4-6", "claude-haiku-4-5")), number + 1)
        for number, at in enumerate(times)
    ]
    rows = [
        make_row(at, f"c{n}", model=model, input_tokens=n, output_tokens=0)
        for at, model, n in made
    ]
    upload(user, make_request(*rows, project="p", session="s"))
    return user.pk, made


@pytest.mark.parametrize("zone", ZONES)
def test_days_and_hours_are_those_of_the_clock(
    records: tuple[int, list[tuple[datetime, str, int]]], zone: str
) -> None:
    user, made = records
    first, last = date(2025, 10, 10), date(2026, 4, 10)
    by_day: Counter[tuple[date, str]] = Counter()
    by_hour: Counter[int] = Counter()
    for at, model, tokens in made:
        local = at.astimezone(ZoneInfo(zone))
        if first <= local.date() <= last:
            by_day[local.date(), model] += tokens
            by_hour[local.weekday() * 24 + local.hour] += tokens

    days = calendar_sums.load_model_totals_by_day(
        Filters(user), first, last, ZoneInfo(zone)
    )
    hours = calendar_sums.load_week_hour_tokens(
        Filters(user), first, last, ZoneInfo(zone)
    )

    assert {
        (day, model): totals.tokens.input
        for day, by_model in days.items()
        for model, totals in by_model.items()
    } == by_day
    cache = sum(
        totals.tokens.total - totals.tokens.input
        for by_model in days.values()
        for totals in by_model.values()
    )
    assert sum(hours) == by_hour.total() + cache
    assert {n for n, tokens in enumerate(hours) if tokens} == set(by_hour)


@pytest.mark.parametrize("day", [date(2025, 10, 26), date(2026, 3, 29)])
def test_hours_of_a_day_include_the_changes_of_the_clock(
    records: tuple[int, list[tuple[datetime, str, int]]], day: date
) -> None:
    user, made = records
    zone = ZoneInfo("Europe/Berlin")
    expected: Counter[tuple[int, str]] = Counter()
    for at, model, tokens in made:
        local = at.astimezone(zone)
        if local.date() == day:
            expected[local.hour, model] += tokens

    hours = calendar_sums.load_model_totals_by_hour(Filters(user), day, zone)

    assert expected
    assert {
        (hour, model): totals.tokens.input
        for hour, by_model in hours.items()
        for model, totals in by_model.items()
    } == expected
