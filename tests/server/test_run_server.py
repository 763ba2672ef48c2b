from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from claude_tray.server.run_server import ServerAddress, needs_repricing
from claude_tray.server.usage.server_identity import get_server
from tests.support.server_process import PASSWORD, run_server

TIMEOUT_SECONDS = 60
MANAGE = Path(__file__).parents[2] / "packaging" / "server" / "manage.py"


def run_serve(
    home: Path,
    *args: str,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "claude_tray", *args],
        env=os.environ | {"CLAUDE_TRAY_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )


def test_a_first_start_serves_a_page(tmp_path: Path) -> None:
    with run_server(tmp_path) as live_server:
        page = requests.get(live_server.url, timeout=TIMEOUT_SECONDS)

    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_stops_it_without_output(tmp_path: Path, name: str) -> None:
    number = getattr(signal, name)
    if signal.getsignal(number) is signal.SIG_IGN:
        pytest.skip("these tests run in the background, deaf to Ctrl+C")
    with run_server(tmp_path) as live_server:
        live_server.process.send_signal(number)

        assert live_server.process.wait(TIMEOUT_SECONDS) in {0, 130}


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_the_secret_key_is_private_and_persistent(tmp_path: Path) -> None:
    run_serve(tmp_path, "server", "check")
    key = tmp_path / "data" / "server-secret-key"
    first = key.read_text()
    run_serve(tmp_path, "server", "check")

    assert key.stat().st_mode & 0o777 == 0o600
    assert len(first) > 50
    assert key.read_text() == first


@pytest.mark.parametrize(
    ("args", "environment", "message"),
    [
        (["--port", "65536"], {}, "There is no port 65536."),
        (["--host", "192.0.2.1"], {}, "CLAUDE_TRAY_ALLOWED_HOSTS"),
        ([], {"CLAUDE_TRAY_WORKERS": "x"}, "CLAUDE_TRAY_WORKERS='x'"),
        ([], {"DATABASE_URL": "mysql://a:secret@b/c"}, "PostgreSQL"),
        (
            [],
            {"DATABASE_URL": "postgres://a:secret@127.0.0.1:1/c"},
            "Cannot use the server's database.",
        ),
    ],
)
def test_errors_at_start_are_one_sentence(
    tmp_path: Path,
    args: list[str],
    environment: dict[str, str],
    message: str,
) -> None:
    result = run_serve(tmp_path, "serve", *args, **environment)

    assert result.returncode == 1
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert "secret" not in result.stderr


def test_a_used_port_is_reported(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        result = run_serve(tmp_path, "serve", "--port", port)

    assert result.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}." in result.stderr


def test_failing_commands_print_one_sentence(tmp_path: Path) -> None:
    result = run_serve(tmp_path, "server", "create-token", "nobody")

    assert result.returncode == 1
    assert result.stderr == "claude-tray: There is no user nobody.\n"


def test_manage_py_works(tmp_path: Path) -> None:
    def manage(*args: str, **environment: str) -> tuple[int, str]:
        result = subprocess.run(
            [sys.executable, MANAGE, *args],
            env=os.environ | {"CLAUDE_TRAY_HOME": str(tmp_path)} | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_SECONDS,
        )
        return result.returncode, result.stdout + result.stderr

    assert manage("migrate")[0] == 0
    made = manage(
        *("createsuperuser", "--noinput"),
        *("--username", "root", "--email", "root@example.org"),
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )
    missing = manage("update_claude_data", "--verbose", CLAUDE_PATH="/none")
    wrong = manage("migrate", CLAUDE_TRAY_WORKERS="x")

    assert made[0] == 0
    assert missing[0] == wrong[0] == 1
    assert "Looked in /none/projects" in missing[1]
    assert "CLAUDE_TRAY_WORKERS='x'" in wrong[1]
    assert "Traceback" not in missing[1] + wrong[1]


def test_another_price_table_requires_repricing() -> None:
    one = get_server()
    one.price_version = ""
    one.save()

    assert not needs_repricing()
    one.price_version = "older"
    one.save()
    assert needs_repricing()


def test_loopback_addresses_are_recognized() -> None:
    assert ServerAddress("127.0.0.1", 0).is_loopback
    assert not ServerAddress("192.0.2.1", 0).is_loopback
