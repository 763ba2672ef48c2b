from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claude_tray.server.teams import sums
from claude_tray.server.teams.sums import Month
from claude_tray.server.usage.models import UsageSnapshot
from tests.server.teams.usage_samples import store_usage
from tests.support.server_api import make_user

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


MARCH, APRIL = Month(2026, 3), Month(2026, 4)
BERLIN = ZoneInfo("Europe/Berlin")


def test_months_follow_each_other_over_years() -> None:
    now = datetime(2026, 2, 1, 0, 30, tzinfo=UTC)

    assert [m.to_text() for m in sums.list_months(now, UTC, 3)] == [
        *("2026-02", "2026-01", "2025-12"),
    ]
    new_york = ZoneInfo("America/New_York")
    assert sums.list_months(now, new_york, 1) == [Month(2026, 1)]


def test_usage_is_summed_by_member_account_and_model() -> None:
    ada, bob, eve = map(make_user, ("ada", "bob", "eve"))
    march = datetime(2026, 3, 10, 12, tzinfo=UTC)
    store_usage(ada, march, account="a1", input_tokens=100)
    store_usage(ada, march, account="a1", input_tokens=20)
    store_usage(ada, march, account="a2", model="claude-opus-4-20250514")
    store_usage(bob, march, account="a1", input_tokens=7)
    store_usage(bob, march + timedelta(days=30), account="a1")
    store_usage(eve, march, account="a1", input_tokens=9999)

    rows = sums.load_usage([ada.pk, bob.pk], MARCH.to_range(UTC))

    assert {
        (r.user_id, r.account, r.model): r.totals.tokens.input for r in rows
    } == {
        (ada.pk, "a1", "claude-sonnet-4-20250514"): 120,
        (ada.pk, "a2", "claude-opus-4-20250514"): 1,
        (bob.pk, "a1", "claude-sonnet-4-20250514"): 7,
    }


def test_a_session_is_split_at_the_end_of_a_month() -> None:
    ada = make_user("ada")
    end = datetime(2026, 4, 1, tzinfo=BERLIN)
    minute = timedelta(minutes=1)
    store_usage(ada, end - minute, session="s", input_tokens=10)
    store_usage(ada, end, session="s", input_tokens=5)
    store_usage(ada, end + minute, project="site", input_tokens=2)

    def load(month: Month) -> dict[str, int]:
        rows = sums.load_project_usage([ada.pk], month.to_range(BERLIN))
        return {r.project: r.totals.tokens.input for r in rows}

    assert load(MARCH) == {"shop": 10}
    assert load(APRIL) == {"shop": 5, "site": 2}
    assert load(Month(2026, 5)) == {}


@pytest.fixture(scope="module")
def members() -> list[User]:
    return [make_user("ada"), make_user("bob")]


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    uses=st.lists(
        st.tuples(
            st.integers(0, 1),
            st.datetimes(datetime(2026, 1, 30), datetime(2026, 5, 2)),  # noqa: DTZ001
            st.sampled_from(["shop", "site"]),
            st.sampled_from(["s1", "s2"]),
            st.integers(0, 1000),
        ),
        max_size=8,
    ),
    zone=st.sampled_from(
        [UTC, BERLIN, *map(ZoneInfo, ("Asia/Kathmandu", "Pacific/Apia"))]
    ),
)
def test_months_and_projects_add_up_to_the_records(
    members: list[User],
    uses: list[tuple[int, datetime, str, str, int]],
    zone: ZoneInfo,
) -> None:
    for index, at, project, session, tokens in uses:
        store_usage(
            members[index],
            at.replace(tzinfo=UTC),
            project=project,
            session=f"{session}-{index}",
            input_tokens=tokens,
        )
    user_ids = [member.pk for member in members]
    months = [Month(2026, number) for number in (5, 4, 3, 2, 1)]
    expected: dict[tuple[Month, int], int] = {}
    records = UsageSnapshot.objects.filter(user__in=user_ids)
    for user_id, at_ms, tokens in records.values_list(
        "user_id", "at_ms", "input_tokens"
    ):
        local = datetime.fromtimestamp(at_ms / 1000, zone)
        key = (Month(local.year, local.month), user_id)
        expected[key] = expected.get(key, 0) + tokens

    by_month = sums.load_monthly_totals(user_ids, months, zone)

    assert {
        (month, user_id): totals.tokens.input
        for month, by_user in by_month.items()
        for user_id, totals in by_user.items()
    } == expected
    for month in months:
        projects = sums.load_project_usage(user_ids, month.to_range(zone))
        by_user = sums.sum_groups((r.user_id, r.totals) for r in projects)
        assert by_user == by_month.get(month, {})


def test_the_number_of_queries_does_not_grow_with_members() -> None:
    users = [make_user(f"m{number}-") for number in range(6)]
    for user in users:
        store_usage(user, datetime(2026, 3, 10, tzinfo=UTC), account="a")

    def count(user_ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as queries:
            sums.load_usage(user_ids, MARCH.to_range(UTC))
            sums.load_monthly_totals(user_ids, [APRIL, MARCH], UTC)
            sums.load_project_usage(user_ids, MARCH.to_range(UTC))
        return len(queries)

    assert count([users[0].pk]) == count([u.pk for u in users]) <= 7
