from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import StoreError
from claude_tray.ingest import message_queue as errands_module
from claude_tray.ingest.message_queue import (
    FileChanged,
    MessageQueue,
    Rescan,
    RunOnWriter,
    Stop,
    WriterExecutor,
)
from claude_tray.store import metadata
from claude_tray.store.connection import Writer, open_writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def message_queue(tmp_path: Path) -> Iterator[MessageQueue]:
    """A queue and a thread that runs its work on a writer."""
    message_queue = MessageQueue()

    def run_messages() -> None:
        writer = open_writer(tmp_path / "usage.db")
        while (message := message_queue.get(10)) != Stop():
            if isinstance(message, RunOnWriter):
                message.work(writer)
        writer.close()

    thread = threading.Thread(target=run_messages)
    thread.start()
    yield message_queue
    message_queue.put(Stop())
    thread.join()


def test_work_runs_on_the_thread_of_the_writer(
    message_queue: MessageQueue,
    tmp_path: Path,
) -> None:
    threads: list[int] = []

    def work(writer: Writer) -> None:
        threads.append(threading.get_ident())
        metadata.set_value(writer, "told", "yes")

    WriterExecutor(message_queue, tmp_path / "usage.db").run_on_writer(work)

    assert threads != [threading.get_ident()]
    writer = open_writer(tmp_path / "usage.db")
    assert metadata.get_value(writer, "told") == "yes"
    writer.close()


def test_failed_work_is_rolled_back_and_reported(
    message_queue: MessageQueue,
    tmp_path: Path,
) -> None:
    def work(writer: Writer) -> None:
        metadata.set_value(writer, "told", "yes")
        writer.execute("SELECT * FROM nowhere")

    runner = WriterExecutor(message_queue, tmp_path / "usage.db")
    with pytest.raises(StoreError):
        runner.run_on_writer(work)

    found: list[str] = []
    runner.run_on_writer(
        lambda writer: found.append(metadata.get_value(writer, "told"))
    )
    assert found == [""]


def test_slow_work_is_waited_for(
    message_queue: MessageQueue,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(errands_module, "_POLL_SECONDS", 0.01)
    done: list[bool] = []

    def work(_: Writer) -> None:
        done.append(threading.Event().wait(0.1))

    WriterExecutor(message_queue, tmp_path / "usage.db").run_on_writer(work)

    assert done == [False]


def test_closing_wakes_waiting_threads(tmp_path: Path) -> None:
    runner = WriterExecutor(MessageQueue(), tmp_path / "usage.db")
    runner.close()

    with pytest.raises(StoreError, match="stopping"):
        runner.run_on_writer(lambda _: None)


def test_equal_messages_are_queued_once() -> None:
    message_queue = MessageQueue()
    for _ in range(1_000):
        message_queue.put(FileChanged("/a"))
    message_queue.put(Rescan())
    message_queue.put(FileChanged("/a"))

    assert message_queue.get(1) == FileChanged("/a")
    assert message_queue.get(1) == Rescan()
    assert message_queue.get(0) is None


def test_stop_is_seen_behind_other_messages() -> None:
    message_queue = MessageQueue()
    message_queue.put(Rescan())
    assert not message_queue.is_stopping()

    message_queue.put(Stop())

    assert message_queue.is_stopping()


def test_waiting_for_stop_ignores_other_messages() -> None:
    message_queue = MessageQueue()
    message_queue.put(FileChanged("/a"))

    assert not message_queue.is_stopping(timeout=0.01)
    message_queue.put(Stop())

    assert message_queue.is_stopping(timeout=60)


def test_changes_at_the_head_are_taken_together() -> None:
    message_queue = MessageQueue()
    for name in ("/a", "/b", "/c"):
        message_queue.put(FileChanged(name))
    message_queue.put(Rescan())
    message_queue.put(FileChanged("/d"))

    assert message_queue.has_changes()
    assert message_queue.take_changes(2) == [
        FileChanged("/a"),
        FileChanged("/b"),
    ]
    assert message_queue.take_changes(9) == [FileChanged("/c")]
    assert not message_queue.has_changes()
    assert message_queue.take_changes(9) == []
    assert message_queue.get(0) == Rescan()
    assert message_queue.has_changes()
