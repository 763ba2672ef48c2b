"""
Measure the CPU time of pages and API of a user with a long history.

The server's process and the processes of PostgreSQL count. Each request is
repeated without new data, and after an upload of one message.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import requests

from tests.support.request_json import make_request, make_row
from tests.support.server_process import run_server

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.support.postgres import PostgresCluster


API: Final = "/app/claude-usage"
# Milliseconds of CPU; None has no budget.
BUDGETS: Final[dict[str, float | None]] = {
    "/": 30,
    "/?days=365": 60,
    f"{API}/dashboard/": 30,
    f"{API}/stats/": 15,
    "/metrics": 20,
    f"{API}/timeseries/?step=day": None,
    "/projects/project 3/": None,
}
_REPETITIONS: Final = 20
_PAUSE_SECONDS: Final = 2
_FILL_CODE: Final = """
import sys
from claude_tray.server.bootstrap import setup_django
setup_django()
from tests.bench import server_history
server_history.main(int(sys.argv[1]))
"""


class ReadCost(NamedTuple):
    """
    Cost of a response, in milliseconds.

    Attributes:
        path: Its path.
        cpu: CPU time.
        wall: Median of the time until the response.
        cpu_after_upload: CPU time after an upload of one message.
    """

    path: str
    cpu: float
    wall: float
    cpu_after_upload: float


def measure_reads(
    home: Path, records: int, cluster: PostgresCluster | None, url: str
) -> list[ReadCost]:
    """Fill a database and measure each path of BUDGETS."""
    variables = {"CLAUDE_TRAY_RATE_LIMITS": "off"}
    if url:
        variables["DATABASE_URL"] = url
    access = _fill(home, records, variables)
    with run_server(home, **variables) as server:
        meter = CpuMeter(
            [server.process.pid, *([cluster.main_pid] if cluster else [])]
        )
        reader = _Reader(server.url, access)
        return [_measure(path, reader, meter) for path in BUDGETS]


def _fill(
    home: Path, records: int, variables: dict[str, str]
) -> dict[str, Any]:
    output = subprocess.run(
        [sys.executable, "-c", _FILL_CODE, str(records)],
        env=os.environ | {"CLAUDE_TRAY_HOME": str(home)} | variables,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    access: dict[str, Any] = json.loads(output)
    return access


class _Reader:
    """Requests what a user, a program and a scraper request."""

    def __init__(self, url: str, access: Mapping[str, Any]) -> None:
        self._url = url
        self._access = access
        self._session = requests.Session()
        self._count = 0

    def read(self, path: str) -> None:
        headers = {"Accept": "text/html", "Cookie": self._access["cookie"]}
        if path == "/metrics" or path.startswith(API):
            token = self._access["metrics" if path == "/metrics" else "read"]
            headers = {"Authorization": f"Bearer {token}"}
        response = self._session.get(self._url + path, headers=headers)
        response.raise_for_status()
        assert len(response.content) > 1000

    def upload(self) -> None:
        self._count += 1
        row = make_row(datetime.now(UTC), f"msg_later_{self._count}")
        self._session.post(
            f"{self._url}{API}/agent-sync/",
            json=make_request(row, machine_id="m0", account="work"),
            headers={"Authorization": f"Bearer {self._access['send']}"},
        ).raise_for_status()


class CpuMeter:
    """Reads the CPU time of processes and their children; see proc(5)."""

    def __init__(self, main_pids: Iterable[int]) -> None:
        self._main_pids = list(main_pids)

    def read(self) -> float:
        """Return milliseconds."""
        pids = list(self._main_pids)
        for main in self._main_pids:
            for children in Path(f"/proc/{main}/task").glob("*/children"):
                pids += map(int, children.read_text("ascii").split())
        return sum(map(_read_process, pids)) / 1e6


def _read_process(pid: int) -> int:
    nanoseconds = 0
    for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        nanoseconds += int(file.read_text("ascii").split()[0])
    return nanoseconds


def _measure(path: str, reader: _Reader, meter: CpuMeter) -> ReadCost:
    for _ in range(3):
        reader.read(path)
    time.sleep(_PAUSE_SECONDS)
    walls, before = [], meter.read()
    for _ in range(_REPETITIONS):
        began = time.perf_counter()
        reader.read(path)
        walls.append(time.perf_counter() - began)
    cpu = meter.read() - before
    after_upload = 0.0
    for _ in range(_REPETITIONS):
        reader.upload()
        # What the database does after a commit is not the reader's.
        time.sleep(0.05)
        before = meter.read()
        reader.read(path)
        after_upload += meter.read() - before
    return ReadCost(
        path,
        cpu / _REPETITIONS,
        statistics.median(walls) * 1000,
        after_upload / _REPETITIONS,
    )
