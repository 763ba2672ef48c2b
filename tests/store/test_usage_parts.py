"""Compare the sums of spans with the records, in many time zones."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime
from random import Random
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.core.calendar import sum_by_day
from claude_tray.core.cost import sum_totals
from claude_tray.core.periods import TimeRange
from claude_tray.core.spans import compute_span_range
from claude_tray.core.time import Millis
from claude_tray.core.usage import TokenCounts
from claude_tray.store.connection import open_writer
from claude_tray.store.period_usage import (
    UsageFilter,
    UsagePart,
    list_usage_parts,
)
from tests.support.builders import make_record
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.store.connection import Writer

# With offsets of half and quarter hours, and changes at midnight.
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Havana",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]
# Clocks change in March, in most of these zones.
START = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 45
MODELS = ("claude-sonnet-4-5", "claude-opus-4-5", "claude-haiku-4-5")
PROJECTS = ("/home/ada/notes", "/home/ada/shop")


class Used(NamedTuple):
    """One invented record."""

    at_ms: int
    session: str
    project: str
    model: str
    tokens: int


def _invent() -> list[Used]:
    random = Random(7)
    start_ms = int(START.timestamp()) * 1000
    times = [random.randrange(DAYS * 86_400_000) for _ in range(300)]
    # Around midnights, and at the edges of quarters of an hour.
    times += [
        hour * 3_600_000 + shift
        for hour in range(0, DAYS * 24, 12)
        for shift in (-1, 0, 1_800_000, 2_700_000)
        if hour + shift > 0
    ]
    return [
        Used(
            start_ms + at_ms,
            f"session-{number % 9}",
            PROJECTS[number % 9 % 2],
            random.choice(MODELS),
            random.randrange(1, 10_000),
        )
        for number, at_ms in enumerate(times)
    ]


RECORDS = _invent()


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    path = tmp_path_factory.mktemp("spans") / "usage.db"
    with closing(open_writer(path)) as writer:
        save_records(
            writer,
            *(
                make_record(
                    session=record.session,
                    project=record.project,
                    model=record.model,
                    tokens=TokenCounts(output=record.tokens),
                )._replace(
                    at_ms=Millis(record.at_ms), counted_ms=Millis(record.at_ms)
                )
                for record in RECORDS
            ),
        )
        yield writer


def _get_day(at_ms: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at_ms / 1000, zone).date()


@pytest.mark.parametrize("name", ZONES)
def test_days_are_those_of_the_records(used: Writer, name: str) -> None:
    zone = ZoneInfo(name)
    first, last = date(2026, 3, 7), date(2026, 4, 7)
    expected: Counter[date] = Counter()
    for record in RECORDS:
        day = _get_day(record.at_ms, zone)
        if first <= day <= last and record.model == MODELS[0]:
            expected[day] += record.tokens
    span = compute_span_range(first, last, zone)

    parts = list_usage_parts(
        used, UsageFilter(span, models=(MODELS[0],)), "bucket"
    )

    days = sum_by_day(((part.bucket, part.totals) for part in parts), zone)
    assert {d: t.tokens.output for d, t in days.items()} == expected


@settings(max_examples=40, deadline=None)
@given(
    st.integers(-2 * 86_400_000, DAYS * 86_400_000),
    st.integers(1, 10 * 86_400_000),
)
def test_parts_of_any_range_are_exact_and_add_up(
    used: Writer, start: int, length: int
) -> None:
    start_ms = int(START.timestamp()) * 1000 + start
    usage_filter = UsageFilter(TimeRange(start_ms, start_ms + length))
    inside = [r for r in RECORDS if 0 <= r.at_ms - start_ms < length]

    total = list_usage_parts(used, usage_filter)
    parts = list_usage_parts(used, usage_filter, "session", "project", "model")

    assert sum_totals(p.totals for p in total).tokens.output == sum(
        record.tokens for record in inside
    )
    expected: Counter[tuple[str, str, str]] = Counter()
    for record in inside:
        expected[record.project, record.session, record.model] += record.tokens
    assert {
        (p.project, p.session, p.model): p.totals.tokens.output for p in parts
    } == expected
    whole = sum_totals(part.totals for part in total)
    assert sum_totals(part.totals for part in parts) == whole


def test_all_of_the_time_is_read_from_any_table(used: Writer) -> None:
    tokens = sum(record.tokens for record in RECORDS)

    (total,) = list_usage_parts(used, UsageFilter())
    buckets = list_usage_parts(used, UsageFilter(), "bucket")
    (shop,) = list_usage_parts(
        used, UsageFilter(project=PROJECTS[1]), "project"
    )

    assert total == UsagePart(0, "", "", "", total.totals)
    assert total.totals.tokens.output == tokens
    assert sum_totals(b.totals for b in buckets) == total.totals
    assert shop.totals.tokens.output == sum(
        record.tokens for record in RECORDS if record.project == PROJECTS[1]
    )
    first = min(record.at_ms for record in RECORDS)
    assert buckets[0].bucket == first // 900_000
