"""Turn sync on and off; import nothing of it while it is off."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from claude_tray.core.time import to_epoch_ms
from claude_tray.ingest.message_queue import MessageQueue, WriterExecutor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claude_tray.ingest.snapshot_channel import SnapshotChannel
    from claude_tray.sync.client import SyncClient, SyncDependencies
    from claude_tray.sync.worker import SyncWorker


if TYPE_CHECKING:
    # Builds a client, on the thread of the worker.
    ClientFactory = Callable[[SyncDependencies], SyncClient]


class SyncService:
    """
    Own the thread that syncs, once it is turned on.

    Args:
        store: Path of the store.
        message_queue: Queue of the ingest worker, which writes to the store.
        channel: Publishes the state of sync.
    """

    def __init__(
        self,
        store: Path,
        message_queue: MessageQueue,
        channel: SnapshotChannel,
    ) -> None:
        self._store = store
        self._channel = channel
        self._writer_runner = WriterExecutor(message_queue, store)
        self._worker: SyncWorker | None = None

    def reconfigure(self, factory: ClientFactory | None) -> None:
        """Sync with a new client; None turns sync off."""
        if self._worker is None:
            if factory is None:
                return
            self._worker = self._start_worker()
        worker = self._worker
        build_client = (
            None if factory is None else self._bind_factory(factory, worker)
        )
        worker.reconfigure(build_client)

    def sync_now(self) -> None:
        """Start a run at once."""
        if self._worker is not None:
            self._worker.sync_now()

    def stop(self) -> None:
        """Stop within a second; the ingest worker must still run."""
        self._writer_runner.close()
        if self._worker is not None:
            self._worker.stop()

    def _start_worker(self) -> SyncWorker:
        # Late: most users do not sync.
        from claude_tray.sync.worker import SyncWorker

        worker = SyncWorker(self._store, self._channel.publish_sync_state)
        self._channel.subscribe(worker.on_store_changed)
        worker.start()
        return worker

    def _bind_factory(
        self,
        factory: ClientFactory,
        worker: SyncWorker,
    ) -> Callable[[], SyncClient]:
        from claude_tray.sync.client import SyncDependencies

        dependencies = SyncDependencies(
            self._store,
            self._writer_runner.run_on_writer,
            self._as_of,
            worker.on_progress,
        )
        return lambda: factory(dependencies)

    def _as_of(self) -> int:
        """Return the time in ms up to which transcripts were read."""
        snapshot = self._channel.latest()
        return (
            to_epoch_ms(snapshot.taken_at)
            if snapshot
            else time.time_ns() // 1_000_000
        )
