from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claude_tray.core.limits import FIVE_HOUR
from claude_tray.server.teams.models import Role
from claude_tray.server.teams.reports import queue_reports
from claude_tray.server.teams.users import delete_user
from claude_tray.server.usage.maintenance import prune_records
from claude_tray.server.usage.partition_schema import LARGE_TABLES
from tests.server.teams.roster import add_member, make_team
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
HERE = Path(__file__).parent
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
    "comparison/",
    "accounts/",
    "sessions/s1/records/",
    "timeseries/?by=project",
    "timeseries/?by=kind",
    "tokens/",
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
    "/account/",
    "/usage.csv",
    "/projects.csv",
    "/sessions.csv",
    "/my-data/",
)
# Pages and files of a team, which read its members.
TEAM_PATHS = (
    "",
    "?days=365",
    "people/",
    "people/{user}/",
    "budgets/",
    "settings/",
    "log/",
    *(
        f"export/{kind}.csv"
        for kind in ("people", "projects", "models", "accounts", "months")
    ),
)


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
            if table in LARGE_TABLES and number.isdecimal():
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


def run(*command: str) -> None:
    call_command(*command, stdout=StringIO())


def capture_own_use() -> list[str]:
    """Return the statements of what a user sees and sends."""
    user = make_user("parts")
    api = ApiClient(create_access_token(user))
    with CaptureQueriesContext(connection) as captured:
        send_everything(user)
        for path in API_PATHS:
            for query in ({}, QUERY):
                assert api.get(path, **query).status in {200, 404}, path
        api.client.force_login(user)
        for path in PAGES:
            response = api.client.get(path)
            assert response.status_code == 200, path
            # Files are written while they are read.
            b"".join(response)
        b"".join(api.client.post("/my-data/export/"))
        run("export", user.username)
        run("reprice")
        list(prune_records(user.pk, 0))
    return [one["sql"] for one in captured.captured_queries]


def capture_team_use() -> list[str]:
    """Return the statements of what the lead of two people sees."""
    lead, member = make_user("lead"), make_user("member")
    for user in (lead, member):
        send_everything(user)
    # Afterwards, so that no thread evaluates alerts meanwhile.
    team = make_team()
    add_member(team, lead, Role.ADMIN)
    add_member(team, member, shares_sessions=True)
    client = ApiClient().client
    client.force_login(lead)
    with CaptureQueriesContext(connection) as captured:
        for path in TEAM_PATHS:
            address = f"/team/{team.pk}/{path.format(user=member.pk)}"
            response = client.get(address)
            assert response.status_code == 200, address
            b"".join(response)
        api = ApiClient(create_access_token(lead))
        assert api.get("teams/").status == 200
        assert api.get(f"teams/{team.pk}/").status == 200
        run("check_alerts")
        queue_reports(timezone.now())
        delete_user(None, member)
    return [one["sql"] for one in captured.captured_queries]


def select_usage(statements: list[str]) -> list[str]:
    verbs = {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}
    # Exports read with a cursor.
    plain = [re.sub("^DECLARE .* CURSOR .* FOR ", "", s) for s in statements]
    return [
        sql
        for sql in plain
        if OWN_TABLE.search(sql) and sql.lstrip().split()[0] in verbs
    ]


@pytest.mark.skipif(not ON_PARTITIONS, reason="run by the last test")
def test_each_statement_reads_one_partition() -> None:
    own = select_usage(capture_own_use())
    of_team = select_usage(capture_team_use())

    assert len(own) > 200
    assert len(of_team) > 50
    assert [sql for sql in own + of_team if "user_id" not in sql] == []
    for statements, members in ((own, 1), (of_team, 2)):
        assert [
            (table, len(names), statement)
            for statement in statements
            for table, names in list_partitions(explain(statement)).items()
            if len(names) > members
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
            HERE / "test_partition_steps.py",
            __file__,
        ],
        env=os.environ
        | {
            "DATABASE_URL": cluster.create_database("partitions"),
            "CLAUDE_TRAY_TEST_PARTITIONS": "1",
        },
        cwd=HERE.parents[2],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout
    assert "6 passed" in result.stdout
