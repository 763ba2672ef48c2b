from __future__ import annotations

import os
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from django.db import connection

from claude_tray.platform.file_lock import FileLock
from claude_tray.server.usage.user_slots import (
    UserBusyError,
    claim_user_slot,
    take_writer_turn,
)
from tests.support.request_json import make_request, make_row
from tests.support.server_api import ApiClient, create_device_token

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User
    from tests.support.server_process import RunningServer


NOW = datetime.now(UTC)


def build_body(machine: int, first: int, count: int) -> dict[str, Any]:
    rows = [make_row(NOW, f"msg_{n}") for n in range(first, first + count)]
    return make_request(*rows, machine_id=f"m{machine}", account="a")


def test_a_second_request_of_a_user_gets_a_time_to_retry(
    ana: User, bob: User
) -> None:
    body = build_body(1, 0, 1)
    agent = ApiClient(create_device_token(ana))

    with claim_user_slot(ana.pk):
        response = agent.post("agent-sync/", body)
        with claim_user_slot(bob.pk), pytest.raises(UserBusyError):
            claim_user_slot(ana.pk).__enter__()

    assert response.status == 503
    assert response.body["code"] == "user_busy"
    assert int(response.headers["Retry-After"]) >= 1
    assert agent.post("agent-sync/", body).status == 200


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a lock of SQLite")
def test_another_process_that_stores_the_same_user_is_not_waited_for(
    ana: User, bob: User
) -> None:
    name = connection.settings_dict["NAME"]
    # A lock of a file has one holder, whichever process it is in.
    other = FileLock(Path(f"{name}.user-{ana.pk}.lock"))
    assert other.acquire()

    with pytest.raises(UserBusyError):
        claim_user_slot(ana.pk).__enter__()
    with claim_user_slot(bob.pk):
        pass
    other.release()

    with claim_user_slot(ana.pk):
        assert not other.acquire()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a lock of SQLite")
def test_a_thread_waits_for_another_process_for_a_moment_only(
    ana: User,
) -> None:
    agent = ApiClient(create_device_token(ana))
    agent.get("agent-sync/")
    other = sqlite3.connect(connection.settings_dict["NAME"])
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    try:
        response = agent.post("agent-sync/", build_body(1, 0, 1))
    finally:
        other.close()

    assert response.status == 503
    assert "Retry-After" in response.headers
    assert time.monotonic() - began < 10
    assert agent.post("agent-sync/", build_body(1, 0, 1)).status == 200


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="a server on SQLite")
def test_many_machines_of_one_user_do_not_stop_another(
    live_server: RunningServer,
) -> None:
    url = f"{live_server.url}/app/claude-usage/agent-sync/"
    tokens = [
        live_server.create_device_token(live_server.create_user(name))
        for name in ("many", "alone")
    ]
    headers = [{"Authorization": f"Bearer {token}"} for token in tokens]

    def send(part: int) -> list[int]:
        statuses: list[int] = []
        body = build_body(0, part * 300, 300)
        while 200 not in statuses and len(statuses) < 100:
            answer = requests.post(
                url, json=body, headers=headers[0], timeout=60
            )
            statuses.append(answer.status_code)
            time.sleep(0.05 if answer.status_code == 503 else 0)
        return statuses

    with ThreadPoolExecutor(20) as pool:
        sent = pool.map(send, range(20))
        longest = 0.0
        for _ in range(10):
            began = time.monotonic()
            greeting = requests.get(url, headers=headers[1], timeout=60)
            longest = max(longest, time.monotonic() - began)
            assert greeting.status_code == 200
        statuses = [status for one in sent for status in one]

    assert statuses.count(200) == 20
    assert set(statuses) <= {200, 503}
    assert longest < 5


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a lock of SQLite")
def test_uploads_write_in_turn_and_do_not_wait_for_a_turn_that_never_ends(
    ana: User,
) -> None:
    agent = ApiClient(create_device_token(ana))
    other = FileLock(Path(f"{connection.settings_dict['NAME']}.writer.lock"))
    with take_writer_turn():
        assert not other.acquire()
    assert other.acquire()
    # Its holder hangs: the lock of SQLite itself is free.
    assert agent.post("agent-sync/", build_body(1, 0, 1)).status == 200
    other.release()

    assert agent.post("agent-sync/", build_body(1, 1, 1)).status == 200
