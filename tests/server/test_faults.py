"""Test that no fault of the server loses or duplicates records."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.support.request_json import make_request, make_row
from tests.support.server_process import run_server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.postgres import PostgresCluster
    from tests.support.server_process import RunningServer


NOW = datetime.now(UTC)
TIMEOUT_SECONDS = 60
AGENT_SYNC_PATH = "/app/claude-usage/agent-sync/"
COUNT_SCRIPT = """
from django.db.models import Sum
from claude_tray.server.usage.models import Session, UsageSnapshot
print(UsageSnapshot.objects.count(), Session.objects.aggregate(
    n=Sum("messages"))["n"] or 0)
"""
# Ends the process between the commit and the response, as in a crash.
DYING_SERVER_SCRIPT = """
import os, signal
from claude_tray.server.bootstrap import setup_django
setup_django()
import claude_tray.server.api.agent_sync as view
store = view.store_request
def receive_and_die(*given):
    store(*given)
    os.kill(os.getpid(), signal.SIGKILL)
view.store_request = receive_and_die
from claude_tray.cli.main import main
main()
"""


def make_batch(number: int) -> dict[str, Any]:
    rows = [
        make_row(NOW - timedelta(seconds=n), f"msg_{number}_{n}")
        for n in range(20)
    ]
    return make_request(*rows, session=f"s{number}")


def post(url: str, token: str, body: object) -> requests.Response:
    return requests.post(
        url + AGENT_SYNC_PATH,
        json=body,
        headers={"Authorization": f"Bearer {token}"},
        timeout=TIMEOUT_SECONDS,
    )


def count_stored(live_server: RunningServer) -> tuple[int, int]:
    replies, messages = live_server.run_command(
        "shell", "-c", COUNT_SCRIPT
    ).split()[-2:]
    return int(replies), int(messages)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_env(request: pytest.FixtureRequest) -> dict[str, str]:
    if request.param == "sqlite":
        return {}
    cluster = request.getfixturevalue("cluster")
    return {"DATABASE_URL": cluster.create_database("faults")}


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
def test_a_crash_between_commit_and_response_loses_nothing(
    tmp_path: Path,
    database_env: dict[str, str],
) -> None:
    with run_server(tmp_path, **database_env) as live_server:
        token = live_server.create_device_token(live_server.create_user("ana"))
    with run_server(
        tmp_path, code=DYING_SERVER_SCRIPT, **database_env
    ) as dying:
        with pytest.raises(requests.ConnectionError):
            post(dying.url, token, make_batch(1))
        dying.process.wait(TIMEOUT_SECONDS)
    with run_server(tmp_path, **database_env) as live_server:
        again = post(live_server.url, token, make_batch(1))

        assert again.json()["snapshots_created"] == 0
        assert again.json()["snapshots_unchanged"] == 20
        assert count_stored(live_server) == (20, 20)


def test_the_server_survives_a_restart_of_the_database(
    cluster: PostgresCluster,
    tmp_path: Path,
) -> None:
    url = cluster.create_database("away")
    with run_server(tmp_path, DATABASE_URL=url) as live_server:
        token = live_server.create_device_token(live_server.create_user("ana"))
        before = post(live_server.url, token, make_batch(1))
        cluster.stop("immediate")
        try:
            away = post(live_server.url, token, make_batch(2))
            ready = requests.get(
                f"{live_server.url}/readyz", timeout=TIMEOUT_SECONDS
            )
            alive = requests.get(
                f"{live_server.url}/healthz", timeout=TIMEOUT_SECONDS
            )
        finally:
            cluster.start()
        response = retry_until_ok(
            lambda: post(live_server.url, token, make_batch(2))
        )

        assert before.status_code == 200
        assert (away.status_code, away.json()["code"]) == (503, "storage_busy")
        assert away.headers["Retry-After"]
        assert ready.status_code == 503
        assert alive.status_code == 200
        assert response.json()["snapshots_created"] == 20
        assert count_stored(live_server) == (40, 40)


def retry_until_ok(
    send_request: Callable[[], requests.Response],
) -> requests.Response:
    """Retry until it succeeds: broken connections fail one by one."""
    end = time.monotonic() + TIMEOUT_SECONDS
    while True:
        response = send_request()
        if response.status_code == 200 or time.monotonic() > end:
            return response
        time.sleep(0.1)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="a small file system is mounted by root alone",
)
def test_a_full_disk_is_reported_and_nothing_is_stored_in_part(
    tmp_path: Path,
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        with run_server(disk) as live_server:
            token = live_server.create_device_token(
                live_server.create_user("ana")
            )
            stored_batches = fill_until_full(live_server, token)
            (disk / "ballast").unlink()
            retry_until_ok(
                lambda: post(
                    live_server.url, token, make_batch(stored_batches)
                )
            )
            last = post(live_server.url, token, make_batch(stored_batches))

            assert last.status_code == 200
            assert count_stored(live_server) == (
                20 * (stored_batches + 1),
                20 * (stored_batches + 1),
            )
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def fill_until_full(live_server: RunningServer, token: str) -> int:
    """Send batches until the disk is full; return the number of stored ones."""
    ballast = live_server.home / "ballast"
    free = shutil.disk_usage(live_server.home).free
    ballast.write_bytes(b"1" * max(0, free - 300_000))
    for number in range(1000):
        response = post(live_server.url, token, make_batch(number))
        if response.status_code != 200:
            assert (response.status_code, response.json()["code"]) == (
                507,
                "storage_full",
            )
            assert response.headers["Retry-After"] == "300"
            alive = requests.get(
                f"{live_server.url}/healthz", timeout=TIMEOUT_SECONDS
            )
            assert alive.status_code == 200
            return number
    raise AssertionError
