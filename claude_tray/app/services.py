"""Run ingestion, file watching and sync without any user interface."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from claude_tray.ingest.message_queue import (
    FileChanged,
    MessageQueue,
    Reconfigure,
    Rescan,
    Stop,
)
from claude_tray.ingest.snapshot_channel import SnapshotChannel
from claude_tray.ingest.worker import IngestWorker
from claude_tray.sync.service import SyncService
from claude_tray.watching.observer import Watcher

if TYPE_CHECKING:
    from claude_tray.ingest.config import EngineConfig
    from claude_tray.ingest.result import IngestResult
    from claude_tray.platform.paths import AppPaths


# Shorter than the 60 s that a command waits for the reply.
_REFRESH_TIMEOUT_SECONDS: Final = 55.0
# Shorter than the 2 s that `status` waits; it reads by itself then.
_CATCH_UP_TIMEOUT_SECONDS: Final = 1.0
_POLL_SECONDS: Final = 0.2


class AppServices:
    """
    Own the threads that read transcripts, watch files and sync.

    Args:
        paths: The program's own files.
        config: Initial configuration of the ingest worker.

    Attributes:
        channel: Publishes snapshots.
        sync_service: Sync, off until it is configured.
    """

    def __init__(self, paths: AppPaths, config: EngineConfig) -> None:
        self.channel = SnapshotChannel()
        self._queue = MessageQueue()
        self.sync_service = SyncService(
            paths.database, self._queue, self.channel
        )
        self._config = config
        self._stopped = threading.Event()
        self._watcher = Watcher(self._on_file_changed, config.spool_dir)
        self._worker = IngestWorker(
            paths.database,
            self._queue,
            self.channel,
            config,
            self._watcher.watch,
        )
        self._worker_thread = threading.Thread(
            target=self._worker.run, name="ingest"
        )

    @property
    def claude_folders(self) -> tuple[str, ...]:
        """Return the paths of the Claude folders that are followed."""
        return tuple(str(folder.path) for folder in self._config.folders)

    def start(self) -> None:
        self._worker_thread.start()

    def reconfigure(self, config: EngineConfig) -> None:
        """Apply a changed configuration."""
        self._config = config
        self._queue.put(Reconfigure(config))

    def refresh(self) -> None:
        """Start a rescan of all files."""
        self._queue.put(Rescan())

    def catch_up(self) -> bool:
        """Read what has changed; return whether that was done in time."""
        seconds = _CATCH_UP_TIMEOUT_SECONDS
        return self._rescan_and_wait(seconds, is_optional=True) is not None

    def refresh_and_wait(self) -> IngestResult | None:
        """Rescan all files; return None if the worker cannot in time."""
        return self._rescan_and_wait(_REFRESH_TIMEOUT_SECONDS)

    def _rescan_and_wait(
        self, timeout: float, *, is_optional: bool = False
    ) -> IngestResult | None:
        done = threading.Event()
        results: list[IngestResult] = []

        def on_ingested(result: IngestResult) -> None:
            results.append(result)
            done.set()

        self._queue.put(Rescan(on_ingested, is_optional))
        deadline = time.monotonic() + timeout
        while not done.wait(_POLL_SECONDS):
            is_late = time.monotonic() > deadline
            if is_late or self._worker.problem or self._stopped.is_set():
                return None
        return results[0]

    def count_watches(self) -> int | None:
        """Return the number of watched folders; None if unknown."""
        return self._watcher.count_watches()

    def stop(self) -> None:
        """Stop all threads."""
        self._stopped.set()
        # Before the worker: sync waits for it to write.
        self.sync_service.stop()
        self._queue.put(Stop())
        self.channel.close()
        self._worker_thread.join()
        # After the worker, which starts watches.
        self._watcher.stop()

    def _on_file_changed(self, path: str | None) -> None:
        self._queue.put(FileChanged(path) if path else Rescan())
