"""Limit what responses cost: queries, steps of SQLite and calls."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claude_tray.protocol.agent_sync import AgentSyncRequest
from claude_tray.protocol.codec import from_json
from claude_tray.server.usage.ingest import store_request
from tests.bench.server_uploads import generate_bodies
from tests.support.request_json import make_request, make_row
from tests.support.server_api import (
    ApiClient,
    create_access_token,
    create_device_token,
    make_user,
)
from tests.support.server_records import decode_request
from tests.support.workload import is_long_run, scale_count

if TYPE_CHECKING:
    from types import FrameType

    from claude_tray.server.accounts.models import User


NOW = datetime.now(UTC)
# One query is for the token's user; each of two accounts has a window.
QUERIES = {
    "stats/": 13,
    "projects/": 3,
    "projects/p1/": 6,
    "projects/p1/sessions/": 6,
    "sessions/s1/": 5,
    "timeseries/": 2,
    "machines/": 2,
    "dashboard/": 20,
    "/metrics": 19,
}
# Thousands of instructions.
MAX_SQL_STEPS = 2_000 if is_long_run() else 500
MAX_CALLS = 25_000
RECORD_COUNT = min(scale_count(100_000), 1_000_000)
REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("stats/", {}),
    ("stats/", {"machine": "m1", "since": "2026-06-01"}),
    ("projects/", {}),
    ("projects/", {"since": "2026-06-01", "until": "2026-07-01"}),
    ("projects/", {"model": "claude-opus-4-1-20250805"}),
    ("projects/project 1/", {}),
    ("projects/project 1/sessions/", {}),
    ("projects/project 1/sessions/", {"offset": 20, "machine": "m1"}),
    ("sessions/session-00000003/", {}),
    ("timeseries/", {"until": "2026-07-01"}),
    ("timeseries/", {"until": "2026-07-01", "step": "quarter"}),
    ("machines/", {}),
    ("dashboard/", {}),
    ("/metrics", {}),
]


def make_user_with_usage(projects: int, sessions: int, replies: int) -> User:
    """Create a user with some usage of every kind, on two machines."""
    user = make_user("used")
    for number in range(sessions):
        rows = [
            make_row(NOW - timedelta(minutes=n), f"msg_{number}_{n}")
            for n in range(replies)
        ]
        request = make_request(
            *rows,
            project=f"p{number % projects}",
            session=f"s{number}",
            machine_id=f"m{number % 2}",
            account=f"a{number % 2}",
        )
        store_request(user, decode_request(request), NOW)
    return user


@pytest.mark.parametrize("path", QUERIES)
def test_listings_use_a_constant_number_of_queries(path: str) -> None:
    counts = []
    for amounts in ((2, 2, 2), (5, 12, 6)):
        api = ApiClient(create_access_token(make_user_with_usage(*amounts)))
        # Its first use adds a token to the list of signed-in programs.
        api.get("machines/")
        # The first request sums the days that it shows.
        api.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert api.get(path).status == 200
        counts.append(len(queries))

    assert counts == [QUERIES[path]] * 2


def test_the_overview_uses_a_constant_number_of_queries() -> None:
    counts = []
    for amounts in ((2, 2, 2), (5, 12, 6)):
        client = Client(headers={"host": "localhost"})
        client.force_login(make_user_with_usage(*amounts))
        # The first request sums the days that it shows.
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 29


def test_ingestion_uses_a_constant_number_of_queries() -> None:
    counts = []
    # The first request of all adds models, which all users share.
    for amount in (1, 1, 200):
        user = make_user("sends")
        agent = ApiClient(create_device_token(user))
        agent.get("agent-sync/")
        rows = [make_row(NOW, f"msg_{n}") for n in range(amount)]
        with CaptureQueriesContext(connection) as queries:
            agent.post("agent-sync/", make_request(*rows, account="a"))
        counts.append(len(queries))

    assert counts[1] == counts[2] <= 35


@pytest.fixture(scope="module")
def long_history() -> ApiClient:
    user = make_user("long")
    for body in generate_bodies(RECORD_COUNT):
        store_request(user, from_json(body, AgentSyncRequest), NOW)
    return ApiClient(create_access_token(user))


class CostMeter:
    """
    Count steps of SQLite's virtual machine and calls of Python functions.

    Unlike seconds, both are the same on any machine.

    Attributes:
        sql_steps: Instructions of SQLite, in thousands.
        calls: Calls of Python functions.
    """

    def __init__(self) -> None:
        self.sql_steps = 0
        self.calls = 0

    def __enter__(self) -> Self:
        connection.ensure_connection()
        connection.connection.set_progress_handler(self._count_steps, 1_000)
        sys.setprofile(self._count_call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        connection.connection.set_progress_handler(None, 0)

    def _count_steps(self) -> int:
        self.sql_steps += 1
        return 0

    def _count_call(self, _: FrameType, event: str, __: Any) -> None:
        self.calls += event == "call"


@pytest.mark.timeout(1800)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="steps of SQLite")
@pytest.mark.parametrize(("path", "query"), REQUESTS, ids=str)
def test_responses_cost_little_with_a_long_history(
    long_history: ApiClient, path: str, query: dict[str, Any]
) -> None:
    # The first request sums days and finds the finished windows.
    assert long_history.get(path, **query).status == 200

    with CostMeter() as cost:
        long_history.get(path, **query)

    assert cost.sql_steps <= MAX_SQL_STEPS
    assert cost.calls <= MAX_CALLS
