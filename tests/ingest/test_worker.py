from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.price_table import ModelPrices, PriceTable
from claude_tray.core.windows import WindowRule
from claude_tray.errors import UsageError
from claude_tray.ingest import rescan_scheduler, worker
from claude_tray.ingest.config import EngineConfig
from claude_tray.ingest.message_queue import (
    FileChanged,
    MessageQueue,
    Reconfigure,
    Rescan,
    RunOnWriter,
    Stop,
)
from claude_tray.ingest.snapshot_channel import SnapshotChannel
from claude_tray.ingest.worker import IngestWorker, now_utc
from claude_tray.providers.claude_code.statusline.handler import write_sample
from claude_tray.providers.registry import AccountFolder
from claude_tray.store.connection import Writer, open_writer
from claude_tray.store.integrity import move_corrupt_database
from tests.support.builders import (
    PRICES,
    ClaudeFolder,
    at,
    make_line,
    make_record,
)
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from claude_tray.core.snapshot import Snapshot
    from claude_tray.ingest.result import IngestResult


TIMEOUT_SECONDS = 10


class RecordingChannel(SnapshotChannel):
    """A channel that records all published snapshots."""

    def __init__(self) -> None:
        super().__init__()
        self.published: list[Snapshot] = []

    def publish(self, snapshot: Snapshot) -> None:
        self.published.append(snapshot)
        super().publish(snapshot)


class EngineHarness:
    """An ingest worker in its thread, with helpers."""

    def __init__(self, folder: Path) -> None:
        self.claude = ClaudeFolder(folder / "claude")
        self.store = folder / "own" / "usage.db"
        self.message_queue = MessageQueue()
        self.channel = RecordingChannel()
        self.config = EngineConfig(
            (AccountFolder(self.claude.path),), PRICES, WindowRule.EXACT
        )
        self.now = at("10:00")
        self.is_watched = True
        self.watch_calls = 0
        self._version = 0
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        engine = IngestWorker(
            self.store,
            self.message_queue,
            self.channel,
            self.config,
            self._watch,
            self._clock,
        )
        self._thread = threading.Thread(target=engine.run)
        self._thread.start()

    def wait_until(self, condition: Callable[[Snapshot], bool]) -> Snapshot:
        while True:
            update = self.channel.wait_for_newer(
                self._version, TIMEOUT_SECONDS
            )
            assert update is not None, "nothing was posted"
            self._version, snapshot = update
            if condition(snapshot):
                return snapshot

    def wait_for_messages(self, count: int) -> Snapshot:
        return self.wait_until(lambda s: s.today.messages == count)

    def stop(self) -> None:
        self.message_queue.put(Stop())
        self.join()

    def join(self) -> None:
        if self._thread:
            self._thread.join(TIMEOUT_SECONDS)
            assert not self._thread.is_alive()

    def _watch(self, folders: Sequence[AccountFolder], revision: int) -> str:
        del folders, revision
        self.watch_calls += 1
        return "" if self.is_watched else "nothing is watched"

    def _clock(self) -> datetime:
        return self.now


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EngineHarness]:
    running = EngineHarness(tmp_path)
    yield running
    running.stop()


def test_it_ingests_existing_and_appended_lines(
    engine: EngineHarness,
) -> None:
    path = engine.claude.append(make_line(message="msg_1"))
    engine.start()
    engine.wait_for_messages(1)

    engine.claude.append(make_line(message="msg_2"))
    engine.message_queue.put(FileChanged(str(path)))
    snapshot = engine.wait_for_messages(2)

    assert snapshot.latest_account is not None
    assert snapshot.latest_account.window is not None
    assert snapshot.latest_account.window.start == at("09:00")
    assert snapshot.problem == ""


def test_other_lines_do_not_change_totals(
    engine: EngineHarness,
) -> None:
    path = engine.claude.append(make_line())
    engine.start()
    engine.wait_for_messages(1)

    engine.claude.append(b'{"type":"user"}\n')
    engine.message_queue.put(FileChanged(str(path)))

    assert engine.wait_until(lambda _: True).today.messages == 1


def test_many_changed_files_are_published_together(
    engine: EngineHarness,
) -> None:
    engine.claude.append(make_line(message="msg_0"))
    engine.start()
    engine.wait_for_messages(1)
    before, _ = engine.channel.wait_for_newer(0, 1) or (0, None)
    release = threading.Event()

    def hold(_: Writer) -> None:
        release.wait(TIMEOUT_SECONDS)

    engine.message_queue.put(RunOnWriter(hold))

    for number in range(1, 101):
        name = f"s{number}.jsonl"
        path = engine.claude.append(
            make_line(message=f"msg_{number}"), name=name
        )
        engine.message_queue.put(FileChanged(str(path)))
    release.set()
    engine.wait_for_messages(101)

    after, _ = engine.channel.wait_for_newer(0, 1) or (0, None)
    assert after - before == 1


def test_an_event_without_new_lines_publishes_nothing(
    engine: EngineHarness,
) -> None:
    path = engine.claude.append(make_line())
    engine.start()
    engine.wait_for_messages(1)

    engine.message_queue.put(FileChanged(str(path)))
    engine.message_queue.put(Rescan())

    assert engine.wait_until(lambda _: True).today.messages == 1


def test_the_latest_usage_is_shown_during_the_first_load(
    engine: EngineHarness,
) -> None:
    filler = b'{"type":"user","x":"' + b"x" * 1_000_000 + b'"}\n'
    for number in range(3):
        engine.claude.append(
            make_line(message=f"msg_{number}"),
            filler * 5,
            name=f"s{number}.jsonl",
        )
    engine.start()

    last = engine.wait_until(lambda s: s.scan_progress is None)
    first = engine.channel.published[0]

    assert first.scan_progress is not None
    assert 0 < first.scan_progress < 1
    assert first.latest_account is not None
    assert first.latest_account.is_provisional
    assert last.today.messages == 3


def test_it_can_be_stopped_during_the_first_load(
    engine: EngineHarness,
) -> None:
    engine.message_queue.put(Stop())
    engine.claude.append(make_line())

    engine.start()
    engine.stop()

    with closing(sqlite3.connect(engine.store)) as store:
        assert store.execute("SELECT count(*) FROM message").fetchone() == (0,)


def test_a_rescan_reports_its_result(
    engine: EngineHarness,
) -> None:
    engine.start()
    engine.wait_until(lambda _: True)
    engine.claude.append(make_line())
    done = threading.Event()
    results: list[IngestResult] = []

    def on_done(result: IngestResult) -> None:
        results.append(result)
        done.set()

    engine.message_queue.put(Rescan(on_done))

    assert done.wait(TIMEOUT_SECONDS)
    assert results[0].added == 1


def test_statusline_samples_are_shown(
    engine: EngineHarness,
    tmp_path: Path,
) -> None:
    path = engine.claude.append(make_line())
    waiting = tmp_path / "statusline"
    engine.config = engine.config._replace(spool_dir=waiting)
    engine.start()
    engine.wait_for_messages(1)
    payload = {
        "transcript_path": str(path),
        "rate_limits": {
            "five_hour": {
                "used_percentage": 38,
                "resets_at": at("14:00").timestamp(),
            },
        },
    }
    write_sample(waiting, payload, int(at("10:00").timestamp() * 1e9))

    engine.message_queue.put(FileChanged(str(waiting)))
    snapshot = engine.wait_until(
        lambda s: (
            s.latest_account is not None and s.latest_account.used is not None
        ),
    )

    assert snapshot.latest_account is not None
    assert snapshot.latest_account.used is not None
    assert snapshot.latest_account.used.percent == 38


def test_another_config_applies_immediately(engine: EngineHarness) -> None:
    engine.claude.append(make_line("09:47"))
    engine.start()
    engine.wait_for_messages(1)

    unpriced = PriceTable("none", {})
    engine.message_queue.put(
        Reconfigure(
            engine.config._replace(rule=WindowRule.HOUR, prices=unpriced)
        ),
    )
    snapshot = engine.wait_until(lambda s: s.today.unpriced == 1)

    assert snapshot.latest_account is not None
    assert snapshot.latest_account.window is not None
    assert snapshot.latest_account.window.start == at("09:00")


def test_failed_work_does_not_stop_the_worker(
    engine: EngineHarness,
) -> None:
    engine.start()
    done = threading.Event()

    def fail(_: Writer) -> None:
        summary = "Not today."
        raise UsageError(summary)

    def work(writer: Writer) -> None:
        writer.execute("SELECT 1")
        done.set()

    engine.message_queue.put(RunOnWriter(fail))
    engine.message_queue.put(RunOnWriter(work))

    assert done.wait(TIMEOUT_SECONDS)


def test_an_internal_error_is_reported_and_work_continues(
    engine: EngineHarness,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "RETRY_SECONDS", 0.05)
    engine.claude.append(make_line(message="msg_1"))
    engine.start()
    engine.wait_for_messages(1)

    def stumble(_: Writer) -> None:
        raise KeyError

    engine.message_queue.put(RunOnWriter(stumble))
    snapshot = engine.wait_until(lambda s: s.problem != "")
    engine.claude.append(make_line(message="msg_2"))

    assert "Internal error: KeyError in test_worker.py" in snapshot.problem
    assert snapshot.today.messages == 1
    engine.wait_until(lambda s: s.problem == "")


def test_unreadable_folders_are_reported_until_readable(
    engine: EngineHarness,
) -> None:
    shutil.rmtree(engine.claude.projects)
    engine.claude.projects.write_text("no folder")
    engine.start()

    snapshot = engine.wait_until(lambda s: s.problem != "")
    assert str(engine.claude.projects) in snapshot.problem

    engine.claude.projects.unlink()
    engine.claude.append(b"no json\n", make_line())
    engine.message_queue.put(Rescan())

    assert engine.wait_for_messages(1).problem == ""


def test_without_events_it_rescans_often(
    engine: EngineHarness,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rescan_scheduler, "DEGRADED_INTERVAL_SECONDS", 0.05)
    monkeypatch.setattr(rescan_scheduler, "_DEGRADED_FACTOR", 1)
    engine.is_watched = False
    engine.start()
    engine.wait_until(lambda _: True)

    for number in range(1, 4):
        engine.claude.append(make_line(message=f"msg_{number}"))
        engine.wait_for_messages(number)


def test_changes_without_events_are_found_and_logged_once(
    engine: EngineHarness,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rescan_scheduler, "_DEGRADED_FACTOR", 1)
    monkeypatch.setattr(rescan_scheduler, "_IDLE_FACTOR", 1)
    engine.config = engine.config._replace(rescan_interval=0.05)
    engine.claude.append(make_line(message="msg_0"))
    engine.start()
    engine.wait_for_messages(1)

    for number in range(1, 4):
        engine.claude.append(make_line(message=f"msg_{number}"))
        engine.wait_for_messages(number + 1)
    engine.stop()

    assert caplog.text.count("Rescan found changes without events") == 1


def test_watches_are_kept_while_no_folder_changes(
    engine: EngineHarness,
) -> None:
    engine.config = engine.config._replace(rescan_interval=0.05)
    engine.claude.append(make_line())
    engine.start()
    engine.wait_for_messages(1)
    calls_before = engine.watch_calls

    engine.wait_until(lambda s: s.scan_progress is None)
    engine.message_queue.put(Rescan())
    engine.wait_until(lambda s: s.scan_progress is None)

    assert engine.watch_calls == calls_before + 1


def test_a_corrupt_database_is_moved_away_and_rebuilt(
    engine: EngineHarness,
) -> None:
    engine.store.parent.mkdir()
    engine.store.write_bytes(b"damaged" * 10_000)
    engine.claude.append(make_line())
    engine.start()

    snapshot = engine.wait_for_messages(1)

    assert "usage.db.corrupt-20260301T100000" in snapshot.problem


def test_usage_of_a_damaged_database_is_recovered(
    engine: EngineHarness,
) -> None:
    with closing(open_writer(engine.store)) as writer:
        save_records(
            writer, *(make_record(message=f"msg_{n}") for n in range(3))
        )
    move_corrupt_database(engine.store, at("09:00"))
    engine.start()

    engine.wait_for_messages(3)


def test_a_deleted_database_is_rebuilt(
    engine: EngineHarness,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rescan_scheduler, "DEGRADED_INTERVAL_SECONDS", 0.05)
    monkeypatch.setattr(rescan_scheduler, "_DEGRADED_FACTOR", 1)
    engine.is_watched = False
    engine.claude.append(make_line())
    engine.start()
    engine.wait_for_messages(1)

    shutil.rmtree(engine.store.parent)
    while not engine.store.exists():
        time.sleep(0.01)

    engine.claude.append(make_line(message="msg_2"))
    engine.wait_for_messages(2)


def test_a_database_that_cannot_be_opened_is_retried(
    engine: EngineHarness,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "RETRY_SECONDS", 0.05)
    engine.claude.append(make_line())
    engine.store.parent.write_text("no folder")
    engine.start()
    snapshot = engine.wait_until(lambda s: s.problem != "")
    assert "Cannot create" in snapshot.problem

    engine.store.parent.unlink()

    engine.wait_for_messages(1)


def test_a_full_disk_is_reported_until_there_is_room(
    engine: EngineHarness,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "RETRY_SECONDS", 0.2)
    engine.claude.append(make_line(message="msg_1"))
    engine.start()
    engine.wait_for_messages(1)

    def fill(writer: Writer) -> None:
        (pages,) = writer.execute("PRAGMA page_count").fetchone()
        writer.execute(f"PRAGMA max_page_count = {pages}")

    engine.message_queue.put(RunOnWriter(fill))
    lines = [make_line(message=f"msg_{n}") for n in range(2, 2_002)]
    path = engine.claude.append(*lines)
    engine.message_queue.put(FileChanged(str(path)))

    full = engine.wait_until(lambda s: s.problem != "")
    assert "disk is full" in full.problem
    assert full.today.messages == 1

    assert engine.wait_for_messages(2_001).problem == ""


def test_a_newer_store_is_left_alone(engine: EngineHarness) -> None:
    open_writer(engine.store).close()
    with closing(sqlite3.connect(engine.store)) as store:
        store.execute("PRAGMA user_version = 999")
    engine.start()

    snapshot = engine.wait_until(lambda s: s.problem != "")
    assert "newer version of claude-tray" in snapshot.problem


def test_the_default_clock_has_a_time_zone() -> None:
    assert now_utc().tzinfo is not None


class StoppingPriceTable(PriceTable):
    """Prices that stop the worker when they are first used."""

    def __init__(self, message_queue: MessageQueue) -> None:
        super().__init__("stopping", {})
        self._message_queue = message_queue

    def get_model_prices(self, model: str) -> tuple[ModelPrices, ...]:
        self._message_queue.put(Stop())
        return super().get_model_prices(model)


def test_it_can_be_stopped_while_repricing(
    engine: EngineHarness,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("claude_tray.store.reprice._CHUNK_ROWS", 1)
    engine.claude.append(*(make_line(message=f"msg_{n}") for n in range(5)))
    engine.start()
    engine.wait_for_messages(5)

    prices = StoppingPriceTable(engine.message_queue)
    engine.message_queue.put(
        Reconfigure(engine.config._replace(prices=prices))
    )
    engine.join()

    with closing(sqlite3.connect(engine.store)) as store:
        rows = store.execute("SELECT count(*) FROM message WHERE cost IS NULL")
        assert rows.fetchone() == (1,)
