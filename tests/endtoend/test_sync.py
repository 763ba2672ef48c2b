"""Sync with the installed program, by command and from the tray."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
import requests

from claude_tray.config.writer import save_settings
from tests.support.builders import ClaudeFolder, make_line
from tests.support.chaos_machine import PROGRAM
from tests.support.desktop import wait_until
from tests.support.fake_receiver import TOKEN, FakeReceiver
from tests.support.server_process import PASSWORD, run_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.server_process import RunningServer


pytestmark = [
    pytest.mark.skipif(not PROGRAM.exists(), reason="not installed here"),
    pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix"),
]
COMPARED_FIELDS = (
    "total_messages",
    "total_sessions",
    "total_input_tokens",
    "total_output_tokens",
    "total_cache_creation_tokens",
    "total_cache_read_tokens",
)


class SyncingMachine:
    """A user's machine: transcripts, the program and its files."""

    def __init__(self, folder: Path, url: str, token: str) -> None:
        self.name = folder.name
        self.claude = ClaudeFolder(folder / "claude")
        self.app_home = folder / "own"
        (self.app_home / "config").mkdir(parents=True)
        self.settings_path = self.app_home / "config" / "settings.toml"
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "CLAUDE_TRAY_HOME": str(self.app_home),
            "CLAUDE_PATH": str(self.claude.path),
            "LC_ALL": "C",
        }
        self.set_destination(url, token)

    def set_destination(self, url: str, token: str) -> None:
        """Sync to a server."""
        path = self.app_home / "config" / ".env"
        path.write_text(
            f"CLAUDE_USAGE_API_URL={url}\nCLAUDE_USAGE_API_TOKEN={token}\n",
        )
        path.chmod(0o600)

    def append_lines(self, *names: str, **outer: Any) -> None:
        session = f"session-{self.name}"
        lines = [
            make_line(
                "09:00", f"{self.name}_{name}", sessionId=session, **outer
            )
            for name in names
        ]
        self.claude.append(*lines, name=f"{session}.jsonl")

    def run_command(self, *args: str) -> str:
        done = subprocess.run(
            [PROGRAM, *args],
            env=self.env,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def read_stats(self) -> Any:
        return json.loads(self.run_command("stats", "--json"))


def _fetch_as_user(live_server: RunningServer, path: str) -> Any:
    """Return what the user sees on the server."""
    who = {"username": "ada", "password": PASSWORD}
    result = requests.post(
        f"{live_server.url}/api/token/", json=who, timeout=30
    )
    token = result.json()["access"]
    return requests.get(
        f"{live_server.url}/app/claude-usage/{path}",
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    ).json()


def _matches_server(
    live_server: RunningServer, *machines: SyncingMachine
) -> None:
    there, here = (
        _fetch_as_user(live_server, "stats/"),
        [m.read_stats() for m in machines],
    )
    for name in COMPARED_FIELDS:
        assert there[name] == sum(stats[name] for stats in here), name


def _find_database(home: Path) -> Path:
    (found,) = (
        path
        for path in home.rglob("*")
        if path.is_file() and path.read_bytes()[:6] == b"SQLite"
    )
    return found


@pytest.mark.skipif(
    find_spec("django") is None,
    reason="needs claude-tray[server]",
)
def test_machines_add_up_on_the_server_even_one_from_a_backup(
    tmp_path: Path,
) -> None:
    home, backup = tmp_path / "server", tmp_path / "backup"
    with run_server(home) as live_server:
        live_server.create_user("ada")
        tokens = [
            live_server.create_device_token("ada", name)
            for name in ("desk", "lap")
        ]
        desk = SyncingMachine(tmp_path / "desk", live_server.url, tokens[0])
        lap = SyncingMachine(tmp_path / "lap", live_server.url, tokens[1])
        desk.append_lines("msg_1", "msg_2")
        lap.append_lines("msg_1", cwd="/home/ada/shop")
        out = desk.run_command("sync")
        assert "Synced 1 projects, 1 sessions, 2 snapshots" in out
        lap.run_command("sync")
        database = _find_database(home)
        with closing(sqlite3.connect(database)) as reader:
            reader.execute("VACUUM INTO ?", (str(backup),))
        desk.append_lines("msg_3")
        desk.run_command("sync")
        _matches_server(live_server, desk, lap)
    for path in database.parent.glob(f"{database.name}*"):
        path.unlink()
    shutil.copy(backup, database)

    with run_server(home) as live_server:
        for machine, token in zip((desk, lap), tokens, strict=True):
            machine.set_destination(live_server.url, token)
            machine.run_command("sync")

        # From here on, the desk sends aliases for project names.
        save_settings(desk.settings_path, {"sync.projects": "hidden"})
        desk.run_command("sync")
        _matches_server(live_server, desk, lap)
        found = _fetch_as_user(live_server, "projects/")["projects"]
        named = {p["name"]: p["total_messages"] for p in found}
        assert {k: n for k, n in named.items() if n} == {
            "hidden": 3,
            "shop": 1,
        }


def test_the_tray_syncs_once_sync_is_enabled(tmp_path: Path) -> None:
    with FakeReceiver() as receiver:
        machine = SyncingMachine(tmp_path / "desk", receiver.url, TOKEN)
        machine.append_lines("msg_1", "msg_2")
        tray = subprocess.Popen(
            [PROGRAM, "--no-tray"],
            env=machine.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        wait_until((machine.app_home / "data" / "usage.db").exists)
        time.sleep(3)
        assert receiver.requests == []

        save_settings(machine.settings_path, {"sync.enabled": True})
        wait_until(lambda: len(receiver.rows) == 2, timeout=60)
        state = json.loads(machine.run_command("status", "--json"))["sync"]
        assert (state["state"], state["waiting"]) == ("idle", 0)

        tray.send_signal(signal.SIGTERM)
        out, _ = tray.communicate(timeout=10)
        assert tray.returncode == 0
        assert TOKEN.encode() not in out
        log = machine.app_home / "state" / "claude-tray.log"
        assert not log.exists() or TOKEN not in log.read_text()
