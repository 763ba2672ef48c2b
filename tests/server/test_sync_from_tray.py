"""Sync transcripts with the tray's `sync` command and compare both sides."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.support.builders import ClaudeFolder, make_cost_state, make_line
from tests.support.server_process import PASSWORD, run_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.server_process import RunningServer


TIMEOUT_SECONDS = 60
NOW = datetime.now(UTC)
COMPARED_FIELDS = [
    "total_tokens",
    "total_input_tokens",
    "total_output_tokens",
    "total_cache_creation_tokens",
    "total_cache_read_tokens",
    "total_sessions",
    "total_messages",
    "projects",
    "total_cost_usd",
    "current_window_tokens",
    "current_window_start",
    "next_reset_at",
    "window_details",
    "window_cost_usd",
]


class TrayMachine:
    """A machine with Claude Code and a tray that syncs."""

    def __init__(self, home: Path, url: str, token: str) -> None:
        self.claude = ClaudeFolder(home / ".claude")
        self._env = os.environ | {
            "HOME": str(home),
            "CLAUDE_TRAY_HOME": str(home / "own"),
            "CLAUDE_PATH": str(home / ".claude"),
            "CLAUDE_USAGE_API_URL": url,
            "CLAUDE_USAGE_API_TOKEN": token,
        }

    def append_cost_state(self, input_tokens: int, output_tokens: int) -> None:
        counts = {"input": input_tokens, "output": output_tokens}
        start = (NOW - timedelta(hours=2)).timestamp() * 1000
        self.claude.append(
            make_cost_state(
                models={"claude-sonnet-4-20250514": counts},
                startTime=int(start),
            )
        )

    def append_message(
        self, minutes_ago: int, name: str, output: int = 5, **outer: Any
    ) -> None:
        timestamp = (NOW - timedelta(minutes=minutes_ago)).isoformat()
        self.claude.append(
            make_line(
                message=name,
                output=output,
                timestamp=timestamp.replace("+00:00", "Z"),
                inner={"model": "claude-sonnet-4-20250514"},
                **outer,
            ),
        )

    def sync(self) -> str:
        return self._run_command("sync")

    def read_stats(self) -> dict[str, Any]:
        return dict(json.loads(self._run_command("stats", "--json")))

    def _run_command(self, *args: str) -> str:
        result = subprocess.run(
            [sys.executable, "-m", "claude_tray", *args],
            env=self._env,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_SECONDS,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout


def fetch_stats(live_server: RunningServer, name: str) -> dict[str, Any]:
    credentials = {"username": name, "password": PASSWORD}
    token_response = requests.post(
        f"{live_server.url}/api/token/",
        json=credentials,
        timeout=TIMEOUT_SECONDS,
    )
    response = requests.get(
        f"{live_server.url}/app/claude-usage/stats/",
        headers={"Authorization": f"Bearer {token_response.json()['access']}"},
        timeout=TIMEOUT_SECONDS,
    )
    return dict(response.json())


@pytest.mark.skipif(sys.platform == "win32", reason="HOME is Unix's")
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_server_shows_what_the_tray_syncs(
    database: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    environment = {}
    if database == "postgresql":
        cluster = request.getfixturevalue("cluster")
        environment["DATABASE_URL"] = cluster.create_database("tray")
    with run_server(tmp_path / "server", **environment) as live_server:
        token = live_server.create_device_token(live_server.create_user("ana"))
        machine = TrayMachine(tmp_path / "laptop", live_server.url, token)
        for number in range(5):
            machine.append_message(90 - number, f"msg_{number}")
        first = machine.sync()
        machine.append_message(60, "msg_4", output=50)
        machine.append_message(30, "msg_5")
        machine.sync()

        here, there = machine.read_stats(), fetch_stats(live_server, "ana")

    assert "✓ Sync successful: Synced 1 projects, 1 sessions" in first
    assert here["total_messages"] == 6
    assert here["total_output_tokens"] == 75
    assert {k: there[k] for k in COMPARED_FIELDS} == {
        k: here[k] for k in COMPARED_FIELDS
    }
    assert there["window_state"] == "complete"


@pytest.mark.skipif(sys.platform == "win32", reason="HOME is Unix's")
def test_other_requests_are_synced_and_may_shrink(tmp_path: Path) -> None:
    with run_server(tmp_path / "server") as live_server:
        token = live_server.create_device_token(live_server.create_user("ana"))
        machine = TrayMachine(tmp_path / "laptop", live_server.url, token)
        machine.append_message(90, "msg_1")
        machine.append_cost_state(input_tokens=1_000, output_tokens=60)
        machine.sync()
        larger = fetch_stats(live_server, "ana")
        # A response of a subagent that is read later, in the sums already.
        machine.append_message(91, "msg_2", output=50, isSidechain=True)
        machine.sync()

        here, there = machine.read_stats(), fetch_stats(live_server, "ana")

    assert larger["total_input_tokens"] == 1_000
    assert here["total_messages"] == 2
    assert here["total_input_tokens"] == 1_000
    assert here["total_output_tokens"] == 60
    assert {k: there[k] for k in COMPARED_FIELDS} == {
        k: here[k] for k in COMPARED_FIELDS
    }


@pytest.mark.skipif(sys.platform == "win32", reason="HOME is Unix's")
def test_two_machines_share_the_window_of_their_account(
    tmp_path: Path,
) -> None:
    with run_server(tmp_path / "server") as live_server:
        name = live_server.create_user("ana")
        machines = [
            TrayMachine(
                tmp_path / machine_name,
                live_server.url,
                live_server.create_device_token(name, machine_name),
            )
            for machine_name in ("laptop", "desk")
        ]
        machines[0].append_message(30, "msg_1")
        machines[1].append_message(100, "msg_2")
        # Copied from the other machine, as by synchronized home folders.
        machines[1].append_message(30, "msg_1")
        for machine in machines:
            machine.sync()

        stats = fetch_stats(live_server, name)

    assert (
        stats["total_messages"] == stats["window_details"]["input_tokens"] / 10
    )
    assert stats["total_messages"] == 2
    assert (
        stats["current_window_start"][:16]
        == ((NOW - timedelta(minutes=100)).isoformat()[:16])
    )
