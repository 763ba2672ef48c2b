"""`claude-tray server partition` while a tray keeps sending."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

import psycopg
import pytest
import requests

from claude_tray.server.usage.partition_schema import LARGE_TABLES
from claude_tray.server.usage.row_mapping import ROW_COLUMNS
from tests.support.request_json import make_request, make_row
from tests.support.server_process import PASSWORD, run_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.postgres import PostgresCluster
    from tests.support.server_process import RunningServer


START = datetime.now(UTC) - timedelta(days=2)
ROWS_PER_REQUEST = 50
OUTPUT_TOKENS = 7
# Enough to be still copying when the first run is killed.
OTHER_ROWS = 100_000
KINDS_SQL = b"SELECT relname, relkind FROM pg_class WHERE relname = ANY(%s)"
LEFTOVERS_SQL = b"""
    SELECT relname FROM pg_class
    WHERE relname ~ '^usage_.*_(new|old)$' OR relname = 'usage_partitioning'
    UNION SELECT proname FROM pg_proc WHERE proname LIKE 'usage_%%_mirror'
"""
# Rows with keys of their own, which no sum counts.
FILL_SQL = """
    INSERT INTO usage_usagesnapshot (user_id, key, COLUMNS)
    SELECT user_id, number, COLUMNS FROM usage_usagesnapshot,
        generate_series(1, %s) AS number
""".replace("COLUMNS", ", ".join(ROW_COLUMNS[2:]))


class SendingTray:
    """Sends requests with new messages until it is stopped."""

    def __init__(self, server: RunningServer, token: str) -> None:
        self._url = f"{server.url}/app/claude-usage/agent-sync/"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.bodies: list[dict[str, Any]] = []
        self.statuses: set[int] = set()
        self.slowest = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_stopped.set()
        self._thread.join()

    def send(self, body: dict[str, Any]) -> dict[str, Any]:
        """Send a request, and again while another one is stored."""
        while True:
            began = time.monotonic()
            response = requests.post(
                self._url, json=body, headers=self._headers, timeout=60
            )
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.statuses.add(response.status_code)
            if response.status_code != 503:
                receipt: dict[str, Any] = response.json()
                return receipt
            time.sleep(0.05)

    def _run(self) -> None:
        while not self._is_stopped.is_set():
            number = len(self.bodies)
            rows = [
                make_row(
                    START + timedelta(seconds=n),
                    f"msg_{n}",
                    output_tokens=OUTPUT_TOKENS,
                )
                for n in range(
                    number * ROWS_PER_REQUEST, (number + 1) * ROWS_PER_REQUEST
                )
            ]
            body = make_request(*rows, session=f"s{number}", account="a")
            self.send(body)
            self.bodies.append(body)


def query(url: str, sql: bytes, *values: object) -> list[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(sql, values)
        return list(cursor) if cursor.description else []


def wait_until_copying(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        time.sleep(0.02)
        if query(url, b"SELECT to_regclass('usage_usagesnapshot_new')")[0][0]:
            sql = b"SELECT count(*) FROM usage_usagesnapshot_new"
            if query(url, sql)[0][0] > 10_000:
                return
    pytest.fail("nothing was copied")


def read_stats(server: RunningServer) -> dict[str, Any]:
    access = requests.post(
        f"{server.url}/api/token/",
        json={"username": "ana", "password": PASSWORD},
        timeout=60,
    ).json()["access"]
    response = requests.get(
        f"{server.url}/app/claude-usage/stats/",
        headers={"Authorization": f"Bearer {access}"},
        timeout=60,
    )
    stats: dict[str, Any] = response.json()
    return stats


def start_partitioning(server: RunningServer) -> subprocess.Popen[str]:
    args = [sys.executable, "-m", "claude_tray", "server", "partition"]
    return subprocess.Popen(
        args, env=server.env, text=True, stdout=subprocess.PIPE
    )


@pytest.mark.timeout(300)
def test_uploads_continue_while_a_killed_run_moves_the_tables(
    tmp_path: Path, cluster: PostgresCluster
) -> None:
    url = cluster.create_database("moving")
    with run_server(tmp_path, DATABASE_URL=url) as server:
        token = server.create_device_token(server.create_user("ana"))
        tray = SendingTray(server, token)
        tray.send(make_request(make_row(START, "first"), account="a"))
        query(url, FILL_SQL.encode(), OTHER_ROWS)

        with tray:
            killed = start_partitioning(server)
            wait_until_copying(url)
            killed.kill()
            killed.communicate()
            sent_before = len(tray.bodies)
            time.sleep(0.5)
            sent_between = len(tray.bodies) - sent_before
            second = start_partitioning(server)
            output, _ = second.communicate(timeout=200)
            sent_meanwhile = len(tray.bodies) - sent_before - sent_between
            time.sleep(0.5)

        receipts = [tray.send(body) for body in tray.bodies]
        stats = read_stats(server)

    assert second.returncode == 0
    assert output.splitlines()[-1] == "Done."
    assert tray.statuses <= {200, 503}
    assert sent_between > 0
    assert sent_meanwhile > 0
    assert tray.slowest < 10
    sent = len(tray.bodies) * ROWS_PER_REQUEST
    assert {
        r["snapshots_created"] + r["snapshots_updated"] for r in receipts
    } == {0}
    assert stats["total_messages"] == sent + 1
    assert stats["total_output_tokens"] == sent * OUTPUT_TOKENS + 1
    (count,) = query(url, b"SELECT count(*) FROM usage_usagesnapshot")
    assert count == (sent + 1 + OTHER_ROWS,)
    kinds = query(url, KINDS_SQL, list(LARGE_TABLES))
    assert sorted(kinds) == sorted((table, "p") for table in LARGE_TABLES)
    assert query(url, LEFTOVERS_SQL) == []
