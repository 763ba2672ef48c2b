"""Sync on its thread, next to a real ingest worker and receiver."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.config.secret import Secret
from claude_tray.core.snapshot import SyncPhase
from claude_tray.errors import SyncMisconfiguredError
from claude_tray.ingest.config import EngineConfig
from claude_tray.ingest.message_queue import MessageQueue, Rescan, Stop
from claude_tray.ingest.snapshot_channel import SnapshotChannel
from claude_tray.ingest.worker import IngestWorker
from claude_tray.providers.registry import AccountFolder
from claude_tray.store.connection import open_reader
from claude_tray.sync.client import SyncClient
from claude_tray.sync.config import (
    PrivacySettings,
    SyncConfig,
    SyncInterval,
    parse_endpoint,
)
from claude_tray.sync.service import SyncService
from tests.support.builders import PRICES, ClaudeFolder, make_line
from tests.support.desktop import wait_until
from tests.support.fake_receiver import (
    TOKEN,
    FakeReceiver,
    FakeReceiverKind,
    build_response,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from claude_tray.core.snapshot import SyncState
    from claude_tray.sync.client import SyncDependencies


class SyncHarnessWithEngine:
    """Run an ingest worker and the sync service."""

    def __init__(self, folder: Path) -> None:
        self.claude = ClaudeFolder(folder / "claude")
        self.store = folder / "own" / "usage.db"
        self.channel, self.message_queue = SnapshotChannel(), MessageQueue()
        self.sync_service = SyncService(
            self.store, self.message_queue, self.channel
        )
        self.token = TOKEN
        self.interval = SyncInterval(batch_seconds=0.02, retry_seconds=0.02)
        config = EngineConfig((AccountFolder(self.claude.path),), PRICES)
        engine = IngestWorker(
            self.store,
            self.message_queue,
            self.channel,
            config,
            lambda _, __: "",
        )
        self._engine = threading.Thread(target=engine.run, name="engine")
        self._engine.start()
        wait_until(self.channel.latest)

    def send_to(self, url: str) -> None:
        def build_client(dependencies: SyncDependencies) -> SyncClient:
            sync_config = SyncConfig(
                parse_endpoint(url),
                Secret(self.token),
                PrivacySettings(),
                {"": str(self.claude.path)},
                "machine",
                "thinkpad",
                self.interval,
            )
            return SyncClient(sync_config, dependencies)

        self.sync_service.reconfigure(build_client)

    def append(self, *messages: str) -> None:
        self.claude.append(*[make_line("09:00", name) for name in messages])
        self.message_queue.put(Rescan())

    @property
    def state(self) -> SyncState:
        snapshot = self.channel.latest()
        assert snapshot is not None
        return snapshot.sync

    def stop(self) -> None:
        self.sync_service.stop()
        self.message_queue.put(Stop())
        self._engine.join()


@pytest.fixture
def sync_engine(tmp_path: Path) -> Iterator[SyncHarnessWithEngine]:
    sync_engine = SyncHarnessWithEngine(tmp_path)
    yield sync_engine
    sync_engine.stop()


@pytest.fixture
def receiver() -> Iterator[FakeReceiver]:
    with FakeReceiver() as receiver:
        yield receiver


@pytest.mark.parametrize("kind", list(FakeReceiverKind))
def test_new_records_are_sent_automatically(
    sync_engine: SyncHarnessWithEngine,
    receiver: FakeReceiver,
    kind: FakeReceiverKind,
) -> None:
    receiver.kind = kind
    sync_engine.append("msg_1", "msg_2")
    sync_engine.send_to(receiver.url)
    wait_until(lambda: len(receiver.rows) == 2)

    sync_engine.append("msg_3")
    wait_until(lambda: len(receiver.rows) == 3)
    wait_until(lambda: sync_engine.state.phase is SyncPhase.IDLE)

    assert sync_engine.state.last_ok_at is not None
    assert sync_engine.state.pending == 0


def test_nothing_is_sent_while_off(
    sync_engine: SyncHarnessWithEngine, receiver: FakeReceiver
) -> None:
    sync_engine.append("msg_1")
    sync_engine.send_to(receiver.url)
    wait_until(lambda: receiver.rows)

    sync_engine.sync_service.reconfigure(None)
    wait_until(lambda: sync_engine.state.phase is SyncPhase.OFF)
    request_count = len(receiver.requests)
    sync_engine.append("msg_2")
    wait_until(lambda: _count_sent(sync_engine) == 2)
    time.sleep(0.2)

    assert len(receiver.requests) == request_count


def _count_sent(sync_engine: SyncHarnessWithEngine) -> int:
    with closing(open_reader(sync_engine.store)) as reader:
        (count,) = reader.execute("SELECT count(*) FROM message").fetchone()
    return int(count)


def test_no_thread_runs_until_sync_is_turned_on(
    sync_engine: SyncHarnessWithEngine,
) -> None:
    sync_engine.sync_service.reconfigure(None)
    sync_engine.sync_service.sync_now()

    assert "sync" not in [thread.name for thread in threading.enumerate()]


def test_a_manual_sync_starts_at_once(
    sync_engine: SyncHarnessWithEngine,
    receiver: FakeReceiver,
) -> None:
    sync_engine.interval = SyncInterval(batch_seconds=600, retry_seconds=600)
    sync_engine.append("msg_1")
    sync_engine.send_to(receiver.url)
    wait_until(lambda: sync_engine.state.pending == 1)
    assert receiver.requests == []

    sync_engine.sync_service.sync_now()

    wait_until(lambda: receiver.rows)


def test_the_state_has_the_problem_and_the_pending_count(
    sync_engine: SyncHarnessWithEngine,
    receiver: FakeReceiver,
) -> None:
    receiver.fault_plan = lambda _: build_response(503, Retry_After="600")
    sync_engine.append("msg_1", "msg_2")
    sync_engine.send_to(receiver.url)

    wait_until(lambda: sync_engine.state.phase is SyncPhase.DELAYED)

    assert sync_engine.state.pending == 2
    assert "503" in sync_engine.state.problem
    assert sync_engine.state.failing_since is not None


def test_progress_of_a_long_run_is_published(
    sync_engine: SyncHarnessWithEngine,
    receiver: FakeReceiver,
) -> None:
    receiver.max_messages = 10
    receiver.fault_plan = lambda a: ("late", 0.4) if a.is_post else None
    sync_engine.append(*(f"msg_{number}" for number in range(80)))
    sync_engine.send_to(receiver.url)
    pending_counts: set[int] = set()

    def is_under_way() -> bool:
        if sync_engine.state.phase is SyncPhase.RUNNING:
            pending_counts.add(sync_engine.state.pending)
        return len(pending_counts) > 1

    wait_until(is_under_way)

    assert max(pending_counts) == 80
    assert 0 < min(pending_counts) < 80


def test_a_new_token_is_used_by_a_manual_sync(
    sync_engine: SyncHarnessWithEngine,
    receiver: FakeReceiver,
) -> None:
    sync_engine.token = "a-token-that-is-refused"
    sync_engine.append("msg_1")
    sync_engine.send_to(receiver.url)
    wait_until(lambda: sync_engine.state.phase is SyncPhase.STOPPED)

    sync_engine.token = TOKEN
    sync_engine.sync_service.sync_now()

    wait_until(lambda: receiver.rows)


def test_a_client_that_cannot_be_built_is_reported(
    sync_engine: SyncHarnessWithEngine,
) -> None:
    def kind(_: SyncDependencies) -> SyncClient:
        summary = "There is no address to sync with."
        raise SyncMisconfiguredError(summary)

    sync_engine.sync_service.reconfigure(kind)

    wait_until(lambda: sync_engine.state.phase is SyncPhase.STOPPED)
    assert sync_engine.state.problem == "There is no address to sync with."


def test_the_worker_waits_while_another_process_syncs(
    sync_engine: SyncHarnessWithEngine,
    receiver: FakeReceiver,
) -> None:
    lock = sync_engine.store.with_name("sync.lock")
    code = (
        "import pathlib, sys\n"
        "from claude_tray.platform.file_lock import FileLock\n"
        "assert FileLock(pathlib.Path(sys.argv[1])).acquire()\n"
        "print(flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(lock)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        sync_engine.append("msg_1")
        sync_engine.send_to(receiver.url)
        time.sleep(0.3)
        assert receiver.requests == []
        assert other.stdin is not None
        other.stdin.close()

    wait_until(lambda: receiver.rows)


@pytest.mark.parametrize("fault", ["black hole", "drip head", "drip body"])
def test_stopping_aborts_the_current_request(
    tmp_path: Path,
    receiver: FakeReceiver,
    fault: str,
) -> None:
    busy = threading.Event()

    def plan(_: Any) -> str:
        busy.set()
        return fault

    receiver.fault_plan = plan
    running = SyncHarnessWithEngine(tmp_path)
    running.append("msg_1")
    running.send_to(receiver.url)
    assert busy.wait(20)

    # Returns before the response; else the thread would outlive the test.
    running.stop()

    # Stopping is not stored as a failure.
    with closing(open_reader(running.store)) as reader:
        (failures,) = reader.execute(
            "SELECT ifnull(sum(failures), 0) FROM destination",
        ).fetchone()
    assert failures == 0


def test_reconfiguring_aborts_the_current_request(
    sync_engine: SyncHarnessWithEngine,
    receiver: FakeReceiver,
) -> None:
    receiver.fault_plan = lambda _: "black hole"
    sync_engine.append("msg_1")
    sync_engine.send_to(receiver.url)
    wait_until(lambda: receiver.requests)

    with FakeReceiver() as other:
        sync_engine.send_to(other.url)

        wait_until(lambda: other.rows)


def test_nothing_is_sent_while_idle(
    sync_engine: SyncHarnessWithEngine, receiver: FakeReceiver
) -> None:
    sync_engine.append("msg_1")
    sync_engine.send_to(receiver.url)
    wait_until(lambda: receiver.rows)
    wait_until(lambda: sync_engine.state.phase is SyncPhase.IDLE)
    request_count = len(receiver.requests)

    time.sleep(1)

    assert len(receiver.requests) == request_count
