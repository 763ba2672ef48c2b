from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from claude_tray.server.serving import Address, has_other_prices
from claude_tray.server.usage.identity import server
from tests.support.serving import PASSWORD, serving

SECONDS = 60
MANAGE = Path(__file__).parents[2] / "packaging" / "server" / "manage.py"


def told_by(
    home: Path,
    *words: str,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "claude_tray", *words],
        env=os.environ | {"CLAUDE_TRAY_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


def test_a_first_start_serves_a_page_soon(tmp_path: Path) -> None:
    began = time.monotonic()

    with serving(tmp_path) as served:
        page = requests.get(served.url, timeout=SECONDS)
        took = time.monotonic() - began

    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    # 3 s on a machine that does nothing else; this one may be busy.
    assert took < 15


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_ends_it_without_a_word(tmp_path: Path, name: str) -> None:
    number = getattr(signal, name)
    if signal.getsignal(number) is signal.SIG_IGN:
        pytest.skip("these tests run in the background, deaf to Ctrl+C")
    with serving(tmp_path) as served:
        served.process.send_signal(number)

        assert served.process.wait(SECONDS) in {0, 130}


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_the_key_is_its_owners_alone_and_stays(tmp_path: Path) -> None:
    told_by(tmp_path, "server", "check")
    key = tmp_path / "data" / "server-secret-key"
    first = key.read_text()
    told_by(tmp_path, "server", "check")

    assert key.stat().st_mode & 0o777 == 0o600
    assert len(first) > 50
    assert key.read_text() == first


@pytest.mark.parametrize(
    ("words", "environment", "told"),
    [
        (["--port", "65536"], {}, "There is no port 65536."),
        (["--host", "192.0.2.1"], {}, "CLAUDE_TRAY_ALLOWED_HOSTS"),
        ([], {"CLAUDE_TRAY_WORKERS": "x"}, "CLAUDE_TRAY_WORKERS='x'"),
        ([], {"DATABASE_URL": "mysql://a:secret@b/c"}, "PostgreSQL"),
        (
            [],
            {"DATABASE_URL": "postgres://a:secret@127.0.0.1:1/c"},
            "The server's database cannot be used.",
        ),
    ],
)
def test_what_cannot_be_served_is_told_in_a_sentence(
    tmp_path: Path,
    words: list[str],
    environment: dict[str, str],
    told: str,
) -> None:
    ended = told_by(tmp_path, "serve", *words, **environment)

    assert ended.returncode == 1
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "secret" not in ended.stderr


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = told_by(tmp_path, "serve", "--port", port)

    assert ended.returncode == 1
    assert f"127.0.0.1:{port} cannot be served." in ended.stderr


def test_commands_that_fail_say_why_in_a_sentence(tmp_path: Path) -> None:
    ended = told_by(tmp_path, "server", "create-token", "nobody")

    assert ended.returncode == 1
    assert ended.stderr == "claude-tray: There is no user nobody.\n"


def test_the_lines_of_a_manage_py_work(tmp_path: Path) -> None:
    def manage(*words: str, **environment: str) -> tuple[int, str]:
        ended = subprocess.run(
            [sys.executable, MANAGE, *words],
            env=os.environ | {"CLAUDE_TRAY_HOME": str(tmp_path)} | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        return ended.returncode, ended.stdout + ended.stderr

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


def test_a_table_of_other_prices_is_noticed() -> None:
    one = server()
    one.price_version = ""
    one.save()

    assert not has_other_prices()
    one.price_version = "older"
    one.save()
    assert has_other_prices()


def test_only_this_machine_reaches_loopback() -> None:
    assert Address("127.0.0.1", 0).is_loopback
    assert not Address("192.0.2.1", 0).is_loopback
