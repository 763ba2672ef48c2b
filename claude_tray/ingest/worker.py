"""Run the ingest thread: follow transcripts and publish snapshots."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.time import to_epoch_ms
from claude_tray.errors import ClaudeTrayError, StoreCorruptError
from claude_tray.ingest import advisories
from claude_tray.ingest.config import EngineConfig, list_accounts
from claude_tray.ingest.integrity_monitor import (
    IntegrityMonitor,
    describe_failure,
    describe_recovery,
    load_last_snapshot,
)
from claude_tray.ingest.limit_samples import ingest_statusline_samples
from claude_tray.ingest.message_queue import (
    FileChanged,
    MessageQueue,
    Reconfigure,
    Rescan,
    RunOnWriter,
    Stop,
    WorkerMessage,
)
from claude_tray.ingest.pipeline import Ingester, RunObserver, run_once
from claude_tray.ingest.rescan_scheduler import RescanScheduler
from claude_tray.ingest.result import IngestResult
from claude_tray.ingest.snapshot_channel import PublishTimer, SnapshotChannel
from claude_tray.store.connection import (
    Writer,
    release_memory,
    writer_with_short_timeout,
)
from claude_tray.store.integrity import (
    list_corrupt_copies,
    move_corrupt_database,
)
from claude_tray.store.snapshot import SnapshotBuilder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from claude_tray.core.accounts import Account
    from claude_tray.providers.registry import AccountFolder


_log = logging.getLogger(__name__)

# Wait after the store could not be used.
RETRY_SECONDS: Final = 5.0
# Changed files that are read in one transaction.
_MAX_CHANGES: Final = 256


def now_utc() -> datetime:
    return datetime.now(UTC)


class _Dependencies(NamedTuple):
    """Arguments of `IngestWorker` that its store sessions share."""

    path: Path
    queue: MessageQueue
    channel: SnapshotChannel
    watch: Callable[[Sequence[AccountFolder], int], str]
    clock: Callable[[], datetime]


@dataclass
class _WorkerState:
    """
    State that outlives one opening of the store.

    Attributes:
        config: What to follow, with the accounts found last.
        scheduler: Decides when to rescan.
        recovery_note: For users, after the database was replaced.
        watch_problem: Why some changes raise no watcher event; empty if all
            do.
        has_all_events: Every change raises a watcher event.
    """

    config: EngineConfig
    scheduler: RescanScheduler = field(default_factory=RescanScheduler)
    recovery_note: str = ""
    watch_problem: str = ""
    has_all_events: bool = True


class IngestWorker:
    """
    Owns the only writer of the running tray.

    Args:
        path: Database file.
        queue: Incoming messages.
        channel: Receives snapshots.
        config: What to follow.
        watch: Called at each rescan with the followed folders and their
            number of subfolders; returns why some changes raise no event.
        clock: Returns the current time, with a zone.

    Attributes:
        problem: Why the store cannot be used, for users; empty if it can.
    """

    def __init__(
        self,
        path: Path,
        queue: MessageQueue,
        channel: SnapshotChannel,
        config: EngineConfig,
        watch: Callable[[Sequence[AccountFolder], int], str],
        clock: Callable[[], datetime] = now_utc,
    ) -> None:
        self._dependencies = _Dependencies(path, queue, channel, watch, clock)
        self._path = path
        self._queue = queue
        self._channel = channel
        self._clock = clock
        self._state = _WorkerState(config)
        self.problem = ""

    def run(self) -> None:
        """Work until the queue contains Stop."""
        stopped = False
        while not stopped:
            try:
                stopped = self._run_with_store()
            except Exception as error:  # noqa: BLE001 - reported to the user
                self._report_failure(error)
                stopped = self._queue.is_stopping(timeout=RETRY_SECONDS)

    def _run_with_store(self) -> bool:
        """Return whether to stop; else open the store again."""
        try:
            with writer_with_short_timeout(self._path) as writer:
                self.problem = ""
                session = _StoreSession(
                    writer, self._dependencies, self._state
                )
                return session.run()
        except StoreCorruptError as error:
            self._move_corrupt_database(error)
            return False

    def _report_failure(self, error: Exception) -> None:
        """Publish the problem, so that old figures do not pass for new."""
        self.problem = describe_failure(error)
        _log.warning("Cannot use the store error=%s", self.problem)
        snapshot = self._channel.latest() or load_last_snapshot(
            self._path, self._state.config, self._clock()
        )
        self._channel.publish(replace(snapshot, problem=self.problem))

    def _move_corrupt_database(self, error: StoreCorruptError) -> None:
        corrupt_copy = move_corrupt_database(self._path, self._clock())
        _log.error("Moved the corrupt database away error=%s", error)
        self._state.recovery_note = describe_recovery(corrupt_copy.name)


class _StoreSession(RunObserver):
    """
    Handles messages while the store is open.

    Args:
        writer: The open store.
        dependencies: Shared by all sessions.
        state: Updated in place.
    """

    def __init__(
        self,
        writer: Writer,
        dependencies: _Dependencies,
        state: _WorkerState,
    ) -> None:
        path, queue, channel, watch, clock = dependencies
        self._path = path
        self._writer = writer
        self._queue = queue
        self._channel = channel
        self._watch = watch
        self._clock = clock
        self._state = state
        self._scheduler = state.scheduler
        self._ingester = self._create_ingester()
        self._snapshot_builder = SnapshotBuilder(writer)
        self._integrity_monitor = IntegrityMonitor(path, writer)
        self._accounts: list[Account] = list_accounts(state.config)
        self._advisories = advisories.Advisories()
        self._timer = PublishTimer()

    def run(self) -> bool:
        """Return True after Stop, False if the database file is gone."""
        self._ingest_all()
        self._integrity_monitor.check(self._clock())
        self._recover_copies()
        while not self._queue.is_stopping():
            message = self._queue.get(self._scheduler.wait_seconds())
            if message == Stop():
                return True
            if isinstance(message, FileChanged):
                self._handle_changes(message)
                message = None
            is_rescan = isinstance(message, Rescan)
            if (
                is_rescan or self._scheduler.is_due()
            ) and self._integrity_monitor.is_database_missing():
                self._queue.put(message or Rescan())
                return False
            if message is not None:
                self._handle_message(message)
            if self._scheduler.is_due():
                self._rescan()
                self._integrity_monitor.check(self._clock())
        return True

    def _recover_copies(self) -> None:
        copies = list_corrupt_copies(self._path)
        if not copies:
            return
        # Late: databases are rarely damaged.
        from claude_tray.ingest.recovery import recover_corrupt_copies

        prices = self._state.config.prices
        if recover_corrupt_copies(
            self._writer, copies, prices, self.is_stopping
        ):
            self._snapshot_builder.invalidate_from(0)
            self._publish()

    def is_stopping(self) -> bool:
        return self._queue.is_stopping()

    def on_started(self, config: EngineConfig, total_bytes: int) -> None:
        del total_bytes
        state = self._state
        state.config = config
        self._accounts = list_accounts(config)
        reader = self._ingester.reader
        if reader.is_partial:
            # No folder has changed, so neither have the watches.
            return
        folder_count = reader.folder_count
        watch_problem = self._watch(config.folders, folder_count)
        if watch_problem and not state.watch_problem:
            _log.warning("Some changes raise no event: %s", watch_problem)
        state.watch_problem = watch_problem
        state.has_all_events = folder_count > 0 and not watch_problem

    def on_batch(
        self, result: IngestResult, done_bytes: int, total_bytes: int
    ) -> None:
        self._apply_result(result)
        if done_bytes < total_bytes and self._timer.may_show_progress():
            self._publish(done_bytes / total_bytes)

    def on_maintained(self) -> None:
        self._snapshot_builder.invalidate_from(0)

    def _rescan(self) -> None:
        had_all_events = self._state.has_all_events
        result = self._ingest_all(
            is_thorough=self._scheduler.is_thorough_due()
        )
        if (
            result.files_read
            and had_all_events
            and self._scheduler.missed_change()
        ):
            _log.warning(
                "Rescan found changes without events files=%d",
                result.files_read,
            )

    def _ingest_all(self, *, is_thorough: bool = True) -> IngestResult:
        self._scheduler.begin(is_thorough=is_thorough)
        state = self._state
        state.config, result = run_once(
            self._writer,
            self._ingester,
            state.config,
            self._clock,
            self,
            is_thorough=is_thorough,
        )
        self._accounts = list_accounts(state.config)
        self._advisories = advisories.collect_advisories(
            self._writer, state.config, self._now_ms()
        )
        self._publish()
        release_memory(self._writer)
        self._scheduler.end(
            state.config.rescan_interval,
            is_healthy=state.has_all_events
            and not self._ingester.reader.unreadable,
        )
        return result

    def _handle_changes(self, first: FileChanged) -> None:
        """Ingest all changed files together; publish once they are read."""
        self._scheduler.is_missing_events = False
        others = self._queue.take_changes(_MAX_CHANGES - 1)
        paths = [message.path for message in (first, *others)]
        self._timer.is_dirty |= self._ingest_changed(paths)
        if self._timer.is_due(has_more=self._queue.has_changes()):
            self._publish()

    def _handle_message(self, message: WorkerMessage) -> None:
        if isinstance(message, RunOnWriter):
            self._run_work(message)
        else:
            if isinstance(message, Reconfigure):
                self._state.config = message.config
                self._ingester = self._create_ingester()
            is_optional = isinstance(message, Rescan) and message.is_optional
            skips = is_optional and self._scheduler.has_reliable_events()
            result = IngestResult() if skips else self._ingest_all()
            if isinstance(message, Rescan) and message.on_done:
                message.on_done(result)

    def _ingest_changed(self, paths: list[str]) -> bool:
        """Ingest transcripts and the spool; return whether to publish."""
        config, spool = self._state.config, str(self._state.config.spool_dir)
        has_new_limits = spool in paths and ingest_statusline_samples(
            self._writer, config, self._now_ms()
        )
        before = self._advisories
        self._advisories = advisories.update_sessions(before, config, paths)
        result = self._ingester.ingest_files(
            path for path in paths if path != spool
        )
        self._apply_result(result)
        has_news = has_new_limits or self._advisories != before
        return has_news or result.files_read > 0

    def _run_work(self, message: RunOnWriter) -> None:
        try:
            message.work(self._writer)
        except ClaudeTrayError as error:
            _log.warning("Work on the store failed error=%s", error)

    def _create_ingester(self) -> Ingester:
        config = self._state.config
        return Ingester(self._writer, config.folders, config.prices)

    def _now_ms(self) -> int:
        return to_epoch_ms(self._clock())

    def _apply_result(self, result: IngestResult) -> None:
        if result.first_changed_ms is not None:
            self._snapshot_builder.invalidate_from(result.first_changed_ms)
        if result.bad_lines or result.oversized_lines:
            # Never the line itself: transcripts contain the user's own words.
            _log.warning(
                "Skipped lines bad=%d oversized=%d",
                result.bad_lines,
                result.oversized_lines,
            )

    def _publish(self, progress: float | None = None) -> None:
        """
        Publish a snapshot.

        Args:
            progress: Ingested share, 0 to 1; None when complete.
        """
        self._timer.begin()
        snapshot = self._snapshot_builder.build(
            self._accounts, self._clock(), is_provisional=progress is not None
        )
        fields = advisories.load_fields(self._advisories, self._writer)
        reader = self._ingester.reader
        # Without usage, missing transcripts are no problem but yet to come.
        is_expected = snapshot.is_waiting and not reader.unreadable
        problem = (
            ("" if is_expected else reader.describe_problem())
            or self._state.config.config_error
            or self._state.recovery_note
        )
        self._channel.publish(
            replace(
                snapshot,
                scan_progress=progress,
                problem=problem,
                is_unreadable=bool(reader.unreadable),
                **fields,
            ),
        )
        self._timer.end()
