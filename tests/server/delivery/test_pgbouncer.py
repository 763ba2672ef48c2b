"""Test the server on a pool that shares connections by transaction."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from tests.support.http_client import HttpClient
from tests.support.pgbouncer import find_pgbouncer, run_pgbouncer
from tests.support.request_json import make_request, make_row
from tests.support.server_process import PASSWORD, run_server_command
from tests.support.web_servers import run_web_server, wait_until_serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.postgres import PostgresCluster


pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or find_pgbouncer() is None,
    reason="needs pgbouncer",
)
API: Final = "/app/claude-usage/"
BATCHES: Final = 8
BATCH_ROWS: Final = 1000
TOTAL: Final = BATCHES * BATCH_ROWS


class PooledSite(NamedTuple):
    """Two servers that started together on one pool, and its user."""

    ports: list[int]
    variables: dict[str, str]
    token: str

    def open_client(self, number: int = 0) -> HttpClient:
        return HttpClient(f"http://localhost:{self.ports[number % 2]}")


@pytest.fixture(scope="module")
def site(
    cluster: PostgresCluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PooledSite]:
    cluster.create_database("pooled")
    folder = tmp_path_factory.mktemp("pooled")
    with ExitStack() as stack:
        pool = stack.enter_context(run_pgbouncer(cluster.port, pool_size=2))
        variables = {
            "CLAUDE_TRAY_HOME": str(folder),
            "CLAUDE_TRAY_SECRET_KEY": "k" * 60,
            "DATABASE_HOST": "127.0.0.1",
            "DATABASE_PORT": str(pool),
            "DATABASE_USER": "postgres",
            "DATABASE_NAME": "pooled",
        }
        ports = [
            stack.enter_context(
                run_web_server("waitress", variables, folder / name)
            )[0]
            for name in ("first", "second")
        ]
        for port in ports:
            wait_until_serving(port)
        run_server_command(
            variables,
            *("create-user", "ana", "--email", "ana@example.org"),
            "--password-stdin",
            stdin=PASSWORD,
        )
        token = run_server_command(
            variables, "create-token", "ana", "--machine", "laptop"
        )
        yield PooledSite(ports, variables, token)


def test_uploads_pages_and_exports_share_two_connections(
    site: PooledSite,
) -> None:
    now = datetime.now(UTC)

    def send(number: int) -> int:
        first = number * BATCH_ROWS
        rows = [
            make_row(now - timedelta(seconds=n), f"m{n}", output_tokens=1)
            for n in range(first, first + BATCH_ROWS)
        ]
        while True:
            response = site.open_client(number).post_json(
                f"{API}agent-sync/",
                make_request(*rows),
                Authorization=f"Bearer {site.token}",
            )
            if response.status != HTTPStatus.SERVICE_UNAVAILABLE:
                return response.status
            # One request of a user is stored at a time.
            time.sleep(float(response.headers["Retry-After"]))

    def export(_: int) -> list[str]:
        output = run_server_command(site.variables, "export", "ana")
        return output.splitlines()[1:]

    with ThreadPoolExecutor(4) as threads:
        statuses = list(threads.map(send, range(BATCHES)))
    with ThreadPoolExecutor(3) as threads:
        exports = threads.map(export, range(3))
        client = site.open_client()
        client.post_form("/sign-in/", username="ana", password=PASSWORD)
        pages = [client.get(path).status for path in ("/", "/projects/") * 5]
        stats = client.get(f"{API}stats/")
        rows = list(exports)

    assert statuses == [200] * BATCHES
    assert set(pages) == {200}
    assert stats.json()["total_messages"] == TOTAL
    assert [len(one) for one in rows] == [TOTAL] * 3
    assert rows[0] == rows[1] == rows[2]


@pytest.mark.parametrize(
    "command", ["migrate", "check", "reprice", "prune --older-than 400"]
)
def test_commands_run_on_the_pool(site: PooledSite, command: str) -> None:
    run_server_command(site.variables, *command.split())
