"""Run the real tray with a command of the user's own, and the recipes."""

from __future__ import annotations

import json
import re
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.builders import ClaudeFolder, make_line
from tests.support.sandbox import ProgramSandbox
from tests.support.webhook_receiver import run_webhook_receiver

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="ends by SIGTERM"
)
_PAGE = Path(__file__).parents[2] / "docs" / "notifications.md"
_RECIPE = re.compile(r"^```python\n(#!.*?)^```$", re.MULTILINE | re.DOTALL)
_SCRIPT = """\
#!/bin/sh
cat >> {log}
"""
_RESET_SECONDS = 8


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[ProgramSandbox]:
    sandbox = ProgramSandbox(tmp_path, ClaudeFolder(tmp_path / "claude"))
    yield sandbox
    sandbox.kill_all()


def _read_events(log: Path) -> list[dict[str, Any]]:
    text = log.read_text() if log.exists() else ""
    return [json.loads(line) for line in text.splitlines()]


def _wait_for_events(log: Path, count: int) -> list[dict[str, Any]]:
    deadline = time.monotonic() + 60
    while len(events := _read_events(log)) < count:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return events


def _wait_until_exists(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _set_command(sandbox: ProgramSandbox, options: str = "") -> Path:
    log, script = sandbox.folder / "events", sandbox.folder / "notify"
    script.write_text(_SCRIPT.format(log=log))
    script.chmod(0o700)
    sandbox.write_settings(
        f"[notifications]\ncommand = [{json.dumps(str(script))}]\n{options}"
    )
    return log


def _report_limit(
    sandbox: ProgramSandbox, percent: float, resets_at: int
) -> None:
    limit = {"used_percentage": percent, "resets_at": resets_at}
    path = sandbox.claude.projects / "-home-ada" / "s1.jsonl"
    payload = {
        "session_id": "s1",
        "transcript_path": str(path),
        "rate_limits": {"five_hour": limit},
    }
    process = sandbox.start("statusline")
    process.communicate(json.dumps(payload), 60)
    assert process.returncode == 0


def _stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0


def test_the_running_tray_passes_a_reached_limit_to_the_command(
    sandbox: ProgramSandbox,
) -> None:
    log = _set_command(sandbox)
    sandbox.claude.append(make_line(timestamp=datetime.now(UTC).isoformat()))
    tray = sandbox.start("--no-tray")
    resets_at = int(time.time()) // 60 * 60 + 7200

    _report_limit(sandbox, 100, resets_at)
    (event,) = _wait_for_events(log, 1)
    _stop(tray)

    assert (event["kind"], event["limit"]) == ("limit", "five_hour")
    assert (event["percent"], event["urgent"]) == (100.0, True)
    assert event["title"] == "5-hour limit reached"
    shown = datetime.fromisoformat(event["resets_at"])
    assert abs(shown.timestamp() - resets_at) <= 2
    assert event["test"] is False


def test_a_reset_while_the_tray_does_not_run_is_announced_once(
    sandbox: ProgramSandbox,
) -> None:
    log = _set_command(sandbox, "limit = false\nrun_out = false\n")
    sandbox.claude.append(make_line(timestamp=datetime.now(UTC).isoformat()))
    tray = sandbox.start("--no-tray")
    resets_at = int(time.time()) + _RESET_SECONDS
    _report_limit(sandbox, 100, resets_at)
    state = sandbox.app_home / "state" / "notices.json"
    deadline = time.monotonic() + 60
    while not (state.exists() and "100" in state.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    _stop(tray)
    # Longer than the jitter of reset times.
    time.sleep(max(0, resets_at + 3 - time.time()))

    for _ in range(3):
        tray = sandbox.start("--no-tray")
        _wait_until_exists(state.with_name("instance.door"))
        _wait_for_events(log, 1)
        assert sandbox.run("refresh").returncode == 0
        _stop(tray)

    (event,) = _read_events(log)
    assert event["kind"] == "ready"
    assert event["title"] == "Claude Code is available again"


@pytest.mark.parametrize(
    ("number", "address", "expected"),
    [
        (0, "https://ntfy.sh", {"title": "5-hour limit reached"}),
        (1, "https://hooks.slack.com/services/T000/B000/XXXX", {}),
        (
            2,
            "http://homeassistant.local:8123/api/webhook/a-long-random-id",
            {"kind": "limit", "test": True},
        ),
    ],
)
def test_the_documented_recipes_post_to_their_service(
    sandbox: ProgramSandbox,
    number: int,
    address: str,
    expected: dict[str, Any],
) -> None:
    text = _RECIPE.findall(_PAGE.read_text())[number]
    assert text.count(address) == 1
    script = sandbox.folder / "recipe"
    sandbox.write_settings(
        f"[notifications]\ncommand = [{json.dumps(str(script))}]\n"
    )
    with run_webhook_receiver() as server:
        script.write_text(text.replace(address, f"{server.url}/hook"))
        script.chmod(0o700)

        done = sandbox.run("notify", "limit")

        assert done.returncode == 0, done.stderr
        (posted,) = server.requests
        body = json.loads(posted.body)
        assert posted.path == "/hook"
        assert posted.headers["Content-Type"] == "application/json"
        assert expected.items() <= body.items()
        assert "5-hour limit reached" in posted.body.decode()
