"""Test what operators see: logs, files, probes, migrations and headers."""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import pytest

from tests.support.http_client import HttpClient
from tests.support.request_json import make_request, make_row
from tests.support.server_process import run_server, run_server_command
from tests.support.web_servers import run_web_server, wait_until_serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.postgres import PostgresCluster
    from tests.support.server_process import RunningServer


pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="modes and pipes are POSIX"
)
API: Final = "/app/claude-usage/"
# A defect in one view.
BROKEN_SERVER_SCRIPT: Final = """
import os
os.dup2(os.open(os.environ["LOG"], os.O_CREAT | os.O_WRONLY | os.O_APPEND), 2)
from claude_tray.server.bootstrap import setup_django
setup_django()
from claude_tray.server.api.usage import StatsView
def fail(*args, **kwargs):
    raise RuntimeError("a defect")
StatsView.get = fail
from claude_tray.cli.main import main
main()
"""


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningServer]:
    home = tmp_path_factory.mktemp("operation")
    with run_server(
        home, code=BROKEN_SERVER_SCRIPT, LOG=str(home / "log")
    ) as one:
        one.create_user("ana")
        yield one


@pytest.fixture
def read_log(server: RunningServer) -> Callable[[], str]:
    """Read what the server has logged in this test."""
    log = server.home / "log"
    start = log.stat().st_size
    return lambda: log.read_text()[start:]


def send_rows(server: RunningServer, number: int) -> None:
    token = server.create_device_token("ana")
    now = datetime.now(UTC)
    rows = [
        make_row(now - timedelta(seconds=n), f"m{n}") for n in range(number)
    ]
    response = HttpClient(server.url).post_json(
        f"{API}agent-sync/",
        make_request(*rows),
        Authorization=f"Bearer {token}",
    )
    assert response.status == 200


def test_other_host_names_are_one_line_of_the_log(
    server: RunningServer, read_log: Callable[[], str]
) -> None:
    client = HttpClient(server.url)
    hosts = ["evil.example", "a" * 5000, "evil\\nfake", "a b"]

    for host in hosts:
        response = client.get("/sign-in/", Host=host)
        assert response.status == 400
        assert response.json()["code"] == "bad_host"
    lines = read_log().splitlines()

    assert len(lines) == len(hosts)
    assert all(" request_id=" in line for line in lines)
    assert all(len(line) < 700 for line in lines)


@pytest.mark.parametrize(
    ("path", "token", "status"),
    [
        (f"{API}stats/", "not a token", 401),
        ("/not-there", "", 404),
        ("/" + "a" * 5000, "", 404),
    ],
)
def test_the_request_id_of_an_error_is_in_the_log(
    server: RunningServer,
    read_log: Callable[[], str],
    path: str,
    token: str,
    status: int,
) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    response = HttpClient(server.url).get(path, **headers)
    lines = read_log().splitlines()

    request_id = response.json()["request_id"]
    assert response.status == status
    assert response.headers["X-Request-Id"] == request_id
    assert len(lines) == 1
    assert f"request_id={request_id}" in lines[0]
    assert "not a token" not in lines[0]


def test_requests_that_no_view_sees_are_logged_too(
    server: RunningServer, read_log: Callable[[], str]
) -> None:
    response = HttpClient(server.url).post_json(
        f"{API}agent-sync/", {}, Content_Length="99999999"
    )
    log = read_log()

    assert response.status == 413
    assert log.count("\n") == 1
    assert f"request_id={response.json()['request_id']}" in log


def test_the_request_id_of_a_defect_is_beside_its_traceback(
    server: RunningServer, read_log: Callable[[], str]
) -> None:
    client = HttpClient(server.url)
    client.post_form(
        "/sign-in/", username="ana", password="correct horse battery"
    )

    response = client.get(f"{API}stats/")
    log = read_log()

    assert response.status == 500
    assert f"request_id={response.json()['request_id']}" in log
    assert "RuntimeError: a defect" in log
    assert "a defect" not in response.text


def test_an_export_into_head_is_silent(server: RunningServer) -> None:
    send_rows(server, 3000)
    for output_format in ("csv", "json"):
        command = shlex.join(
            [sys.executable, "-m", "claude_tray", "server", "export", "ana"]
        )
        done = subprocess.run(
            ["sh", "-c", f"{command} --format {output_format} | head -n 1"],
            env=server.env,
            capture_output=True,
            text=True,
            check=True,
        )

        assert done.stdout.count("\n") == 1
        assert done.stderr == ""


def test_all_files_are_private(server: RunningServer) -> None:
    folder = server.home / "data"
    modes = {
        path.name: path.stat().st_mode & 0o777
        for path in (folder, *folder.iterdir())
    }

    assert modes.pop("data") == 0o700
    assert {"server.sqlite3", "server.sqlite3-wal"} <= set(modes)
    assert set(modes.values()) == {0o600}


def test_asking_for_readiness_does_not_write_without_bound(
    server: RunningServer,
) -> None:
    client = HttpClient(server.url)
    with sqlite3.connect(server.home / "data" / "server.sqlite3") as observer:

        def read_version() -> int:
            return int(observer.execute("PRAGMA data_version").fetchone()[0])

        before, versions = read_version(), set()
        for _ in range(40):
            assert client.get("/readyz").status == 200
            versions.add(read_version())
    observer.close()

    assert len(versions - {before}) <= 2


def test_migrations_can_be_a_step_of_their_own(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with run_server(tmp_path, arguments=("--no-migrate",)) as server:
        client = HttpClient(server.url)
        before = client.get("/healthz").status, client.get("/readyz").status
        message = capfd.readouterr().err
        server.run_command("migrate")
        after = client.get("/readyz").status

    assert before == (200, 503)
    assert re.search(r"Run: \S.* server migrate$", message, re.MULTILINE)
    assert after == 200


def test_servers_that_start_together_on_an_empty_database_all_serve(
    cluster: PostgresCluster, tmp_path: Path
) -> None:
    url = cluster.create_database("together")
    variables = {
        "CLAUDE_TRAY_HOME": str(tmp_path),
        "DATABASE_URL": url,
        "CLAUDE_TRAY_SECRET_KEY": "k" * 60,
    }
    with ExitStack() as stack:
        started = [
            stack.enter_context(
                run_web_server("waitress", variables, tmp_path / str(number))
            )
            for number in range(3)
        ]
        for port, _ in started:
            wait_until_serving(port)
            client = HttpClient(f"http://127.0.0.1:{port}")
            assert client.get("/readyz").status == 200
        assert [process.poll() for _, process in started] == [None] * 3


def test_headers_of_tls_are_the_choice_of_the_operator(
    tmp_path: Path,
) -> None:
    variables = {
        "CLAUDE_TRAY_HOME": str(tmp_path),
        "CLAUDE_TRAY_TRUST_PROXY": "1",
        "CLAUDE_TRAY_HSTS_SECONDS": "3600",
    }
    with run_web_server("waitress", variables, tmp_path / "log") as (port, _):
        wait_until_serving(port)
        client = HttpClient(f"http://127.0.0.1:{port}")
        page = client.get("/sign-in/", X_Forwarded_Proto="https")
        plain = client.get("/sign-in/")

    assert page.headers["Strict-Transport-Security"] == "max-age=3600"
    assert plain.status == 301
    assert plain.headers["Location"].startswith("https://")
    checks = run_server_command(variables, "check", "--deploy")
    assert checks.startswith("System check identified no issues")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CLAUDE_TRAY_SECRET_KEY", "a"),
        ("CLAUDE_TRAY_SECRET_KEY_FILE", "/not/there"),
        ("CLAUDE_TRAY_URL_PREFIX", "a b"),
        ("CLAUDE_TRAY_URL_PREFIX", "/app"),
        ("CLAUDE_TRAY_URL_PREFIX", "/projects/x"),
        ("CLAUDE_TRAY_HSTS_SECONDS", "year"),
        ("DATABASE_URL", "postgres://usage:secret/a#b@host/usage"),
        ("DATABASE_PASSWORD", "secret"),
    ],
)
def test_invalid_settings_end_the_start_with_a_sentence(
    tmp_path: Path, variable: str, value: str
) -> None:
    with run_web_server(
        "waitress",
        {"CLAUDE_TRAY_HOME": str(tmp_path), variable: value},
        tmp_path / "log",
    ) as (_, process):
        assert process.wait(60) == 1
    message = (tmp_path / "log").read_text()

    assert message.startswith("claude-tray: ")
    assert variable.partition("_FILE")[0] in message
    assert "Traceback" not in message
    assert "secret/a" not in message
