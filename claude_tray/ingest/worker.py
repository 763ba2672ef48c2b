"""The engine's loop."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from claude_tray.core.time import to_epoch_ms
from claude_tray.errors import ClaudeTrayError, StoreCorruptError
from claude_tray.ingest.accounts import list_accounts, resolve_accounts
from claude_tray.ingest.advisories import Advisories, collect_advisories
from claude_tray.ingest.batching import gc_disabled, iter_batches
from claude_tray.ingest.ingester import Ingester
from claude_tray.ingest.integrity_monitor import (
    IntegrityMonitor,
    describe_failure,
    load_last_snapshot,
)
from claude_tray.ingest.limit_samples import (
    ingest_cached_limits,
    ingest_statusline_samples,
)
from claude_tray.ingest.maintenance import run_maintenance
from claude_tray.ingest.message_queue import (
    FileChanged,
    Reconfigure,
    Rescan,
    RunOnWriter,
    Stop,
)
from claude_tray.ingest.rescan_scheduler import RescanScheduler
from claude_tray.ingest.result import IngestResult
from claude_tray.store.connection import (
    release_memory,
    writer_with_short_timeout,
)
from claude_tray.store.integrity import quarantine_database
from claude_tray.store.snapshot import SnapshotBuilder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from claude_tray.ingest.batching import PendingFile
    from claude_tray.ingest.config import EngineConfig
    from claude_tray.ingest.message_queue import MessageQueue, WorkerMessage
    from claude_tray.ingest.snapshot_channel import SnapshotChannel
    from claude_tray.store.connection import Writer


_log = logging.getLogger(__name__)

# After the store could not be used.
RETRY_SECONDS: Final = 5.0


def now_utc() -> datetime:
    return datetime.now(UTC)


class IngestWorker:
    """
    Reads transcripts, writes the store, posts snapshots. Owns the writer.

    Args:
        path: The store.
        queue: What it is asked to do.
        channel: Where it posts.
        config: What it works by.
        watch: Told at each look which folders are followed and how many
            there are in them; returns why not every change will be told.
        clock: The time.

    Attributes:
        problem: Why the store cannot be used; empty while it can.
    """

    def __init__(
        self,
        path: Path,
        queue: MessageQueue,
        channel: SnapshotChannel,
        config: EngineConfig,
        watch: Callable[[Iterable[Path], int], str],
        clock: Callable[[], datetime] = now_utc,
    ) -> None:
        self._path = path
        self._queue = queue
        self._channel = channel
        self._config = config
        self._watch = watch
        self._clock = clock
        self.problem = ""
        self._recovery_note = ""
        self._advisories = Advisories()
        self._scheduler = RescanScheduler()
        self._watch_problem = ""
        self._has_all_events = True

    def run(self) -> None:
        """Work until the inbox says Stop."""
        stopped = False
        while not stopped:
            try:
                stopped = self._run_with_store()
            except Exception as error:  # noqa: BLE001 - see `_fail`
                self._report_failure(error)
                stopped = self._queue.is_stopping(timeout=RETRY_SECONDS)

    def _report_failure(self, error: Exception) -> None:
        """Say why nothing is read for now; else old figures were shown on."""
        self.problem = describe_failure(error)
        _log.warning("The store cannot be used error=%s", self.problem)
        published = self._channel.latest()
        snapshot = published or load_last_snapshot(
            self._path, self._config, self._clock()
        )
        self._channel.publish(replace(snapshot, problem=self.problem))

    def _run_with_store(self) -> bool:
        try:
            with writer_with_short_timeout(self._path) as writer:
                return self._process_messages(writer)
        except StoreCorruptError as error:
            self._quarantine_database(error)
            return False

    def _process_messages(self, writer: Writer) -> bool:
        """Return whether the end was asked for; else the store is gone."""
        self._ingester = self._create_ingester(writer)
        self._snapshot_builder = SnapshotBuilder(writer)
        self.problem = ""
        integrity_monitor = IntegrityMonitor(self._path, writer)
        self._ingest_all(writer)
        integrity_monitor.check(self._clock())
        while not self._queue.is_stopping():
            message = self._queue.get(self._scheduler.wait_seconds())
            if message == Stop():
                return True
            is_requested = isinstance(message, Rescan)
            if (
                is_requested or self._scheduler.is_due()
            ) and integrity_monitor.is_database_missing():
                self._queue.put(message or Rescan())
                return False
            if message is not None:
                self._handle_message(message, writer)
            if self._scheduler.is_due():
                self._rescan(writer)
                integrity_monitor.check(self._clock())
        return True

    def _rescan(self, writer: Writer) -> None:
        had_all_events = self._has_all_events
        result = self._ingest_all(writer)
        if (
            result.files_read
            and had_all_events
            and self._scheduler.missed_change()
        ):
            _log.warning("Changes were not told files=%d", result.files_read)

    def _handle_message(self, message: WorkerMessage, writer: Writer) -> None:
        if isinstance(message, FileChanged):
            self._scheduler.event_received()
            result = IngestResult()
            for batch in iter_batches(self._ingester.check_file(message.path)):
                result = result.plus(self._ingest_batch(batch))
            has_new_limits = ingest_statusline_samples(
                writer, self._config, self._now_ms()
            )
            if has_new_limits or result.files_read:
                self._publish()
        elif isinstance(message, RunOnWriter):
            self._run_work(message, writer)
        else:
            if isinstance(message, Reconfigure):
                self._config = message.config
                self._ingester = self._create_ingester(writer)
            result = self._ingest_all(writer)
            if isinstance(message, Rescan) and message.on_done:
                message.on_done(result)

    def _create_ingester(self, writer: Writer) -> Ingester:
        return Ingester(writer, self._config.folders, self._config.prices)

    def _run_work(self, message: RunOnWriter, writer: Writer) -> None:
        try:
            message.work(writer)
        except ClaudeTrayError as error:
            _log.warning("Could not do what was asked error=%s", error)

    def _ingest_all(self, writer: Writer) -> IngestResult:
        """Look at every file and read what is new, the newest first."""
        self._scheduler.begin()
        pending = self._find_changed(writer)
        total_bytes = sum(item.size for item in pending)
        read_bytes, result = 0, IngestResult()
        with gc_disabled():
            for batch in iter_batches(pending):
                if self._queue.is_stopping():
                    break
                read_bytes += sum(item.size for item in batch)
                result = result.plus(self._ingest_batch(batch))
                if read_bytes < total_bytes:
                    self._publish(read_bytes / total_bytes)
        ingest_statusline_samples(writer, self._config, self._now_ms())
        for _ in run_maintenance(writer, self._config, self._now_ms()):
            if self._queue.is_stopping():
                break
            self._snapshot_builder.invalidate_from(0)
        self._advisories = collect_advisories(
            writer, self._config, self._now_ms()
        )
        self._publish()
        release_memory(writer)
        self._scheduler.end(
            self._config.rescan_interval,
            is_healthy=self._has_all_events and not self._ingester.unreadable,
        )
        return result

    def _find_changed(self, writer: Writer) -> list[PendingFile]:
        self._config = resolve_accounts(writer, self._config)
        self._ingester.set_folders(self._config.folders)
        ingest_cached_limits(writer, self._config, self._now_ms())
        ingest_statusline_samples(writer, self._config, self._now_ms())
        pending = self._ingester.find_changed()
        folders = [folder.path for folder in self._config.folders]
        folder_count = self._ingester.folder_count
        watch_problem = self._watch(folders, folder_count)
        if watch_problem and not self._watch_problem:
            _log.warning("Not every change will be told: %s", watch_problem)
        self._watch_problem, self._has_all_events = (
            watch_problem,
            folder_count > 0 and not watch_problem,
        )
        return pending

    def _now_ms(self) -> int:
        return to_epoch_ms(self._clock())

    def _ingest_batch(self, batch: Sequence[PendingFile]) -> IngestResult:
        result = self._ingester.ingest_batch(batch)
        if result.first_changed_ms is not None:
            self._snapshot_builder.invalidate_from(result.first_changed_ms)
        bad_lines, oversized_lines = result.bad_lines, result.oversized_lines
        if bad_lines or oversized_lines:
            # Never the line itself: a transcript is the user's own words.
            _log.warning(
                "Skipped lines bad=%d too_long=%d", bad_lines, oversized_lines
            )
        return result

    def _publish(self, progress: float | None = None) -> None:
        snapshot = self._snapshot_builder.build(
            list_accounts(self._config),
            self._clock(),
            is_provisional=progress is not None,
        )
        problem = (
            self.problem
            or self._ingester.problem()
            or self._config.config_error
            or self._recovery_note
        )
        self._channel.publish(
            replace(
                snapshot,
                scan_progress=progress,
                problem=problem,
                is_unreadable=bool(self._ingester.unreadable),
                **self._advisories._asdict(),
            ),
        )

    def _quarantine_database(self, error: StoreCorruptError) -> None:
        corrupt_copy = quarantine_database(self._path, self._clock())
        _log.error("Set the damaged store aside error=%s", error)
        self._recovery_note = (
            f"The store was damaged and is read anew from the transcripts; "
            f"what they no longer hold lies in {corrupt_copy.name}."
        )
