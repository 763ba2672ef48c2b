"""A provider with another format appears in every command."""

from __future__ import annotations

import json
import queue
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.cli.main import main
from claude_tray.ingest.config import EngineConfig
from claude_tray.ingest.message_queue import FileChanged, MessageQueue, Stop
from claude_tray.ingest.snapshot_channel import SnapshotChannel
from claude_tray.ingest.worker import IngestWorker
from claude_tray.providers.registry import AccountFolder
from claude_tray.store.connection import open_reader
from claude_tray.watching.observer import Watcher
from tests.support.acme_provider import Acme
from tests.support.builders import PRICES, ClaudeFolder, make_line

if TYPE_CHECKING:
    from pathlib import Path


TIMEOUT_SECONDS = 10


class AcmeUser:
    """A user of both Acme and Claude Code."""

    def __init__(
        self, home: Path, capture: pytest.CaptureFixture[str]
    ) -> None:
        self.folder = home / ".acme"
        self.logs = self.folder / "logs"
        self.store = home / "own" / "data" / "usage.db"
        self.claude = ClaudeFolder(home / ".claude")
        self.now = datetime.now(UTC).replace(microsecond=0)
        self._capture = capture

    def append(self, number: int, minutes_ago: int = 20) -> Path:
        self.logs.mkdir(parents=True, exist_ok=True)
        path = self.logs / "today.log"
        at = self.now - timedelta(minutes=minutes_ago)
        line = {
            "t": int(at.timestamp()),
            "id": f"a-{number}",
            "chat": "chat-1",
            "dir": "/home/ada/shop",
            "engine": "acme-large",
            "in": 100,
            "out": 20,
        }
        with path.open("a") as file:
            file.write(json.dumps(line) + "\n")
        return path

    def sign_in(self, account: str) -> None:
        self.folder.mkdir(exist_ok=True)
        resets_ms = int((self.now + timedelta(hours=3)).timestamp() * 1000)
        observed_ms = int(self.now.timestamp() * 1000) - 60_000
        (self.folder / "account.txt").write_text(
            f"{account} {resets_ms} {observed_ms}"
        )

    def run(self, *args: str) -> Any:
        assert main(args, [Acme()]) == 0
        return json.loads(self._capture.readouterr().out)


@pytest.fixture
def user(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> AcmeUser:
    for name in ("CLAUDE_PATH", "CLAUDE_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("CLAUDE_TRAY_HOME", str(tmp_path / "own"))
    return AcmeUser(tmp_path, capsys)


def test_every_command_shows_its_usage(user: AcmeUser) -> None:
    user.sign_in("ada")
    user.append(1)
    user.append(2, minutes_ago=10)
    user.claude.append(make_line(timestamp=user.now.isoformat()))

    status = user.run("status", "--json")
    export = user.run("export", "--json")

    window = _find(status["profiles"], "acme")["window"]
    assert (window["tokens"], window["used_percentage"]) == (240, 38)
    for command, text in {
        "stats": '"total_messages": 3',
        "projects": "shop",
        "sessions": "chat-1",
        "models": "acme-large",
        "windows": '"input_tokens": 200',
    }.items():
        assert text in json.dumps(user.run(command, "--json")), command
    days = user.run("daily", "--json")
    assert sum(day["messages"] for day in days) == 3
    providers = [row.get("provider") for row in export["records"]]
    assert sorted(map(str, providers)) == ["None", "acme", "acme"]


def _find(profiles: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(profile for profile in profiles if profile["name"] == name)


def test_the_store_keeps_its_accounts_and_keys_apart(user: AcmeUser) -> None:
    """Neither tool names an account; both use the same message id."""
    user.append(1)
    user.claude.append(
        make_line(message="a-1", request="", timestamp=user.now.isoformat())
    )

    user.run("refresh", "--json")

    with closing(open_reader(user.store)) as reader:
        accounts = reader.execute(
            "SELECT account, provider FROM profile ORDER BY account"
        ).fetchall()
        (messages,) = reader.execute("SELECT count(*) FROM message").fetchone()
    assert accounts == [("", "claude_code"), ("acme://", "acme")]
    assert messages == 2


def test_usage_becomes_that_of_the_account_that_signs_in(
    user: AcmeUser,
) -> None:
    user.append(1)
    user.run("refresh", "--json")

    user.sign_in("ada")
    user.run("refresh", "--json")

    with closing(open_reader(user.store)) as reader:
        accounts = reader.execute(
            "SELECT account, provider FROM profile ORDER BY account"
        ).fetchall()
    assert accounts == [("acme://ada", "acme")]


def test_an_appended_line_reaches_the_snapshot(user: AcmeUser) -> None:
    user.append(1)
    messages: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    watcher = Watcher(messages.put)
    message_queue, channel = MessageQueue(), SnapshotChannel()
    config = EngineConfig(
        (AccountFolder(user.folder, provider=Acme()),), PRICES
    )
    worker = IngestWorker(
        user.store, message_queue, channel, config, watcher.watch
    )
    thread = threading.Thread(target=worker.run)
    thread.start()
    _wait_for_messages(channel, 1)

    path = user.append(2)
    while messages.get(timeout=TIMEOUT_SECONDS) != str(path):
        pass
    message_queue.put(FileChanged(str(path)))
    _wait_for_messages(channel, 2)

    watcher.stop()
    message_queue.put(Stop())
    thread.join(TIMEOUT_SECONDS)


def _wait_for_messages(channel: SnapshotChannel, count: int) -> None:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    version = 0
    while time.monotonic() < deadline:
        update = channel.wait_for_newer(version, TIMEOUT_SECONDS)
        assert update is not None
        version, snapshot = update
        if snapshot.last_30_days.messages == count:
            return
    pytest.fail("no snapshot with the messages")
