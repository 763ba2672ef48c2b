"""Measure the cost of responses: queries, and CPU with a long history."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claude_tray.protocol.agent_sync import AgentSyncRequest
from claude_tray.protocol.codec import from_json
from claude_tray.server.usage.ingest import store_request
from tests.bench.server import generate_bodies
from tests.support.request_json import make_request, make_row
from tests.support.server_api import (
    ApiClient,
    create_access_token,
    create_device_token,
    make_user,
)
from tests.support.server_records import decode_request
from tests.support.workload import scale_count

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


NOW = datetime.now(UTC)
# One query is for the token's user; each of two accounts has a window.
QUERIES = {
    "stats/": 13,
    "projects/": 4,
    "projects/p1/": 8,
    "projects/p1/sessions/": 9,
    "sessions/s1/": 6,
    "timeseries/": 2,
    "machines/": 2,
    "dashboard/": 21,
    "/metrics": 20,
}
MAX_CPU_MS = 50
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
        with CaptureQueriesContext(connection) as queries:
            assert api.get(path).status == 200
        counts.append(len(queries))

    assert counts == [QUERIES[path]] * 2


def test_ingestion_uses_a_constant_number_of_queries() -> None:
    counts = []
    for amount in (1, 200):
        user = make_user("sends")
        agent = ApiClient(create_device_token(user))
        agent.get("agent-sync/")
        rows = [make_row(NOW, f"msg_{n}") for n in range(amount)]
        with CaptureQueriesContext(connection) as queries:
            agent.post("agent-sync/", make_request(*rows, account="a"))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 30


@pytest.fixture(scope="module")
def long_history() -> ApiClient:
    user = make_user("long")
    for body in generate_bodies(RECORD_COUNT):
        store_request(user, from_json(body, AgentSyncRequest), NOW)
    return ApiClient(create_access_token(user))


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("path", "query"), REQUESTS, ids=str)
def test_no_response_takes_long(
    long_history: ApiClient,
    path: str,
    query: dict[str, Any],
) -> None:
    took = []
    for _ in range(20):
        began = time.process_time()
        response = long_history.get(path, **query)
        took.append((time.process_time() - began) * 1000)
        assert response.status == 200

    assert sorted(took)[18] <= MAX_CPU_MS
