"""Run the real tray and command with a file for Prometheus and a receiver."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claude_tray.config.writer import save_settings
from claude_tray.protocol.metrics import DEFINITIONS
from tests.support.builders import MODEL, ClaudeFolder, make_line
from tests.support.otlp_receiver import decode_metrics
from tests.support.prometheus import find_lint_errors, parse_metrics
from tests.support.sandbox import ProgramSandbox
from tests.support.webhook_receiver import run_webhook_receiver

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from tests.support.webhook_receiver import WebhookReceiver

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="reads /proc"
)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[ProgramSandbox]:
    sandbox = ProgramSandbox(tmp_path, ClaudeFolder(tmp_path / "claude"))
    sandbox.claude.append(_make_line_now("m1"))
    yield sandbox
    sandbox.kill_all()


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with run_webhook_receiver() as server:
        server.status = 200
        yield server


def _make_line_now(message: str) -> bytes:
    return make_line(message=message, timestamp=datetime.now(UTC).isoformat())


def _report_limits(sandbox: ProgramSandbox) -> int:
    resets_at = int(time.time()) // 60 * 60 + 7200
    payload = {
        "session_id": "s1",
        "transcript_path": str(sandbox.claude.transcript_path()),
        "rate_limits": {
            "five_hour": {"used_percentage": 38, "resets_at": resets_at},
            "seven_day": {
                "used_percentage": 61,
                "resets_at": resets_at + 86_400,
            },
        },
    }
    process = sandbox.start("statusline")
    process.communicate(json.dumps(payload), 60)
    assert process.returncode == 0
    return resets_at


def _wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0


def _list_children(process_id: int) -> list[int]:
    """Return the children that any thread has started."""
    tasks = Path(f"/proc/{process_id}/task").iterdir()
    texts = [(task / "children").read_text() for task in tasks]
    return [int(word) for text in texts for word in text.split()]


def test_the_command_writes_limits_that_promtool_accepts(
    sandbox: ProgramSandbox,
) -> None:
    resets_at = _report_limits(sandbox)
    path = sandbox.folder / "claude.prom"

    written = sandbox.run("export", "--prometheus", str(path))
    printed = sandbox.run("export", "--prometheus", "-")

    assert (written.returncode, printed.returncode) == (0, 0)
    text = path.read_text()
    assert find_lint_errors(text) == ""
    values = parse_metrics(text)
    for name, ratio, at in (
        ("five_hour", 0.38, resets_at),
        ("seven_day", 0.61, resets_at + 86_400),
    ):
        labels = frozenset({("account", "claude"), ("limit", name)})
        assert values["claude_limit_used_ratio", labels] == ratio
        reset = values["claude_limit_reset_timestamp_seconds", labels]
        assert abs(reset - at) <= 2
        report = values["claude_limit_report_timestamp_seconds", labels]
        assert 0 <= time.time() - report < 600
    assert {name for name, _ in parse_metrics(printed.stdout)} == {
        name for name, _ in values
    }
    assert {name for name, _ in values} <= {d.name for d in DEFINITIONS}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--prometheus", "/dev/null"], "is not a file"),
        (["--prometheus", "/no/such/folder/a"], "There is no folder"),
        (["--otlp"], "No OpenTelemetry address is set."),
        (["--otlp", "http://example.com"], "cannot be used"),
        (["--watch"], "are for metrics"),
        (["--projects", "names"], "are for metrics"),
        (["--prometheus", "-", "--output", "a"], "cannot be combined"),
    ],
)
def test_bad_input_is_one_sentence(
    sandbox: ProgramSandbox, arguments: list[str], problem: str
) -> None:
    done = sandbox.run("export", *arguments)

    assert done.returncode == 1
    assert problem in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_the_command_sends_once_with_secret_headers(
    sandbox: ProgramSandbox, receiver: WebhookReceiver
) -> None:
    sandbox.write_settings("")
    secrets = sandbox.app_home / "config" / ".env"
    secrets.write_text('CLAUDE_TRAY_OTLP_HEADERS="Authorization=Basic%20abc"')
    secrets.chmod(0o600)
    sandbox.env["OTEL_EXPORTER_OTLP_HEADERS"] = "x-other=secret"
    _report_limits(sandbox)

    done = sandbox.run("export", "--otlp", receiver.url)

    assert done.returncode == 0, done.stderr
    (posted,) = receiver.requests
    headers = {k.lower(): v for k, v in posted.headers.items()}
    assert headers["authorization"] == "Basic abc"
    assert "x-other" not in headers
    labels = frozenset({("account", "claude"), ("limit", "five_hour")})
    received = decode_metrics(posted)
    assert received.values["claude_limit_used_ratio", labels] == 0.38


def test_the_tray_renews_the_file_and_follows_the_settings(
    sandbox: ProgramSandbox,
) -> None:
    path, other = sandbox.folder / "a.prom", sandbox.folder / "b.prom"
    settings = sandbox.app_home / "config" / "settings.toml"
    options = {
        "telemetry.prometheus_file": str(path),
        "telemetry.interval_seconds": 10,
    }
    save_settings(settings, options)
    tray = sandbox.start("--no-tray")
    _wait_until(path.exists)
    messages = ("claude_messages", frozenset({("model", MODEL)}))

    first = parse_metrics(path.read_text())[messages]
    sandbox.claude.append(_make_line_now("m2"))
    _wait_until(lambda: parse_metrics(path.read_text())[messages] == 2)
    save_settings(settings, {"telemetry.prometheus_file": str(other)})
    _wait_until(other.exists)
    # While the settings are invalid, nothing is written.
    settings.write_text('[telemetry]\nprojects = "all"\n')
    time.sleep(3)
    path.unlink()
    other.unlink()
    time.sleep(12)
    _stop(tray)

    assert first == 1
    assert not path.exists()
    assert not other.exists()


def test_the_tray_sends_until_it_is_killed(
    sandbox: ProgramSandbox, receiver: WebhookReceiver
) -> None:
    settings = sandbox.app_home / "config" / "settings.toml"
    tray = sandbox.start("--no-tray")
    _wait_until((sandbox.app_home / "state" / "instance.door").exists)
    assert _list_children(tray.pid) == []

    options = {
        "telemetry.otlp_endpoint": receiver.url,
        "telemetry.interval_seconds": 10,
    }
    save_settings(settings, options)
    _wait_until(lambda: len(receiver.requests) >= 2)
    (sender,) = _list_children(tray.pid)
    state = json.loads(
        (sandbox.app_home / "state" / "telemetry.json").read_text()
    )
    tray.kill()

    _wait_until(lambda: not Path(f"/proc/{sender}").exists())
    assert state["problem"] == ""
    metrics = decode_metrics(receiver.requests[0])
    assert ("claude_tray_problem", frozenset()) in metrics.values


def test_sending_ends_with_its_setting(
    sandbox: ProgramSandbox, receiver: WebhookReceiver
) -> None:
    settings = sandbox.app_home / "config" / "settings.toml"
    save_settings(settings, {"telemetry.otlp_endpoint": receiver.url})
    tray = sandbox.start("--no-tray")
    _wait_until(lambda: receiver.requests)

    settings.write_text("not TOML")

    _wait_until(lambda: not _list_children(tray.pid))
    _stop(tray)
    doctor = sandbox.run("doctor").stdout
    assert "stopped until the settings are fixed" in doctor


def test_the_doctor_shows_a_receiver_that_refuses(
    sandbox: ProgramSandbox, receiver: WebhookReceiver
) -> None:
    receiver.status = 401
    settings = sandbox.app_home / "config" / "settings.toml"
    save_settings(settings, {"telemetry.otlp_endpoint": receiver.url})
    tray = sandbox.start("--no-tray")
    state = sandbox.app_home / "state" / "telemetry.json"
    _wait_until(state.exists)
    _stop(tray)

    doctor = sandbox.run("doctor").stdout
    log = (sandbox.app_home / "state" / "claude-tray.log").read_text()

    assert f"{receiver.url}/v1/metrics" in doctor
    assert "answered with status 401" in doctor
    assert log.count("answered with status 401") == 1


def test_projects_are_named_only_if_asked_for(sandbox: ProgramSandbox) -> None:
    hidden = sandbox.run("export", "--prometheus", "-").stdout
    named = sandbox.run("export", "--prometheus", "-", "--projects", "names")
    alias = sandbox.run("export", "--prometheus", "-", "--projects", "aliases")

    assert "project" not in hidden
    assert 'claude_project_cost_usd{project="notes"}' in named.stdout
    assert "notes" not in alias.stdout
    assert 'claude_project_cost_usd{project="p-' in alias.stdout


def test_printed_names_cannot_act_on_a_terminal(
    sandbox: ProgramSandbox,
) -> None:
    line = make_line(
        message="m9",
        cwd="/home/ada/\x1b[31mred",
        sessionId="s9",
        timestamp=datetime.now(UTC).isoformat(),
    )
    sandbox.claude.append(line, name="s9.jsonl", project="-home-ada-red")

    done = sandbox.run("export", "--prometheus", "-", "--projects", "names")

    assert "red" in done.stdout
    assert "\x1b" not in done.stdout
    assert find_lint_errors(done.stdout) == ""


def test_a_damaged_store_is_one_sentence(sandbox: ProgramSandbox) -> None:
    assert sandbox.run("refresh").returncode == 0
    with closing(sqlite3.connect(sandbox.store)) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(sandbox.store.read_bytes())
    data[100:] = os.urandom(len(data) - 100)
    sandbox.store.write_bytes(data)

    done = sandbox.run("export", "--prometheus", "-", "--no-refresh")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
