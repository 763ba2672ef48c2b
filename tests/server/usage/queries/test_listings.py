from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from claude_tray.domain.totals import NOTHING, Totals
from claude_tray.server.usage.models import UsageSnapshot
from claude_tray.server.usage.queries import listings, series, sums
from claude_tray.server.usage.queries.filters import Filters
from claude_tray.server.usage.queries.sums import totals_of
from claude_tray.server.usage.receive import receive
from tests.support.sending import a_request, a_row
from tests.support.sent import decoded
from tests.support.server import a_user

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MODELS = ["claude-sonnet-4-20250514", "claude-fictive-2"]


def ms(hours: float) -> int:
    """Return so many hours before NOW in milliseconds."""
    return int((NOW - timedelta(hours=hours)).timestamp() * 1000)


@pytest.fixture(scope="module")
def busy() -> User:
    """One who worked in many sessions that lie across each other."""
    chance, user = random.Random(3), a_user("busy")
    for number in range(12):
        rows = [
            a_row(
                NOW - timedelta(hours=chance.uniform(0, 48)),
                f"msg_{number}_{place}",
                chance.choice(MODELS),
                output_tokens=chance.randrange(100),
            )
            for place in range(20)
        ]
        request = a_request(
            *rows,
            project=f"project {number % 3}",
            session=f"s{number}",
            machine_id=f"m{number % 2}",
            account=chance.choice(["a", "b"]),
        )
        receive(user, decoded(request), NOW)
    return user


FILTERS: list[dict[str, object]] = [
    {},
    {"machine": "m1"},
    {"account": "a"},
    {"model": MODELS[0]},
    {"since_ms": ms(30)},
    {"until_ms": ms(12)},
    {"since_ms": ms(30), "until_ms": ms(12)},
    {"since_ms": ms(30), "machine": "m0", "model": MODELS[1], "account": "b"},
    {"since_ms": ms(1), "until_ms": ms(2)},
    {"machine": "nobody's"},
]


def replies(filters: Filters) -> list[UsageSnapshot]:
    """Return all that the filters leave, by looking at every reply."""
    since, until = filters.span
    found = UsageSnapshot.objects.filter(user=filters.user).select_related(
        "session__project",
        "machine",
        "account",
        "model",
    )
    return [
        row
        for row in found
        if since <= row.at_ms < until
        and filters.machine in {None, row.machine.machine_id}
        and filters.account in {None, row.account.key}
        and filters.model in {None, row.model.name}
    ]


def added_up(rows: list[UsageSnapshot]) -> Totals:
    total = NOTHING
    for row in rows:
        total = total.plus(
            totals_of(
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
def test_listings_are_what_adding_up_every_reply_gives(
    busy: User,
    given: dict[str, object],
) -> None:
    filters = Filters(busy.pk, **given)  # type: ignore[arg-type]
    rows = replies(filters)
    sessions = {row.session.session_id for row in rows}
    names = {row.session.project.name for row in rows}

    assert sums.total(filters) == added_up(rows)
    assert listings.counts(filters) == (len(sessions), len(names))
    projects = listings.projects(filters)
    assert {use.name for use in projects} == names
    for use in projects:
        own = [row for row in rows if row.session.project.name == use.name]
        assert use.totals == added_up(own)
        assert use.sessions == len({row.session_id for row in own})
        assert listings.project(filters, use.name) == use
    uses, count = listings.sessions(filters, limit=100)
    assert count == len(uses) == len(sessions)
    for session in uses:
        own = [
            row for row in rows if row.session.session_id == session.session_id
        ]
        assert session.totals == added_up(own)
    for model in listings.models(filters):
        own = [row for row in rows if row.model.name == model.name]
        assert model.totals == added_up(own)
    for machine in listings.machines(filters):
        own = [
            row for row in rows if row.machine.machine_id == machine.machine_id
        ]
        assert machine.totals == added_up(own)
    for account in listings.accounts(filters):
        own = [row for row in rows if row.account.key == account.key]
        assert account.totals == added_up(own)


def test_a_project_without_usage_of_that_kind_is_empty(busy: User) -> None:
    filters = Filters(busy.pk, model="claude-fictive-9")

    use = listings.project(filters, "project 1")

    assert use is not None
    assert (use.sessions, use.totals, use.first_ms) == (0, NOTHING, None)
    assert listings.project(filters, "no such") is None


def test_pages_of_sessions_join_to_the_whole(busy: User) -> None:
    filters = Filters(busy.pk)
    whole, count = listings.sessions(filters, limit=100)

    pages = [
        listings.sessions(filters, limit=5, offset=offset)
        for offset in range(0, count, 5)
    ]

    assert tuple(use for page, _ in pages for use in page) == whole
    assert {count for _, count in pages} == {12}


def test_quarters_of_an_hour_add_up_to_the_whole(busy: User) -> None:
    filters = Filters(busy.pk)

    for width in (1, 4, 96):
        found = series.steps(filters, width)
        total = NOTHING
        for step, totals in found:
            assert step % width == 0
            total = total.plus(totals)
        assert total == sums.total(filters)


def test_days_are_those_of_the_time_zone(ana: User) -> None:

    before_midnight = datetime(2026, 11, 23, 23, 50, tzinfo=UTC)
    receive(ana, decoded(a_request(a_row(before_midnight))), NOW)

    days = series.days(Filters(ana.pk), ZoneInfo("Asia/Kathmandu"))

    assert [day.isoformat() for day in days] == ["2026-11-24"]
