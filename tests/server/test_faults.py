"""Nothing is lost or doubled, whatever happens to the server."""

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

from tests.support.sending import a_request, a_row
from tests.support.serving import serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.postgres import Cluster
    from tests.support.serving import Served

NOW = datetime.now(UTC)
SECONDS = 60
AGENT = "/app/claude-usage/agent-sync/"
COUNT = """
from django.db.models import Sum
from claude_tray.server.usage.models import Session, UsageSnapshot
print(UsageSnapshot.objects.count(), Session.objects.aggregate(
    n=Sum("messages"))["n"] or 0)
"""
# Ends the process after a commit and before its answer, as a crash may.
DIES = """
import os, signal
from claude_tray.server.start import start
start()
import claude_tray.server.api.agent_sync as view
receive = view.receive
def receive_and_die(*given):
    receive(*given)
    os.kill(os.getpid(), signal.SIGKILL)
view.receive = receive_and_die
from claude_tray.cli.main import main
main()
"""


def a_batch(number: int) -> dict[str, Any]:
    rows = [
        a_row(NOW - timedelta(seconds=n), f"msg_{number}_{n}")
        for n in range(20)
    ]
    return a_request(*rows, session=f"s{number}")


def post(url: str, token: str, body: object) -> requests.Response:
    return requests.post(
        url + AGENT,
        json=body,
        headers={"Authorization": f"Bearer {token}"},
        timeout=SECONDS,
    )


def counted(served: Served) -> tuple[int, int]:
    replies, messages = served.command("shell", "-c", COUNT).split()[-2:]
    return int(replies), int(messages)


@pytest.fixture(params=["sqlite", "postgresql"])
def environment(request: pytest.FixtureRequest) -> dict[str, str]:
    if request.param == "sqlite":
        return {}
    cluster = request.getfixturevalue("cluster")
    return {"DATABASE_URL": cluster.new_database("faults")}


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
def test_killed_between_the_commit_and_the_answer(
    tmp_path: Path,
    environment: dict[str, str],
) -> None:
    with serving(tmp_path, **environment) as served:
        token = served.device(served.person("ana"))
    with serving(tmp_path, code=DIES, **environment) as dying:
        with pytest.raises(requests.ConnectionError):
            post(dying.url, token, a_batch(1))
        dying.process.wait(SECONDS)
    with serving(tmp_path, **environment) as served:
        again = post(served.url, token, a_batch(1))

        assert again.json()["snapshots_created"] == 0
        assert again.json()["snapshots_unchanged"] == 20
        assert counted(served) == (20, 20)


def test_the_database_goes_away_and_comes_back(
    cluster: Cluster,
    tmp_path: Path,
) -> None:
    url = cluster.new_database("away")
    with serving(tmp_path, DATABASE_URL=url) as served:
        token = served.device(served.person("ana"))
        before = post(served.url, token, a_batch(1))
        cluster.stop("immediate")
        try:
            away = post(served.url, token, a_batch(2))
            ready = requests.get(f"{served.url}/readyz", timeout=SECONDS)
            alive = requests.get(f"{served.url}/healthz", timeout=SECONDS)
        finally:
            cluster.start()
        answer = until_200(lambda: post(served.url, token, a_batch(2)))

        assert before.status_code == 200
        assert (away.status_code, away.json()["code"]) == (503, "storage_busy")
        assert away.headers["Retry-After"]
        assert ready.status_code == 503
        assert alive.status_code == 200
        assert answer.json()["snapshots_created"] == 20
        assert counted(served) == (40, 40)


def until_200(ask: Callable[[], requests.Response]) -> requests.Response:
    """Ask until it works: connections that broke are found one by one."""
    end = time.monotonic() + SECONDS
    while True:
        answer = ask()
        if answer.status_code == 200 or time.monotonic() > end:
            return answer
        time.sleep(0.1)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="a small file system is mounted by root alone",
)
def test_a_full_disk_is_told_and_nothing_is_half_kept(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        with serving(disk) as served:
            token = served.device(served.person("ana"))
            kept = fill(served, token)
            (disk / "ballast").unlink()
            until_200(lambda: post(served.url, token, a_batch(kept)))
            last = post(served.url, token, a_batch(kept))

            assert last.status_code == 200
            assert counted(served) == (20 * (kept + 1), 20 * (kept + 1))
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(served: Served, token: str) -> int:
    """Send until there is no room; return how many batches were kept."""
    ballast = served.home / "ballast"
    free = shutil.disk_usage(served.home).free
    ballast.write_bytes(b"1" * max(0, free - 300_000))
    for number in range(1000):
        answer = post(served.url, token, a_batch(number))
        if answer.status_code != 200:
            assert (answer.status_code, answer.json()["code"]) == (
                507,
                "storage_full",
            )
            assert answer.headers["Retry-After"] == "300"
            alive = requests.get(f"{served.url}/healthz", timeout=SECONDS)
            assert alive.status_code == 200
            return number
    raise AssertionError
