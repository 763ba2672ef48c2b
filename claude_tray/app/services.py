"""Puts the parts together, starts them and ends them in order."""

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
from claude_tray.ui.tray.menu_model import ActionKind, UserAction
from claude_tray.watching.observer import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.ingest.config import EngineConfig
    from claude_tray.ingest.result import IngestResult
    from claude_tray.platform.paths import AppPaths
    from claude_tray.platform.single_instance import SingleInstance


_REFRESH_TIMEOUT_SECONDS: Final = 55.0
_POLL_SECONDS: Final = 0.2


class AppServices:
    """
    Everything that runs beside the icon.

    Args:
        paths: The program's own files.
        config: What the engine works by.
        on_action: Called, on any thread, with what another process asks for.
    """

    def __init__(
        self,
        paths: AppPaths,
        config: EngineConfig,
        on_action: Callable[[UserAction], None],
    ) -> None:
        self.channel = SnapshotChannel()
        self._inbox = MessageQueue()
        self.sync_service = SyncService(
            paths.database, self._inbox, self.channel
        )
        self._config = config
        self._on_action = on_action
        self._watcher = Watcher(self._on_file_changed, config.spool_dir)
        self._worker = IngestWorker(
            paths.database,
            self._inbox,
            self.channel,
            config,
            self._watcher.watch,
        )
        self._engine_thread = threading.Thread(
            target=self._worker.run, name="engine"
        )

    def start(self, instance: SingleInstance) -> None:
        self._engine_thread.start()
        instance.serve(self._handle_command)

    def reconfigure(self, config: EngineConfig) -> None:
        """Go on with other choices."""
        self._config = config
        self._inbox.put(Reconfigure(config))

    def refresh(self) -> None:
        """Look at every file now."""
        self._inbox.put(Rescan())

    def stop(self, instance: SingleInstance) -> None:
        """End every thread, those that ask before those that answer."""
        self._watcher.stop()
        self.sync_service.stop()
        self._inbox.put(Stop())
        self.channel.close()
        instance.release()
        self._engine_thread.join()

    def _on_file_changed(self, path: str | None) -> None:
        self._inbox.put(FileChanged(path) if path else Rescan())

    def _handle_command(self, command: str) -> str:
        """Answer what a command asks of the running tray."""
        name, _, folders = command.partition(" ")
        if name == "quit":
            self._on_action(UserAction(ActionKind.QUIT))
            return "ok"
        if name == "show":
            self._on_action(UserAction(ActionKind.OPEN_POPUP))
            return "ok"
        if name == "watched":
            return str(self._watcher.count_watches())
        if name == "refresh" and folders == self._format_folders():
            return self._refresh_and_wait()
        return "running"

    def _format_folders(self) -> str:
        return ",".join(str(folder.path) for folder in self._config.folders)

    def _refresh_and_wait(self) -> str:
        """Take in what is new; return what it brought once committed."""
        done = threading.Event()
        results: list[IngestResult] = []

        def on_ingested(result: IngestResult) -> None:
            results.append(result)
            done.set()

        self._inbox.put(Rescan(on_ingested))
        deadline = time.monotonic() + _REFRESH_TIMEOUT_SECONDS
        while not done.wait(_POLL_SECONDS):
            if self._worker.problem or time.monotonic() > deadline:
                return "busy"
        return f"gain {' '.join(map(str, results[0][:6]))}"
