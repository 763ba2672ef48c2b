"""Test the limits of sign-ins and of refreshing over real sockets."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import requests

from tests.support.request_json import make_row
from tests.support.server_process import PASSWORD, run_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.server_process import RunningServer


TIMEOUT_SECONDS = 60
FORWARDED = {
    "X-Forwarded-For": "192.0.2.7",
    "X-Forwarded-Proto": "https",
    "X-Real-IP": "192.0.2.7",
    "Forwarded": "for=192.0.2.7",
    "Via": "1.1 tunnel",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def database_env(request: pytest.FixtureRequest) -> dict[str, str]:
    if request.param == "sqlite":
        return {}
    cluster = request.getfixturevalue("cluster")
    return {"DATABASE_URL": cluster.create_database("doors")}


def try_page(url: str, name: str) -> int:
    with requests.Session() as browser:
        form = browser.get(f"{url}/sign-in/", timeout=TIMEOUT_SECONDS).text
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', form)
        assert token
        fields = {"username": name, "password": "Winter2026!!"}
        return browser.post(
            f"{url}/sign-in/",
            fields | {"csrfmiddlewaretoken": token[1]},
            timeout=TIMEOUT_SECONDS,
        ).status_code


def try_api(url: str, name: str) -> int:
    return requests.post(
        f"{url}/api/token/",
        json={"username": name, "password": "Winter2026!!"},
        timeout=TIMEOUT_SECONDS,
    ).status_code


def test_two_processes_count_the_attempts_of_both_doors_together(
    tmp_path: Path, database_env: dict[str, str]
) -> None:
    with (
        run_server(tmp_path, **database_env) as first,
        run_server(tmp_path, **database_env) as second,
    ):
        statuses = [
            door(server.url, f"v{n}")
            for n in range(3)
            for server in (first, second)
            for door in (try_page, try_api)
        ]

    refused = [status == 429 for status in statuses]
    assert refused == [False] * 10 + [True] * 2


@pytest.fixture
def claude_env(tmp_path: Path) -> dict[str, str]:
    """The owner's Claude folder with one response."""
    folder = tmp_path / "claude" / "projects" / "-home-ana-shop"
    folder.mkdir(parents=True)
    line = make_row(datetime.now(UTC), "msg_1") | {
        "type": "assistant",
        "cwd": "/home/ana/shop",
        "sessionId": "s1",
    }
    (folder / "s1.jsonl").write_text(json.dumps(line) + "\n")
    return {"CLAUDE_PATH": str(tmp_path / "claude")}


def refresh(server: RunningServer, name: str, **headers: str) -> int:
    token = requests.post(
        f"{server.url}/api/token/",
        json={"username": name, "password": PASSWORD},
        timeout=TIMEOUT_SECONDS,
    ).json()["access"]
    return requests.post(
        f"{server.url}/app/claude-usage/refresh/",
        headers={"Authorization": f"Bearer {token}"} | headers,
        timeout=TIMEOUT_SECONDS,
    ).status_code


@pytest.fixture
def guest_server(
    tmp_path: Path, claude_env: dict[str, str]
) -> Iterator[RunningServer]:
    with run_server(tmp_path / "own", **claude_env) as server:
        server.create_user("guest")
        server.create_user("boss", "--staff")
        yield server


def test_refreshing_through_a_proxy_or_tunnel_needs_staff(
    guest_server: RunningServer,
) -> None:
    passed_on = {
        name: refresh(guest_server, "guest", **{name: value})
        for name, value in FORWARDED.items()
    }

    assert passed_on == dict.fromkeys(FORWARDED, 403)
    assert refresh(guest_server, "guest") == 200
    assert refresh(guest_server, "boss", **FORWARDED) == 200


def test_refreshing_a_server_with_a_public_name_needs_staff(
    tmp_path: Path, claude_env: dict[str, str]
) -> None:
    hosts = {"CLAUDE_TRAY_ALLOWED_HOSTS": "usage.example.org,127.0.0.1"}
    with run_server(tmp_path / "own", **claude_env, **hosts) as server:
        server.create_user("guest")

        assert refresh(server, "guest") == 403
