"""The installed program forwards: to our server, and from the tray."""

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

from claude_tray.settings.save import save
from tests.support.builders import ClaudeFolder, a_line
from tests.support.desktop import until
from tests.support.receiver import TOKEN, Receiver
from tests.support.sea import PROGRAM
from tests.support.serving import PASSWORD, serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.serving import Served

pytestmark = [
    pytest.mark.skipif(not PROGRAM.exists(), reason="not installed here"),
    pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix"),
]
SAME = (
    "total_messages",
    "total_sessions",
    "total_input_tokens",
    "total_output_tokens",
    "total_cache_creation_tokens",
    "total_cache_read_tokens",
)


class Machine:
    """A person's machine: transcripts, own files and the program."""

    def __init__(self, folder: Path, url: str, token: str) -> None:
        self.name = folder.name
        self.claude = ClaudeFolder(folder / "claude")
        self.own = folder / "own"
        (self.own / "config").mkdir(parents=True)
        self.settings = self.own / "config" / "settings.toml"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "CLAUDE_TRAY_HOME": str(self.own),
            "CLAUDE_PATH": str(self.claude.path),
            "LC_ALL": "C",
        }
        self.move(url, token)

    def move(self, url: str, token: str) -> None:
        """Forward to an address."""
        path = self.own / "config" / ".env"
        path.write_text(
            f"CLAUDE_USAGE_API_URL={url}\nCLAUDE_USAGE_API_TOKEN={token}\n",
        )
        path.chmod(0o600)

    def write(self, *names: str, **outer: Any) -> None:
        session = f"session-{self.name}"
        lines = [
            a_line("09:00", f"{self.name}_{name}", sessionId=session, **outer)
            for name in names
        ]
        self.claude.append(*lines, name=f"{session}.jsonl")

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [PROGRAM, *words],
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def stats(self) -> Any:
        return json.loads(self.run("stats", "--json"))


def _on(served: Served, path: str) -> Any:
    """What a person sees on the server."""
    who = {"username": "ada", "password": PASSWORD}
    answer = requests.post(f"{served.url}/api/token/", json=who, timeout=30)
    token = answer.json()["access"]
    return requests.get(
        f"{served.url}/app/claude-usage/{path}",
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    ).json()


def _same(served: Served, *machines: Machine) -> None:
    there, here = _on(served, "stats/"), [m.stats() for m in machines]
    for name in SAME:
        assert there[name] == sum(stats[name] for stats in here), name


def _database(home: Path) -> Path:
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
def test_machines_add_up_on_a_server_even_one_from_a_backup(
    tmp_path: Path,
) -> None:
    home, backup = tmp_path / "server", tmp_path / "backup"
    with serving(home) as served:
        served.person("ada")
        tokens = [served.device("ada", name) for name in ("desk", "lap")]
        desk = Machine(tmp_path / "desk", served.url, tokens[0])
        lap = Machine(tmp_path / "lap", served.url, tokens[1])
        desk.write("msg_1", "msg_2")
        lap.write("msg_1", cwd="/home/ada/shop")
        out = desk.run("sync")
        assert "Synced 1 projects, 1 sessions, 2 snapshots" in out
        lap.run("sync")
        database = _database(home)
        with closing(sqlite3.connect(database)) as reader:
            reader.execute("VACUUM INTO ?", (str(backup),))
        desk.write("msg_3")
        desk.run("sync")
        _same(served, desk, lap)
    for path in database.parent.glob(f"{database.name}*"):
        path.unlink()
    shutil.copy(backup, database)

    with serving(home) as served:
        for machine, token in zip((desk, lap), tokens, strict=True):
            machine.move(served.url, token)
            machine.run("sync")

        # From here on the desk's projects are called otherwise.
        save(desk.settings, {"sync.projects": "hidden"})
        desk.run("sync")
        _same(served, desk, lap)
        found = _on(served, "projects/")["projects"]
        named = {p["name"]: p["total_messages"] for p in found}
        assert {k: n for k, n in named.items() if n} == {
            "hidden": 3,
            "shop": 1,
        }


def test_the_tray_forwards_once_it_is_switched_on(tmp_path: Path) -> None:
    with Receiver() as receiver:
        machine = Machine(tmp_path / "desk", receiver.url, TOKEN)
        machine.write("msg_1", "msg_2")
        tray = subprocess.Popen(
            [PROGRAM, "--no-tray"],
            env=machine.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        until((machine.own / "data" / "usage.db").exists)
        time.sleep(3)
        assert receiver.asked == []

        save(machine.settings, {"sync.enabled": True})
        until(lambda: len(receiver.rows) == 2, patience=60)
        state = json.loads(machine.run("status", "--json"))["sync"]
        assert (state["state"], state["waiting"]) == ("idle", 0)

        tray.send_signal(signal.SIGTERM)
        out, _ = tray.communicate(timeout=10)
        assert tray.returncode == 0
        assert TOKEN.encode() not in out
        log = machine.own / "state" / "claude-tray.log"
        assert not log.exists() or TOKEN not in log.read_text()
