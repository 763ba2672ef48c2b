from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import requests

from claude_tray.errors import SettingsError
from claude_tray.server.metrics.listener import serve_metrics
from tests.support.ports import find_free_port
from tests.support.prometheus import find_lint_errors, parse_metrics
from tests.support.server_process import run_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


TIMEOUT_SECONDS = 30


def scrape(port: int, **headers: str) -> requests.Response:
    return requests.get(
        f"http://127.0.0.1:{port}/metrics",
        headers=headers,
        timeout=TIMEOUT_SECONDS,
    )


def count_missing_pages(port: int) -> float:
    values = parse_metrics(scrape(port).text)
    labels = frozenset({("method", "GET"), ("status", "404")})
    return values.get(("claude_tray_http_responses_total", labels), 0)


def request_missing_page(url: str, times: int) -> None:
    for _ in range(times):
        # Each on a connection of its own, so every process gets some.
        answer = requests.get(
            f"{url}/nothing",
            headers={"Connection": "close"},
            timeout=TIMEOUT_SECONDS,
        )
        assert answer.status_code == 404


def wait_for_server(url: str) -> None:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        try:
            request_missing_page(url, 1)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server does not answer")


@contextmanager
def run_workers(home: Path, port: int, metrics_port: int) -> Iterator[None]:
    """Run the server with two processes, which print no line when ready."""
    command = [sys.executable, "-m", "claude_tray", "serve"]
    process = subprocess.Popen(
        [*command, f"--port={port}", f"--metrics-port={metrics_port}"],
        env=os.environ
        | {"CLAUDE_TRAY_HOME": str(home), "CLAUDE_TRAY_WORKERS": "2"},
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(TIMEOUT_SECONDS)


def test_it_counts_the_responses_of_the_server(tmp_path: Path) -> None:
    port = find_free_port()
    with run_server(tmp_path, arguments=("--metrics-port", str(port))) as live:
        live.create_user("ana")
        before = count_missing_pages(port)
        request_missing_page(live.url, 3)

        assert count_missing_pages(port) == before + 3
        assert scrape(port, Host=f"attacker.example:{port}").status_code == 403
        assert find_lint_errors(scrape(port).text) == ""


def test_it_adds_up_the_responses_of_all_processes(tmp_path: Path) -> None:
    port, public = find_free_port(), find_free_port()
    url = f"http://127.0.0.1:{public}"
    with run_workers(tmp_path, public, port):
        wait_for_server(url)
        before = count_missing_pages(port)
        counts = []
        for _ in range(4):
            request_missing_page(url, 10)
            counts.append(count_missing_pages(port) - before)

        # A count of one process would jump back and forth.
        assert counts == [10, 20, 30, 40]


def test_only_its_path_and_reading_are_allowed() -> None:
    with serve_metrics(0, 1) as port:
        url = f"http://localhost:{port}"
        other = requests.get(f"{url}/other", timeout=TIMEOUT_SECONDS)
        posted = requests.post(f"{url}/metrics", timeout=TIMEOUT_SECONDS)
        read = requests.get(f"{url}/metrics", timeout=TIMEOUT_SECONDS)

    assert (other.status_code, posted.status_code, read.status_code) == (
        404,
        405,
        200,
    )


def test_without_a_port_nothing_listens() -> None:
    with serve_metrics(None, 1) as port:
        assert port is None


def test_a_used_port_is_reported() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        pytest.raises(SettingsError, match=r"Cannot listen on 127\.0\.0\.1"),
        serve_metrics(int(other.getsockname()[1]), 1),
    ):
        pass
