from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.server.usage.ingest import store_request
from claude_tray.server.usage.models import UsageSnapshot
from claude_tray.server.usage.queries import aggregates, timeseries
from claude_tray.server.usage.queries.aggregates import build_totals
from claude_tray.server.usage.queries.filters import Filters
from claude_tray.server.usage.queries.listings import (
    count_sessions_and_projects,
    get_project_usage,
    list_account_usage,
    list_machine_usage,
    list_model_usage,
    list_project_usage,
    list_session_usage,
)
from tests.support.request_json import make_request, make_row
from tests.support.server_api import make_user
from tests.support.server_records import decode_request

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MODELS = ["claude-sonnet-4-20250514", "claude-fictive-2"]


def hours_before_ms(hours: float) -> int:
    """Return the time some hours before NOW, in milliseconds."""
    return int((NOW - timedelta(hours=hours)).timestamp() * 1000)


@pytest.fixture(scope="module")
def busy_user() -> User:
    """A user with many overlapping sessions."""
    rng, user = random.Random(3), make_user("busy")
    for number in range(12):
        rows = [
            make_row(
                NOW - timedelta(hours=rng.uniform(0, 48)),
                f"msg_{number}_{index}",
                rng.choice(MODELS),
                output_tokens=rng.randrange(100),
            )
            for index in range(20)
        ]
        request = make_request(
            *rows,
            project=f"project {number % 3}",
            session=f"s{number}",
            machine_id=f"m{number % 2}",
            account=rng.choice(["a", "b"]),
        )
        store_request(user, decode_request(request), NOW)
    return user


FILTERS: list[dict[str, object]] = [
    {},
    {"machine": "m1"},
    {"account": "a"},
    {"model": MODELS[0]},
    {"since_ms": hours_before_ms(30)},
    {"until_ms": hours_before_ms(12)},
    {"since_ms": hours_before_ms(30), "until_ms": hours_before_ms(12)},
    {
        "since_ms": hours_before_ms(30),
        "machine": "m0",
        "model": MODELS[1],
        "account": "b",
    },
    {"since_ms": hours_before_ms(1), "until_ms": hours_before_ms(2)},
    {"machine": "nobody's"},
]


def filter_snapshots(filters: Filters) -> list[UsageSnapshot]:
    """Apply the filters to every record."""
    since, until = filters.time_range
    snapshots = UsageSnapshot.objects.filter(user=filters.user).select_related(
        "session__project",
        "machine",
        "account",
        "model",
    )
    return [
        row
        for row in snapshots
        if since <= row.at_ms < until
        and filters.machine in {None, row.machine.machine_id}
        and filters.account in {None, row.account.key}
        and filters.model in {None, row.model.name}
    ]


def sum_rows(rows: list[UsageSnapshot]) -> Totals:
    total = ZERO_TOTALS
    for row in rows:
        total = total.plus(
            build_totals(
                [
                    row.messages,
                    row.input_tokens,
                    row.output_tokens,
                    row.cache_5m_tokens,
                    row.cache_1h_tokens,
                    row.cache_read_tokens,
                    row.cost_nano or 0,
                    int(row.cost_nano is None),
                ],
            ),
        )
    return total


@pytest.mark.parametrize("given", FILTERS, ids=str)
def test_listings_equal_sums_over_all_records(
    busy_user: User,
    given: dict[str, object],
) -> None:
    filters = Filters(busy_user.pk, **given)  # type: ignore[arg-type]
    rows = filter_snapshots(filters)
    sessions = {row.session.session_id for row in rows}
    names = {row.session.project.name for row in rows}

    assert aggregates.compute_total(filters) == sum_rows(rows)
    assert count_sessions_and_projects(filters) == (len(sessions), len(names))
    projects = list_project_usage(filters)
    assert {use.name for use in projects} == names
    for use in projects:
        group_rows = [
            row for row in rows if row.session.project.name == use.name
        ]
        assert use.totals == sum_rows(group_rows)
        assert use.sessions == len({row.session_id for row in group_rows})
        assert get_project_usage(filters, use.name) == use
    groups, count = list_session_usage(filters, limit=100)
    assert count == len(groups) == len(sessions)
    for session in groups:
        group_rows = [
            row for row in rows if row.session.session_id == session.session_id
        ]
        assert session.totals == sum_rows(group_rows)
    for model in list_model_usage(filters):
        group_rows = [row for row in rows if row.model.name == model.name]
        assert model.totals == sum_rows(group_rows)
    for machine in list_machine_usage(filters):
        group_rows = [
            row for row in rows if row.machine.machine_id == machine.machine_id
        ]
        assert machine.totals == sum_rows(group_rows)
    for account in list_account_usage(filters):
        group_rows = [row for row in rows if row.account.key == account.key]
        assert account.totals == sum_rows(group_rows)


def test_a_project_without_matching_usage_is_empty(
    busy_user: User,
) -> None:
    filters = Filters(busy_user.pk, model="claude-fictive-9")

    use = get_project_usage(filters, "project 1")

    assert use is not None
    assert (use.sessions, use.totals, use.first_ms) == (0, ZERO_TOTALS, None)
    assert get_project_usage(filters, "no such") is None


def test_pages_of_sessions_cover_all_sessions(busy_user: User) -> None:
    filters = Filters(busy_user.pk)
    all_sessions, count = list_session_usage(filters, limit=100)

    pages = [
        list_session_usage(filters, limit=5, offset=offset)
        for offset in range(0, count, 5)
    ]

    assert tuple(use for page, _ in pages for use in page) == all_sessions
    assert {count for _, count in pages} == {12}


def test_buckets_add_up_to_the_total(busy_user: User) -> None:
    filters = Filters(busy_user.pk)

    for width in (1, 4, 96):
        found = timeseries.load_step_totals(filters, width)
        total = ZERO_TOTALS
        for step, totals in found:
            assert step % width == 0
            total = total.plus(totals)
        assert total == aggregates.compute_total(filters)


def test_days_are_those_of_the_time_zone(ana: User) -> None:

    before_midnight = datetime(2026, 11, 23, 23, 50, tzinfo=UTC)
    store_request(
        ana, decode_request(make_request(make_row(before_midnight))), NOW
    )

    days = timeseries.load_daily_totals(
        Filters(ana.pk), ZoneInfo("Asia/Kathmandu")
    )

    assert [day.isoformat() for day in days] == ["2026-11-24"]
