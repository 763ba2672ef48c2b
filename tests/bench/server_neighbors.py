"""
Measure how long one user waits while 20 machines of another one send.

The machines repeat requests that are refused after the time that the server
names, as trays do.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

import requests

from tests.bench.server_uploads import generate_bodies
from tests.support.request_json import make_request, make_row
from tests.support.server_process import PASSWORD, run_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.server_process import RunningServer


_MACHINES: Final = 20
_REQUESTS: Final = 150
_PAUSE_SECONDS: Final = 0.05
_BUSY_STATUS: Final = 503
_PATH: Final = "/app/claude-usage/agent-sync/"


class NeighborWait(NamedTuple):
    """95th percentiles of a user's uploads, in milliseconds."""

    quiet: float
    busy: float

    @property
    def ratio(self) -> float:
        return self.busy / self.quiet


def measure_neighbors(home: Path, url: str, workers: int) -> NeighborWait:
    """Measure with a number of processes."""
    variables = {
        "CLAUDE_TRAY_RATE_LIMITS": "off",
        "CLAUDE_TRAY_WORKERS": str(workers),
    }
    if url:
        variables["DATABASE_URL"] = url
    with run_server(home, **variables) as server:
        for name in ("ana", "bob"):
            server.create_user(name)
        token = _sign_in(server, "bob")
        _send_some(server.url, token, 0)
        quiet = _send_some(server.url, token, 1)
        with _keep_sending(server):
            time.sleep(3)
            busy = _send_some(server.url, token, 2)
    return NeighborWait(quiet, busy)


def _sign_in(server: RunningServer, name: str) -> str:
    """Return a token that may send for any machine of a user."""
    response = requests.post(
        f"{server.url}/api/token/",
        json={"username": name, "password": PASSWORD},
        timeout=60,
    )
    response.raise_for_status()
    return str(response.json()["access"])


def _send_some(url: str, token: str, batch: int) -> float:
    """Send small uploads one after another; return the 95th percentile."""
    times = []
    sender = _Sender(url, token)
    for number in range(_REQUESTS):
        row = make_row(datetime.now(UTC), f"msg_{batch}_{number}")
        body = json.dumps(make_request(row, machine_id="laptop")).encode()
        began = time.perf_counter()
        sender.send(body)
        times.append(time.perf_counter() - began)
        time.sleep(_PAUSE_SECONDS)
    return sorted(times)[_REQUESTS * 95 // 100] * 1000


class _Sender:
    """A machine, which sends refused requests again as trays do."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url + _PATH
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._session.headers["Content-Type"] = "application/json"
        self.is_over = threading.Event()

    def send(self, body: bytes) -> None:
        while not self.is_over.is_set():
            response = self._session.post(self._url, body, timeout=60)
            if response.status_code != _BUSY_STATUS:
                response.raise_for_status()
                return
            self.is_over.wait(float(response.headers["Retry-After"]))

    def send_repeatedly(self, bodies: list[bytes]) -> None:
        for body in itertools.cycle(bodies):
            self.send(body)
            if self.is_over.is_set():
                return


@contextmanager
def _keep_sending(server: RunningServer) -> Iterator[None]:
    """Let machines of ana send all the time."""
    bodies = list(generate_bodies(20_000))
    senders, threads = [], []
    token = _sign_in(server, "ana")
    for number in range(_MACHINES):
        name = f"machine{number}"
        sender = _Sender(server.url, token)
        own = [body.replace(b'"m1"', f'"{name}"'.encode()) for body in bodies]
        thread = threading.Thread(target=sender.send_repeatedly, args=(own,))
        thread.start()
        senders.append(sender)
        threads.append(thread)
    try:
        yield
    finally:
        for sender in senders:
            sender.is_over.set()
        for thread in threads:
            thread.join()
