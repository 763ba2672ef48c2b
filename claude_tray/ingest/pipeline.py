"""Run the ingest pipeline once: the only way from transcripts to the store."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Final

from claude_tray.core.time import to_epoch_ms
from claude_tray.ingest import forecasts, limit_samples, worktrees
from claude_tray.ingest.config import (
    EngineConfig,
    list_accounts,
    resolve_accounts,
)
from claude_tray.ingest.result import IngestResult
from claude_tray.providers.base import Cursor, ScanResult
from claude_tray.providers.transcripts import (
    PendingFile,
    ScannedFile,
    TranscriptReader,
    gc_disabled,
    iter_batches,
)
from claude_tray.store import (
    connection,
    cursors,
    imported_totals,
    limit_hits,
    metadata,
    minute_sums,
    requests,
    schema,
    session_owners,
    windows,
)
from claude_tray.store.records import RecordWriter, UpsertResult
from claude_tray.store.reprice import is_priced_with, reprice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from claude_tray.core.price_table import PriceTable
    from claude_tray.core.usage import UsageRecord
    from claude_tray.providers.registry import AccountFolder


class Ingester:
    """
    Reads new lines of transcripts into the store.

    Args:
        writer: The store.
        folders: The followed folders.
        prices: Determines the cost of records.

    Attributes:
        reader: Finds and scans the transcripts; describes problems.
    """

    def __init__(
        self,
        writer: connection.Writer,
        folders: Sequence[AccountFolder],
        prices: PriceTable,
    ) -> None:
        self._writer = writer
        self._prices = prices
        self.reader = TranscriptReader(folders)
        self._data_version = -1

    def set_folders(self, folders: Sequence[AccountFolder]) -> None:
        """Follow these folders from now on, under these accounts."""
        self.reader.folders = folders

    def find_changed(self, *, is_thorough: bool = True) -> list[PendingFile]:
        """
        Return the changed transcripts, latest first.

        Args:
            is_thorough: Examine every file.
        """
        self._load_cursors()
        pending, missing = self.reader.find_changed(is_thorough=is_thorough)
        if missing:
            self._delete_cursors(missing)
        return pending

    def check_file(self, path: str) -> list[PendingFile]:
        """Return the transcript at a path if it has changed."""
        self._load_cursors()
        return self.reader.check_file(path)

    def ingest_files(self, paths: Iterable[str]) -> IngestResult:
        """Read what is new in some transcripts."""
        pending = [item for path in paths for item in self.check_file(path)]
        results = [self.ingest_batch(batch) for batch in iter_batches(pending)]
        return reduce(IngestResult.plus, results or [IngestResult()])

    def ingest_batch(self, batch: Sequence[PendingFile]) -> IngestResult:
        """
        Scan transcripts and store their new records, all or nothing.

        Records, aggregates and cursors share one transaction, so a crash
        neither loses a line nor counts it twice.
        """
        results: list[IngestResult] = []
        new_cursors: dict[str, Cursor] = {}
        with connection.transaction(self._writer):
            for scans in self.reader.scan_in_chunks(batch):
                results.append(self._store_scans(scans))
                for scan, _ in scans:
                    new_cursors[scan.path] = scan.cursor
            cursors.save_cursors(self._writer, new_cursors.items())
        self.reader.cursors.update(new_cursors)
        return reduce(IngestResult.plus, results or [IngestResult()])

    def _store_scans(self, scans: Sequence[ScannedFile]) -> IngestResult:
        writer = self._writer
        has_limit_hits = any(scan.result.limit_hits for scan in scans)
        scans_by_account: dict[str, list[ScannedFile]] = {}
        has_owners = session_owners.has_any_owner(writer)
        for scan in scans:
            has_owners |= bool(scan.result.owners)
            account = scan.folder.account
            if has_owners:
                account = self._find_account(scan)
            scans_by_account.setdefault(account, []).append(scan)
        results = [
            self._store_account(scanned, account)
            for account, scanned in scans_by_account.items()
        ]
        result = reduce(IngestResult.plus, results or [IngestResult()])
        for name, count in (
            ("bad_lines", result.bad_lines),
            ("too_long", result.oversized_lines),
            (metadata.UNREAD_LINES, result.unread_lines),
        ):
            if count:
                metadata.increment(writer, name, count)
        if has_limit_hits:
            # A reset time may change the rule inferred for all windows.
            windows.invalidate_closed(writer, 0)
        elif result.first_changed_ms is not None:
            windows.invalidate_closed(writer, result.first_changed_ms)
        return result

    def _find_account(self, scan: ScannedFile) -> str:
        """Return the account that a session names, else that of the folder."""
        folder, result = scan.folder, scan.result
        owners = {
            session: folder.qualify_account(owner)
            for session, owner in result.owners.items()
        }
        if owners:
            account = list(owners.values())[-1]
            unattributed = folder.qualify_account("")
            if folder.account == unattributed:
                session_owners.adopt_folder(
                    self._writer, str(folder.path), unattributed, account
                )
            session_owners.save_owners(self._writer, owners)
            return account
        known_owners = session_owners.load_owners(self._writer, result.origins)
        return next(iter(known_owners.values()), folder.account)

    def _store_account(
        self, scans: Sequence[ScannedFile], account: str
    ) -> IngestResult:
        writer, results = self._writer, [scan.result for scan in scans]
        hits = [hit for result in results for hit in result.limit_hits]
        totals = IngestResult(
            sum([not (r.has_more or r.is_rest) for r in results]),
            sum([result.bytes_read for result in results]),
            bad_lines=sum([result.bad_lines for result in results]),
            oversized_lines=sum([r.oversized_lines for r in results]),
            unread_lines=sum([result.unread_lines for result in results]),
        )
        counts = self._store_records(scans, account)
        totals = totals._replace(**counts._asdict())
        if any(result.relayed for result in results):
            # After the records, whose lines have them from first hand.
            counts = self._store_relayed(results, account)
            totals = totals.plus(IngestResult(**counts._asdict()))
        has_sums = any(
            r.cost_states or r.uncounted or r.requests or r.cut_keys
            for r in results
        )
        if has_sums or metadata.has_cost_states(writer):
            # Late: most lines of stores without sums need none of it.
            from claude_tray.ingest import other_requests as other

            at_ms = other.update_after_ingest(
                writer, self._prices, results, account
            )
            totals = totals.plus(IngestResult(first_changed_ms=at_ms))
        if hits:
            # After the records, which insert the account.
            limit_hits.save_hits(writer, hits, account)
        return totals

    def _store_records(
        self, scans: Sequence[ScannedFile], account: str
    ) -> UpsertResult:
        """Merge records of files that may repeat each other, and upsert."""
        record_writer = RecordWriter(self._writer, self._prices)
        records: dict[int, UsageRecord] = {}
        for result, _ in scans:
            record_writer.sessions.assign_projects(
                result.origins.values(),
                account,
                is_guess=result.is_project_guess,
            )
            new_records = requests.add_request_times(
                self._writer, result.requests, result.records
            )
            record_writer.merge_records(records, new_records)
        counts = record_writer.upsert(records, account)
        record_writer.flush()
        return counts

    def _store_relayed(
        self, results: Sequence[ScanResult], account: str
    ) -> UpsertResult:
        """Upsert records that transcripts repeat from other ones."""
        record_writer = RecordWriter(
            self._writer, self._prices, schema.IS_RELAYED
        )
        records: dict[int, UsageRecord] = {}
        for result in results:
            if result.relayed:
                record_writer.sessions.assign_projects(
                    result.relayed.origins.values(),
                    account,
                    is_guess=result.is_project_guess,
                )
                record_writer.merge_records(records, result.relayed.records)
        counts = record_writer.upsert(records, account)
        record_writer.flush()
        return counts

    def _load_cursors(self) -> None:
        """Reload the cursors if another process has written to the store."""
        data_version = metadata.get_data_version(self._writer)
        if data_version != self._data_version:
            self._data_version = data_version
            self.reader.cursors = {
                path: Cursor(*row)
                for path, row in cursors.load_cursors(self._writer).items()
            }

    def _delete_cursors(self, paths: set[str]) -> None:
        with connection.transaction(self._writer):
            cursors.delete_cursors(self._writer, paths)
        for path in paths:
            del self.reader.cursors[path]


_WINDOW_RULE_KEY: Final = "window_rule"


class RunObserver:
    """Follow a run and stop it early; this base class does neither."""

    def is_stopping(self) -> bool:
        """Return whether to stop after the current step."""
        return False

    def on_started(self, config: EngineConfig, total_bytes: int) -> None:
        """
        Handle the end of the search for changed transcripts.

        Args:
            config: With the accounts of all folders.
            total_bytes: Size of all new lines.
        """

    def on_batch(
        self, result: IngestResult, done_bytes: int, total_bytes: int
    ) -> None:
        """Handle a stored batch."""

    def on_maintained(self) -> None:
        """Handle a step of maintenance that changed stored usage."""


def run_once(
    writer: connection.Writer,
    ingester: Ingester,
    config: EngineConfig,
    clock: Callable[[], datetime],
    observer: RunObserver,
    *,
    is_thorough: bool = True,
) -> tuple[EngineConfig, IngestResult]:
    """
    Bring the store up to date with all files.

    Steps: resolve accounts, store limit samples, find changed transcripts,
    ingest them latest first, then maintenance. Samples are read again after
    a long ingest: the statusline goes on writing them.

    Args:
        writer: The store.
        ingester: Of the same store; keeps its cursors between two runs.
        config: What to follow.
        clock: Returns the current time, with a zone.
        observer: Follows the run.
        is_thorough: Examine every file, even in unchanged folders.

    Returns:
        The config with the accounts of its folders, and the counters.
    """

    def now_ms() -> int:
        return to_epoch_ms(clock())

    config = resolve_accounts(writer, config)
    ingester.set_folders(config.folders)
    limit_samples.ingest_cached_limits(writer, config, now_ms())
    limit_samples.ingest_statusline_samples(writer, config, now_ms())
    pending = ingester.find_changed(is_thorough=is_thorough)
    observer.on_started(config, sum(item.size for item in pending))
    result = _ingest_pending(ingester, pending, observer)
    if result.files_read:
        # Sessions may have named another account.
        config = resolve_accounts(writer, config)
        ingester.set_folders(config.folders)
    limit_samples.ingest_statusline_samples(writer, config, now_ms())
    for _ in run_maintenance(writer, config, now_ms()):
        if observer.is_stopping():
            break
        observer.on_maintained()
    return config, result


def _ingest_pending(
    ingester: Ingester, pending: Sequence[PendingFile], observer: RunObserver
) -> IngestResult:
    total_bytes = sum(item.size for item in pending)
    done_bytes, result = 0, IngestResult()
    with gc_disabled():
        for batch in iter_batches(pending):
            if observer.is_stopping():
                break
            done_bytes += sum(item.size for item in batch)
            batch_result = ingester.ingest_batch(batch)
            result = result.plus(batch_result)
            observer.on_batch(batch_result, done_bytes, total_bytes)
    return result


def run_maintenance(
    writer: connection.Writer, config: EngineConfig, now_ms: int
) -> Iterator[None]:
    """
    Apply the configured prices and window rule to stored usage.

    Yields after each step that changed something. Callers may stop at any
    step; the next run does the rest.
    """
    if worktrees.update_project_roots(
        writer, folds_worktrees=config.folds_worktrees
    ):
        yield
    if not is_priced_with(writer, config.prices):
        yield from reprice(writer, config.prices)
    with connection.transaction(writer):
        rule = str(config.rule or "auto")
        if metadata.get_value(writer, _WINDOW_RULE_KEY) != rule:
            windows.invalidate_closed(writer, 0)
            metadata.set_value(writer, _WINDOW_RULE_KEY, rule)
        # After the clock was set back, some closed windows end in the future.
        windows.invalidate_closed(writer, now_ms)
        for account in list_accounts(config):
            windows.persist_closed(writer, account, now_ms)
        has_dropped_totals = imported_totals.drop_superseded_totals(writer)
        minute_sums.maintain_minutes(writer, now_ms)
        forecasts.maintain_forecasts(writer, config, now_ms)
    if has_dropped_totals:
        yield
