"""Transcripts, the tray's own `sync`, the server: one way, one truth."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.support.builders import ClaudeFolder, a_line
from tests.support.serving import PASSWORD, serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.serving import Served

SECONDS = 60
NOW = datetime.now(UTC)
SAME = [
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


class Machine:
    """One with Claude Code and a tray that forwards."""

    def __init__(self, home: Path, url: str, token: str) -> None:
        self.claude = ClaudeFolder(home / ".claude")
        self._environment = os.environ | {
            "HOME": str(home),
            "CLAUDE_TRAY_HOME": str(home / "own"),
            "CLAUDE_PATH": str(home / ".claude"),
            "CLAUDE_USAGE_API_URL": url,
            "CLAUDE_USAGE_API_TOKEN": token,
        }

    def work(self, minutes_ago: int, name: str, output: int = 5) -> None:
        told = (NOW - timedelta(minutes=minutes_ago)).isoformat()
        self.claude.append(
            a_line(
                message=name,
                output=output,
                timestamp=told.replace("+00:00", "Z"),
                inner={"model": "claude-sonnet-4-20250514"},
            ),
        )

    def sync(self) -> str:
        return self._run("sync")

    def stats(self) -> dict[str, Any]:
        return dict(json.loads(self._run("stats", "--json")))

    def _run(self, *words: str) -> str:
        ended = subprocess.run(
            [sys.executable, "-m", "claude_tray", *words],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout


def stats_of(served: Served, name: str) -> dict[str, Any]:
    told = {"username": name, "password": PASSWORD}
    signed = requests.post(
        f"{served.url}/api/token/",
        json=told,
        timeout=SECONDS,
    )
    answer = requests.get(
        f"{served.url}/app/claude-usage/stats/",
        headers={"Authorization": f"Bearer {signed.json()['access']}"},
        timeout=SECONDS,
    )
    return dict(answer.json())


@pytest.mark.skipif(sys.platform == "win32", reason="HOME is Unix's")
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_what_the_tray_forwards_is_what_the_server_tells(
    database: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    environment = {}
    if database == "postgresql":
        cluster = request.getfixturevalue("cluster")
        environment["DATABASE_URL"] = cluster.new_database("tray")
    with serving(tmp_path / "server", **environment) as served:
        token = served.device(served.person("ana"))
        machine = Machine(tmp_path / "laptop", served.url, token)
        for number in range(5):
            machine.work(90 - number, f"msg_{number}")
        first = machine.sync()
        machine.work(60, "msg_4", output=50)
        machine.work(30, "msg_5")
        machine.sync()

        here, there = machine.stats(), stats_of(served, "ana")

    assert "✓ Sync successful: Synced 1 projects, 1 sessions" in first
    assert here["total_messages"] == 6
    assert here["total_output_tokens"] == 75
    assert {k: there[k] for k in SAME} == {k: here[k] for k in SAME}
    assert there["window_state"] == "complete"


@pytest.mark.skipif(sys.platform == "win32", reason="HOME is Unix's")
def test_two_machines_share_the_window_of_their_account(
    tmp_path: Path,
) -> None:
    with serving(tmp_path / "server") as served:
        name = served.person("ana")
        machines = [
            Machine(tmp_path / place, served.url, served.device(name, place))
            for place in ("laptop", "desk")
        ]
        machines[0].work(30, "msg_1")
        machines[1].work(100, "msg_2")
        # Copied by hand from the other, as synced homes are.
        machines[1].work(30, "msg_1")
        for machine in machines:
            machine.sync()

        told = stats_of(served, name)

    assert (
        told["total_messages"] == told["window_details"]["input_tokens"] / 10
    )
    assert told["total_messages"] == 2
    assert (
        told["current_window_start"][:16]
        == ((NOW - timedelta(minutes=100)).isoformat()[:16])
    )
