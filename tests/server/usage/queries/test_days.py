from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.core.cost import ZERO_TOTALS, NanoUsd, Totals, sum_totals
from claude_tray.core.price_table import PriceTable
from claude_tray.core.time import from_epoch_ms, to_epoch_ms
from claude_tray.core.usage import TokenCounts
from claude_tray.server.usage import day_sums
from claude_tray.server.usage.ingest import store_request
from claude_tray.server.usage.maintenance import prune_records, reprice_records
from claude_tray.server.usage.models import (
    TOKEN_FIELDS,
    UsageDay,
    UsageSnapshot,
    UsageTotal,
)
from claude_tray.server.usage.queries import sources
from claude_tray.server.usage.queries.days import (
    load_daily_totals,
    load_hourly_tokens,
    load_model_totals,
    load_source_totals,
)
from claude_tray.server.usage.queries.filters import Filters
from tests.support.request_json import make_request, make_row
from tests.support.server_api import make_user
from tests.support.server_records import decode_request
from tests.support.workload import scale_count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.server.accounts.models import User


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# Shrinking takes minutes.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
# Offsets of hours, half and quarter hours; changes in both directions, of an
# hour and of half an hour, at midnight too; a day that does not exist.
ZONES = [
    UTC,
    *map(
        ZoneInfo,
        (
            "Europe/Berlin",
            "America/New_York",
            "Asia/Kolkata",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
            "America/Havana",
            "Pacific/Chatham",
            "Pacific/Apia",
            "Pacific/Kiritimati",
            "Etc/GMT+12",
        ),
    ),
]
# Days on which one of the zones changes its offset, and ordinary ones.
DAYS = [
    date(2011, 12, 30),
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 4, 5),
    date(2026, 10, 4),
    date(2026, 10, 25),
    date(2026, 11, 1),
    date(2026, 11, 23),
]
MODELS = ["claude-sonnet-4-20250514", "claude-fictive-2"]


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    day = draw(st.sampled_from(DAYS))
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(
        minutes=5 * draw(st.integers(-12 * 12, 26 * 12))
    )
    return make_row(
        min(at, NOW),
        f"msg_{draw(st.integers(1, 12))}",
        draw(st.sampled_from(MODELS)),
        output_tokens=draw(st.integers(0, 3)),
        input_tokens=draw(st.integers(0, 3)),
        cache_read_input_tokens=draw(st.integers(0, 5)),
    )


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    return make_request(
        *draw(st.lists(rows(), min_size=1, max_size=6)),
        session=draw(st.sampled_from(["s1", "s2"])),
        machine_id=draw(st.sampled_from(["m1", "m2"])),
        account=draw(st.sampled_from(["a", "b"])),
    )


def build_record_totals(record: UsageSnapshot) -> Totals:
    tokens = TokenCounts(*(getattr(record, name) for name in TOKEN_FIELDS))
    cost = record.cost_nano
    return Totals(
        record.messages, tokens, NanoUsd(cost or 0), int(cost is None)
    )


def sum_naively(
    records: Iterable[UsageSnapshot], zone: tzinfo
) -> tuple[dict[date, Totals], list[list[int]]]:
    """Sum records by local day, and tokens by weekday and hour."""
    by_day: dict[date, Totals] = {}
    by_hour = [[0] * 24 for _ in range(7)]
    for record in records:
        local = from_epoch_ms(record.at_ms).astimezone(zone)
        day, totals = local.date(), build_record_totals(record)
        by_day[day] = by_day.get(day, ZERO_TOTALS).plus(totals)
        by_hour[local.weekday()][local.hour] += totals.tokens.total
    return by_day, by_hour


def without_empty(days: dict[date, Totals]) -> dict[date, Totals]:
    return {day: totals for day, totals in days.items() if any(totals.tokens)}


def assert_days_match_records(
    filters: Filters, records: list[UsageSnapshot], zone: tzinfo
) -> None:
    by_day, by_hour = sum_naively(records, zone)
    assert without_empty(load_daily_totals(filters, zone)) == without_empty(
        by_day
    )
    assert load_hourly_tokens(filters, zone) == by_hour
    by_model = load_model_totals(filters, zone)
    assert without_empty(
        {day: sum_totals(models.values()) for day, models in by_model.items()}
    ) == without_empty(by_day)
    by_source = load_source_totals(filters, zone)
    assert sum_totals(by_source.values()) == sum_totals(by_day.values())


@settings(deadline=None, max_examples=scale_count(12), phases=PHASES)
@given(
    st.lists(bodies(), min_size=1, max_size=5),
    st.lists(st.sampled_from(ZONES), min_size=1, max_size=4),
    st.sampled_from(["none", "reprice", "prune"]),
)
def test_days_equal_the_sum_of_all_records(
    sent: list[dict[str, Any]], zones: list[tzinfo], action: str
) -> None:
    user = make_user("days")
    for number, body in enumerate([*sent, *sent[:2]]):
        store_request(user, decode_request(body), NOW)
        # Sums of some days exist and are remembered when records arrive.
        read_everything(Filters(user.pk), zones[number % len(zones)])
    if action == "reprice":
        list(reprice_records(user.pk, PriceTable("none", {})))
    records = list(UsageSnapshot.objects.filter(user=user))
    if action == "prune":
        list(prune_records(user.pk, to_epoch_ms(NOW - timedelta(days=90))))

    for zone in ZONES:
        assert_days_match_records(Filters(user.pk), records, zone)
    assert_totals_match(user, records)


def read_everything(filters: Filters, zone: tzinfo) -> None:
    load_daily_totals(filters, zone)
    load_model_totals(filters, zone)
    load_source_totals(filters, zone)
    load_hourly_tokens(filters, zone)


def assert_totals_match(user: User, records: list[UsageSnapshot]) -> None:
    expected: dict[tuple[int, int, int], Totals] = {}
    for record in records:
        key = (record.machine_id, record.account_id, record.model_id)
        totals = expected.get(key, ZERO_TOTALS)
        expected[key] = totals.plus(build_record_totals(record))
    stored = sources.load_exact_totals(Filters(user.pk))
    assert {k: t for k, t in stored.items() if any(t.tokens)} == {
        k: t for k, t in expected.items() if any(t.tokens)
    }


@settings(deadline=None, max_examples=scale_count(12), phases=PHASES)
@given(
    st.lists(bodies(), min_size=1, max_size=4),
    st.sampled_from(ZONES),
    st.integers(0, 300 * 96),
    st.integers(0, 300 * 96),
    st.integers(-BUCKET_MS, BUCKET_MS),
)
def test_any_time_range_and_filter_is_exact(
    sent: list[dict[str, Any]],
    zone: tzinfo,
    first: int,
    length: int,
    odd_ms: int,
) -> None:
    user = make_user("range")
    for body in sent:
        store_request(user, decode_request(body), NOW)
    since = to_epoch_ms(NOW) // BUCKET_MS * BUCKET_MS - first * BUCKET_MS
    until = since + length * BUCKET_MS
    filters = Filters(
        user.pk, machine="m1", account="a", since_ms=since, until_ms=until
    )

    own = UsageSnapshot.objects.filter(
        user=user, machine__machine_id="m1", account__key="a"
    )
    records = list(own.filter(at_ms__gte=since, at_ms__lt=until))
    assert_days_match_records(filters, records, zone)
    by_source = load_source_totals(filters, zone).values()
    assert sum(t.messages for t in by_source) == len(records)
    exact = Filters(
        user.pk,
        machine="m1",
        account="a",
        since_ms=since + odd_ms,
        until_ms=until + 2 * odd_ms,
    )
    exact_totals = sources.load_exact_totals(exact).values()
    inside = own.filter(
        at_ms__gte=since + odd_ms, at_ms__lt=until + 2 * odd_ms
    )
    assert sum(t.messages for t in exact_totals) == inside.count()


def upload(user: User, *times: datetime) -> None:
    messages = [make_row(at, f"msg_{at.timestamp()}") for at in times]
    store_request(user, decode_request(make_request(*messages)), NOW)


def test_only_the_days_that_are_read_are_summed(ana: User) -> None:
    upload(ana, *(NOW - timedelta(days=n) for n in range(0, 100, 5)))

    since = to_epoch_ms(NOW - timedelta(days=7))
    load_daily_totals(Filters(ana.pk, since_ms=since), UTC)

    coverage = day_sums.load_coverage(ana.pk)
    today = to_epoch_ms(NOW) // 86_400_000
    assert today - 30 < coverage[0] <= today - 6
    assert UsageDay.objects.filter(user=ana).count() < 10


def test_a_gap_of_years_takes_no_steps(ana: User) -> None:
    upload(ana, NOW, datetime(2023, 1, 1, tzinfo=UTC))

    days = load_daily_totals(Filters(ana.pk), ZoneInfo("Asia/Kathmandu"))

    assert len(days) == 2
    assert UsageDay.objects.filter(user=ana).count() == 2


def test_a_user_has_sums_in_few_offsets_only(ana: User) -> None:
    upload(ana, NOW)

    for hours in range(-12, 13):
        zone = ZoneInfo(f"Etc/GMT{hours:+}")
        assert len(load_daily_totals(Filters(ana.pk), zone)) == 1

    assert len(day_sums.load_coverage(ana.pk)) == day_sums.MAX_OFFSETS


def test_a_late_record_of_a_summed_day_is_added(ana: User) -> None:
    upload(ana, NOW - timedelta(days=3))
    before = load_daily_totals(Filters(ana.pk), UTC)

    upload(ana, NOW - timedelta(days=3, minutes=5), NOW - timedelta(days=50))
    after = load_daily_totals(Filters(ana.pk), UTC)

    assert [t.messages for t in before.values()] == [1]
    assert [t.messages for t in after.values()] == [1, 2]


def test_days_that_are_over_are_read_once(ana: User) -> None:
    for days in (9, 8, 7, 6, 0):
        upload(ana, NOW - timedelta(days=days))
        load_daily_totals(Filters(ana.pk), UTC)

    with CaptureQueriesContext(connection) as queries:
        read = load_daily_totals(Filters(ana.pk), UTC)

    assert len(read) == 5
    # Which days there are, and the days of which machines still send.
    assert len(queries) == 2
    # It is noon, and the last 48 hours remain open.
    first_day = to_epoch_ms(NOW) // 86_400_000 - 2
    assert f"day >= {first_day}" in queries[1]["sql"]


@pytest.mark.parametrize("model", [UsageDay, UsageTotal])
def test_empty_sums_are_deleted(
    ana: User, model: type[UsageDay | UsageTotal]
) -> None:
    at = NOW - timedelta(hours=1)
    other = make_request(make_row(at), machine_id="m2")
    store_request(ana, decode_request(other), NOW)
    load_daily_totals(Filters(ana.pk), UTC)

    # The earlier line determines the machine.
    earlier = make_request(
        make_row(at - timedelta(minutes=1)), machine_id="m1"
    )
    store_request(ana, decode_request(earlier), NOW)

    row = model.objects.get(user=ana)
    assert row.machine.machine_id == "m1"
