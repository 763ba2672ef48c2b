"""What agents are promised, over HTTP, on both databases."""

from __future__ import annotations

import gzip
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.support.sending import a_request, a_row
from tests.support.serving import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.serving import Served

APP = "/app/claude-usage/"
NOW = datetime.now(UTC)
SECONDS = 60
# The first description's recipe, and a device's token.
PERSON = """
from django.contrib.auth import get_user_model
from django.utils import timezone
from rest_framework_simplejwt.tokens import RefreshToken
from claude_tray.server.accounts.tokens import create
user = get_user_model().objects.create(username="{name}", email="{name}@x.org")
print(create(user, "laptop", timezone.now()))
print(RefreshToken.for_user(user).access_token)
"""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def both(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """A running server on each database in turn."""
    environment = {}
    if request.param == "postgresql":
        cluster = request.getfixturevalue("cluster")
        environment["DATABASE_URL"] = cluster.new_database("delivery")
    with serving(tmp_path_factory.mktemp("both"), **environment) as served:
        yield served


class Person:
    """One who has a token for a machine and one for reading."""

    def __init__(self, served: Served, name: str) -> None:
        self._url = served.url
        made = served.command("shell", "-c", PERSON.format(name=name))
        device, self.access = made.splitlines()[-2:]
        self._token = f"Bearer {device}"

    def send(self, body: dict[str, Any]) -> requests.Response:
        return requests.post(
            f"{self._url}{APP}agent-sync/",
            json=body,
            headers={"Authorization": self._token},
            timeout=SECONDS,
        )

    def stats(self) -> dict[str, Any]:
        answer = requests.get(
            f"{self._url}{APP}stats/",
            headers={"Authorization": f"Token {self.access}"},
            timeout=SECONDS,
        )
        answer.raise_for_status()
        return dict(answer.json())


def some_rows(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [
        a_row(NOW - timedelta(seconds=n), f"msg_{n}", output_tokens=n)
        for n in range(first, first + count)
    ]


def test_the_payload_of_the_first_description_is_taken(both: Served) -> None:
    person = Person(both, "first")

    answer = person.send(
        {
            "projects": [
                {
                    "name": "shop",
                    "path": "~/.claude/projects/-home-ana-shop",
                    "sessions": [
                        {"session_id": "s1", "messages": some_rows(3)},
                    ],
                },
            ],
        },
    )

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["message"] == (
        "Synced 1 projects, 1 sessions, 3 snapshots"
    )
    assert person.stats()["total_messages"] == 3


def test_one_batch_sent_by_many_at_once_is_kept_once(both: Served) -> None:
    person = Person(both, "many")
    body = a_request(*some_rows(200))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(person.send, [body] * 8))

    assert {answer.status_code for answer in answers} == {200}
    created = [answer.json()["snapshots_created"] for answer in answers]
    assert sorted(created) == [0] * 7 + [200]
    stats = person.stats()
    assert stats["total_messages"] == 200
    assert stats["total_output_tokens"] == sum(range(200))


def test_parallel_batches_of_one_person_add_up(both: Served) -> None:
    person = Person(both, "parallel")
    bodies = [
        a_request(*some_rows(100, 90 * n), session=f"s{n % 2}")
        for n in range(8)
    ]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(person.send, bodies))

    assert {answer.status_code for answer in answers} == {200}
    assert person.stats()["total_messages"] == 730
    assert person.stats()["total_output_tokens"] == sum(range(730))


def test_people_do_not_wait_for_each_others_mistakes(both: Served) -> None:
    person, other = Person(both, "one"), Person(both, "two")

    def both_send(n: int) -> set[int]:
        body = a_request(*some_rows(50, 50 * n))
        return {person.send(body).status_code, other.send(body).status_code}

    with ThreadPoolExecutor(4) as pool:
        statuses = set().union(*pool.map(both_send, range(4)))

    assert statuses == {200}
    assert person.stats()["total_messages"] == 200
    assert other.stats()["total_messages"] == 200


def test_bodies_too_large_or_torn_are_refused(both: Served) -> None:
    person = Person(both, "large")
    url, token = f"{both.url}{APP}agent-sync/", person.access
    headers = {"Authorization": token, "Content-Type": "application/json"}

    def post(data: bytes, **more: str) -> int:
        named = headers | {k.replace("_", "-"): v for k, v in more.items()}
        return requests.post(
            url, data, headers=named, timeout=SECONDS
        ).status_code

    assert post(b" " * (9 << 20)) == 413
    assert post(_bomb(), Content_Encoding="gzip") == 413
    assert post(b"\x1f\x8b torn", Content_Encoding="gzip") == 400
    assert post(b"{}", Content_Encoding="br") == 415
    assert post(b"{") == 400
    assert post(b'{"projects": 3}') == 400
    assert post(b"{}", Content_Type="text/plain") == 415


def test_slow_clients_leave_the_server_answering(both: Served) -> None:
    host, port = both.url.removeprefix("http://").split(":")
    head = (
        b"POST /app/claude-usage/agent-sync/ HTTP/1.1\r\nHost: localhost\r\n"
    )
    with ExitStack() as stack:
        for _ in range(200):
            one = socket.create_connection((host, int(port)))
            stack.enter_context(one)
            one.sendall(head)
        for _ in range(10):
            answer = requests.get(f"{both.url}/healthz", timeout=5)
            assert answer.json() == {"status": "ok"}


def test_it_says_whether_it_is_ready(both: Served) -> None:
    answer = requests.get(f"{both.url}/readyz", timeout=SECONDS)

    assert answer.json() == {"status": "ready"}
    assert both.command("check", "--deploy").startswith(
        "System check identified no issues",
    )


def _bomb() -> bytes:
    """Return 200 MiB of blanks, packed."""
    return gzip.compress(b" " * (200 << 20), 9)
