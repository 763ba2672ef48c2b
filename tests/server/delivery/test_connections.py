"""Test that idle, slow and interrupted connections harm nobody else."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

import pytest
import requests

from tests.support.request_json import make_request, make_row
from tests.support.server_process import run_server
from tests.support.web_servers import wait_until_serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.server_process import RunningServer


pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="limits of open files are POSIX"
)
MANY: Final = 1100
# What a client has sent when it stops.
IDLE: Final = b""
SLOW_HEAD: Final = b"GET /sign-in/ HTTP/1.1\r\nHost: localhost\r\nX: "
SLOW_BODY: Final = (
    b"POST /app/claude-usage/agent-sync/ HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Length: 1000\r\n\r\n{"
)
NEVER_READ: Final = SLOW_HEAD.replace(b"X: ", b"\r\n") * 50
PROBE_TIMEOUT_SECONDS: Final = 5


@pytest.fixture(scope="module", autouse=True)
def _many_files() -> Iterator[None]:
    """Allow this process, and servers it starts, many connections."""
    if sys.platform == "win32":
        pytest.skip("limits of open files are POSIX")
    # Late: POSIX only.
    import resource  # noqa: PLC0415

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < MANY * 4:
        pytest.skip("this system allows too few open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20_000), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module", params=["1", "2"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """A server with one or two processes."""
    home = tmp_path_factory.mktemp("connections")
    with run_server(home, CLAUDE_TRAY_WORKERS=request.param) as one:
        wait_until_serving(get_port(one.url))
        yield one


def get_port(url: str) -> int:
    return int(url.rpartition(":")[2])


def connect(stack: ExitStack, port: int, number: int, sent: bytes) -> None:
    for _ in range(number):
        one = socket.create_connection(("127.0.0.1", port))
        stack.enter_context(one)
        # The server may close it to make room for others.
        with suppress(ConnectionError):
            one.sendall(sent)


def probe(url: str) -> list[int]:
    """Return the statuses of /healthz, which does not use the database."""
    return [
        requests.get(
            f"{url}/healthz", timeout=PROBE_TIMEOUT_SECONDS
        ).status_code
        for _ in range(3)
    ]


@pytest.mark.parametrize(
    "sent", [IDLE, SLOW_HEAD, SLOW_BODY], ids=["idle", "head", "body"]
)
def test_many_connections_keep_nobody_out(
    server: RunningServer, sent: bytes
) -> None:
    with ExitStack() as stack:
        connect(stack, get_port(server.url), MANY, sent)

        assert probe(server.url) == [200] * 3
    assert probe(server.url) == [200] * 3
    assert server.process.poll() is None


def test_clients_that_never_read_keep_nobody_out(
    server: RunningServer,
) -> None:
    with ExitStack() as stack:
        connect(stack, get_port(server.url), 40, NEVER_READ)

        assert probe(server.url) == [200] * 3


def test_more_connections_than_places_make_room(
    server: RunningServer,
) -> None:
    with ExitStack() as stack:
        connect(stack, get_port(server.url), 4500, SLOW_HEAD)

        assert probe(server.url) == [200] * 3


def test_few_allowed_files_are_enough(tmp_path: Path) -> None:
    # Also the hard limit, which a process cannot raise.
    limited = """
import resource, runpy
resource.setrlimit(resource.RLIMIT_NOFILE, (300, 300))
runpy.run_module("claude_tray", run_name="__main__")
"""
    with (
        run_server(tmp_path, code=limited) as one,
        ExitStack() as stack,
    ):
        connect(stack, get_port(one.url), MANY, IDLE)

        assert probe(one.url) == [200] * 3


# A request has to arrive within a second instead of half a minute.
HASTY_SERVER_SCRIPT: Final = """
from claude_tray.server.bootstrap import setup_django
setup_django()
import claude_tray.server.threaded_server as server
server._REQUEST_SECONDS, server._CLEANUP_SECONDS = 1, 1
from claude_tray.cli.main import main
main()
"""


@pytest.mark.parametrize("sent", [SLOW_HEAD, SLOW_BODY], ids=["head", "body"])
def test_requests_that_take_too_long_are_rejected(
    hasty_server: RunningServer, sent: bytes
) -> None:
    answer, began = b"", time.monotonic()
    with socket.create_connection(
        ("127.0.0.1", get_port(hasty_server.url))
    ) as one:
        one.settimeout(0.3)
        one.sendall(sent)
        while not answer and time.monotonic() - began < PROBE_TIMEOUT_SECONDS:
            one.sendall(b"a")
            with suppress(TimeoutError):
                answer = one.recv(65536)

    assert answer.partition(b"\r\n")[0].endswith(b"408 Request Timeout")
    assert b"application/problem+json" in answer


@pytest.fixture(scope="module")
def hasty_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningServer]:
    home = tmp_path_factory.mktemp("hasty")
    with run_server(home, code=HASTY_SERVER_SCRIPT) as one:
        yield one


@pytest.mark.parametrize("workers", ["1", "2"])
def test_requests_in_flight_are_answered_before_the_end(
    tmp_path: Path, workers: str
) -> None:
    now, answers, is_sent = datetime.now(UTC), [], Event()
    rows = [make_row(now - timedelta(seconds=n), f"m{n}") for n in range(9000)]
    body = json.dumps(make_request(*rows)).encode()

    def stream() -> Iterator[bytes]:
        yield body
        is_sent.set()

    with run_server(tmp_path, CLAUDE_TRAY_WORKERS=workers) as server:
        wait_until_serving(get_port(server.url))
        token = server.create_device_token(server.create_user("ana"))

        def send() -> None:
            answers.append(
                requests.post(
                    f"{server.url}/app/claude-usage/agent-sync/",
                    data=stream(),
                    headers={
                        "Authorization": f"Bearer {token}",
                        "Content-Type": "application/json",
                    },
                    timeout=60,
                )
            )

        sender = Thread(target=send)
        sender.start()
        assert is_sent.wait(60)
        # It is stored for longer than this.
        time.sleep(0.4)
        server.process.send_signal(signal.SIGTERM)
        sender.join()
        server.process.wait(30)

    assert [answer.status_code for answer in answers] == [200]
    assert answers[0].json()["snapshots_created"] == 9000


def test_a_worker_that_dies_is_replaced_and_none_outlives_its_parent(
    tmp_path: Path,
) -> None:
    if sys.platform == "win32":
        pytest.skip("limits of open files are POSIX")
    with run_server(tmp_path, CLAUDE_TRAY_WORKERS="2") as server:
        wait_until_serving(get_port(server.url))
        first = list_workers(server.process.pid)
        os.kill(first[0], signal.SIGKILL)
        wait_for(lambda: len(list_workers(server.process.pid)) == 2)
        assert probe(server.url) == [200] * 3

        workers = list_workers(server.process.pid)
        server.process.kill()
        wait_for(lambda: not any(map(is_running, workers)))


def list_workers(parent: int) -> list[int]:
    """Return the running workers of a server."""
    processes = [int(one.name) for one in Path("/proc").glob("[0-9]*")]
    return [
        process
        for process in processes
        if read_status(process)[1:2] == [str(parent)]
        if "spawn_main" in read_process_file(process, "cmdline")
    ]


def is_running(process: int) -> bool:
    return read_status(process)[:1] not in [[], ["Z"]]


def read_status(process: int) -> list[str]:
    """Return the state and the parent of a process; empty if it has gone."""
    text = read_process_file(process, "stat")
    return text.rpartition(")")[2].split()[:2]


def read_process_file(process: int, name: str) -> str:
    try:
        return Path(f"/proc/{process}/{name}").read_text()
    except OSError:
        return ""


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
