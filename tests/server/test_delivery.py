"""Test the guarantees of agent-sync over HTTP on both databases."""

from __future__ import annotations

import gzip
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.support.request_json import make_request, make_row
from tests.support.server_process import run_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.server_process import RunningServer


APP = "/app/claude-usage/"
NOW = datetime.now(UTC)
TIMEOUT_SECONDS = 60
# The originally documented way to create a user, and a device token.
CREATE_USER_SCRIPT = """
from django.contrib.auth import get_user_model
from django.utils import timezone
from rest_framework_simplejwt.tokens import RefreshToken
from claude_tray.server.accounts.api_tokens import create_api_token
user = get_user_model().objects.create(username="{name}", email="{name}@x.org")
print(create_api_token(user, "send", "laptop", timezone.now())[1])
print(RefreshToken.for_user(user).access_token)
"""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def each_server(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningServer]:
    """A running server on each database in turn."""
    environment = {}
    if request.param == "postgresql":
        cluster = request.getfixturevalue("cluster")
        environment["DATABASE_URL"] = cluster.create_database("delivery")
    with run_server(
        tmp_path_factory.mktemp("both"), **environment
    ) as live_server:
        yield live_server


class ApiUser:
    """A user with a device token and an access token."""

    def __init__(self, live_server: RunningServer, name: str) -> None:
        self._url = live_server.url
        output = live_server.run_command(
            "shell", "-c", CREATE_USER_SCRIPT.format(name=name)
        )
        device, self.access_token = output.splitlines()[-2:]
        self._authorization = f"Bearer {device}"

    def send(self, body: dict[str, Any]) -> requests.Response:
        """Send a request; repeat it while another one is being stored."""
        while True:
            response = requests.post(
                f"{self._url}{APP}agent-sync/",
                json=body,
                headers={"Authorization": self._authorization},
                timeout=TIMEOUT_SECONDS,
            )
            if response.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                return response
            assert float(response.headers["Retry-After"]) > 0
            time.sleep(0.1)

    def stats(self) -> dict[str, Any]:
        response = requests.get(
            f"{self._url}{APP}stats/",
            headers={"Authorization": f"Token {self.access_token}"},
            timeout=TIMEOUT_SECONDS,
        )
        response.raise_for_status()
        return dict(response.json())


def make_rows(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [
        make_row(NOW - timedelta(seconds=n), f"msg_{n}", output_tokens=n)
        for n in range(first, first + count)
    ]


def test_the_originally_published_payload_is_accepted(
    each_server: RunningServer,
) -> None:
    user = ApiUser(each_server, "first")

    response = user.send(
        {
            "projects": [
                {
                    "name": "shop",
                    "path": "~/.claude/projects/-home-ana-shop",
                    "sessions": [
                        {"session_id": "s1", "messages": make_rows(3)},
                    ],
                },
            ],
        },
    )

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.json()["message"] == (
        "Synced 1 projects, 1 sessions, 3 snapshots"
    )
    assert user.stats()["total_messages"] == 3


def test_a_batch_sent_concurrently_is_stored_once(
    each_server: RunningServer,
) -> None:
    user = ApiUser(each_server, "many")
    body = make_request(*make_rows(200))

    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(user.send, [body] * 8))

    assert {response.status_code for response in responses} == {200}
    created = [response.json()["snapshots_created"] for response in responses]
    assert sorted(created) == [0] * 7 + [200]
    stats = user.stats()
    assert stats["total_messages"] == 200
    assert stats["total_output_tokens"] == sum(range(200))


def test_parallel_batches_of_one_user_add_up(
    each_server: RunningServer,
) -> None:
    user = ApiUser(each_server, "parallel")
    bodies = [
        make_request(*make_rows(100, 90 * n), session=f"s{n % 2}")
        for n in range(8)
    ]

    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(user.send, bodies))

    assert {response.status_code for response in responses} == {200}
    assert user.stats()["total_messages"] == 730
    assert user.stats()["total_output_tokens"] == sum(range(730))


def test_a_failing_client_does_not_delay_other_users(
    each_server: RunningServer,
) -> None:
    user, other = ApiUser(each_server, "one"), ApiUser(each_server, "two")

    def both_send(n: int) -> set[int]:
        body = make_request(*make_rows(50, 50 * n))
        return {user.send(body).status_code, other.send(body).status_code}

    with ThreadPoolExecutor(4) as pool:
        statuses = set().union(*pool.map(both_send, range(4)))

    assert statuses == {200}
    assert user.stats()["total_messages"] == 200
    assert other.stats()["total_messages"] == 200


def test_large_and_truncated_bodies_are_rejected(
    each_server: RunningServer,
) -> None:
    user = ApiUser(each_server, "large")
    url, token = f"{each_server.url}{APP}agent-sync/", user.access_token
    headers = {"Authorization": token, "Content-Type": "application/json"}

    def post(data: bytes, **more: str) -> int:
        named = headers | {k.replace("_", "-"): v for k, v in more.items()}
        return requests.post(
            url, data, headers=named, timeout=TIMEOUT_SECONDS
        ).status_code

    assert post(b" " * (9 << 20)) == 413
    assert post(_make_gzip_bomb(), Content_Encoding="gzip") == 413
    assert post(b"\x1f\x8b torn", Content_Encoding="gzip") == 400
    assert post(b"{}", Content_Encoding="br") == 415
    assert post(b"{") == 400
    assert post(b'{"projects": 3}') == 400
    assert post(b"{}", Content_Type="text/plain") == 415


def test_slow_clients_do_not_block_the_server(
    each_server: RunningServer,
) -> None:
    host, port = each_server.url.removeprefix("http://").split(":")
    head = (
        b"POST /app/claude-usage/agent-sync/ HTTP/1.1\r\nHost: localhost\r\n"
    )
    with ExitStack() as stack:
        for _ in range(200):
            one = socket.create_connection((host, int(port)))
            stack.enter_context(one)
            one.sendall(head)
        for _ in range(10):
            response = requests.get(f"{each_server.url}/healthz", timeout=5)
            assert response.json() == {"status": "ok"}


def test_readiness_is_reported(each_server: RunningServer) -> None:
    response = requests.get(
        f"{each_server.url}/readyz", timeout=TIMEOUT_SECONDS
    )

    assert response.json() == {"status": "ready"}
    assert each_server.run_command("check", "--deploy").startswith(
        "System check identified no issues",
    )


def _make_gzip_bomb() -> bytes:
    """Return 200 MiB of spaces, compressed."""
    return gzip.compress(b" " * (200 << 20), 9)
