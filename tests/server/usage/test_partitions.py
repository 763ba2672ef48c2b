from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claude_tray.core.limits import FIVE_HOUR
from claude_tray.server.usage.maintenance import prune_records
from tests.support.request_json import make_request, make_row
from tests.support.server_api import (
    ApiClient,
    create_access_token,
    create_device_token,
    make_user,
)

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User
    from tests.support.postgres import PostgresCluster


# The process that runs on PostgreSQL; see the last test.
ON_PARTITIONS = os.environ.get("CLAUDE_TRAY_TEST_PARTITIONS") == "1"
PARTITIONS = 64
# Tables that grow with use, and the columns of their keys.
TABLES = {
    "usage_usagesnapshot": "user_id, key",
    "usage_usagecell": "user_id, cell, machine_id, account_id, model_id",
    "usage_sessionshare": "user_id, session_id, machine_id, account_id,"
    " model_id",
    "usage_usageday": "user_id, utc_offset, day, machine_id, account_id,"
    " model_id",
    "usage_session": "user_id, id",
}
# Tables of users' data; all but the table of models.
OWN_TABLE = re.compile(r"usage_(?!model\b|server\b|horizon\b)\w+")
NOW = datetime.now(UTC)
QUERY = {"since": "2026-01-01T00:00:00Z", "machine": "m1", "model": "x"}
API_PATHS = (
    "stats/",
    "projects/",
    "projects/shop/",
    "projects/shop/sessions/",
    "sessions/s1/",
    "timeseries/",
    "machines/",
    "dashboard/",
    "/metrics",
)
PAGES = (
    "/",
    "/?days=365",
    "/?machine=m1&account=a",
    "/live/",
    "/projects/",
    "/projects/shop/",
    "/sessions/",
    "/sessions/s1/",
    "/machines/",
)


def partition_tables() -> None:
    """Replace the tables by empty ones with hash partitions."""
    with connection.cursor() as cursor:
        for table, key in TABLES.items():
            cursor.execute(f"""
                ALTER TABLE {table} RENAME TO old_{table};
                CREATE TABLE {table} (LIKE old_{table} INCLUDING DEFAULTS
                    INCLUDING IDENTITY) PARTITION BY HASH (user_id);
                ALTER TABLE {table} ADD PRIMARY KEY ({key});
                DROP TABLE old_{table} CASCADE
            """)
            for number in range(PARTITIONS):
                cursor.execute(
                    f"CREATE TABLE {table}_{number} PARTITION OF {table}"
                    f" FOR VALUES WITH (MODULUS {PARTITIONS},"
                    f" REMAINDER {number})"
                )
        cursor.execute("""
            CREATE INDEX ON usage_usagesnapshot (user_id, account_id, at_ms);
            CREATE INDEX ON usage_usagesnapshot (user_id, session_id, at_ms);
            CREATE UNIQUE INDEX ON usage_session (user_id, session_id);
            CREATE INDEX ON usage_session (user_id, last_ms);
            CREATE INDEX ON usage_session (user_id, project_id, last_ms)
        """)


def list_partitions(plan: Any) -> dict[str, set[str]]:
    """Return the partitions that a plan names, by table."""
    found: dict[str, set[str]] = {}
    nodes = [plan]
    while nodes:
        node = nodes.pop()
        if isinstance(node, list):
            nodes += node
        elif isinstance(node, dict):
            nodes += node.values()
            name = node.get("Relation Name", "")
            table, _, number = name.rpartition("_")
            if table in TABLES and number.isdecimal():
                found.setdefault(table, set()).add(name)
    return found


def explain(statement: str) -> Any:
    with connection.cursor() as cursor:
        # Parameters are in the captured text already.
        cursor.cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}".encode())
        (plan,) = cursor.fetchone()
    return json.loads(plan) if isinstance(plan, str) else plan


def send_everything(user: User) -> None:
    for number in range(3):
        agent = ApiClient(create_device_token(user, f"m{number}"))
        rows = [
            make_row(
                NOW - timedelta(hours=n), f"msg_{n}", output_tokens=number
            )
            for n in range(12)
        ]
        limit = {
            "name": FIVE_HOUR,
            "used_percentage": 5,
            "resets_at": (NOW + timedelta(hours=1)).isoformat(),
            "observed_at": NOW.isoformat(),
        }
        body = make_request(
            *rows,
            project="shop",
            session="s1",
            machine_id=f"m{number}",
            account="a",
            limits=[limit],
        )
        assert agent.post("agent-sync/", body).status == 200


def capture_all() -> list[str]:
    """Return the statements of all endpoints, pages and uploads."""
    user = make_user("parts")
    api = ApiClient(create_access_token(user))
    with CaptureQueriesContext(connection) as captured:
        send_everything(user)
        for path in API_PATHS:
            for query in ({}, QUERY):
                assert api.get(path, **query).status in {200, 404}, path
        api.client.force_login(user)
        for path in PAGES:
            assert api.client.get(path).status_code == 200, path
        list(prune_records(user.pk, 0))
    return [one["sql"] for one in captured.captured_queries]


@pytest.mark.skipif(not ON_PARTITIONS, reason="run by the last test")
def test_each_statement_reads_one_partition() -> None:
    partition_tables()
    statements = [
        sql
        for sql in capture_all()
        if OWN_TABLE.search(sql)
        and sql.lstrip().split()[0]
        in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}
    ]

    assert len(statements) > 100
    assert [sql for sql in statements if "user_id" not in sql] == []
    assert [
        (table, statement)
        for statement in statements
        for table, names in list_partitions(explain(statement)).items()
        if len(names) != 1
    ] == []


@pytest.mark.skipif(ON_PARTITIONS, reason="this is that run")
def test_all_statements_read_one_of_64_partitions(
    cluster: PostgresCluster,
) -> None:
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            __file__,
        ],
        env=os.environ
        | {
            "DATABASE_URL": cluster.create_database("partitions"),
            "CLAUDE_TRAY_TEST_PARTITIONS": "1",
        },
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout
    assert "1 passed" in result.stdout
