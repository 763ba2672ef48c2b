"""Read changed transcripts and upsert their records into the store."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from claude_tray.core.usage import (
    UsageRecord,
    merge,
)
from claude_tray.ingest.result import IngestResult
from claude_tray.providers.base import Cursor
from claude_tray.providers.transcripts import (
    PendingFile,
    ScannedFile,
    TranscriptReader,
    iter_batches,
    iter_chunks,
)
from claude_tray.store import cursors, metadata
from claude_tray.store.claude_reports import save_hits
from claude_tray.store.connection import (
    Writer,
    transaction,
)
from claude_tray.store.records import (
    RecordWriter,
    UpsertResult,
)
from claude_tray.store.windows import invalidate_closed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.pricing import PriceTable
    from claude_tray.providers.registry import AccountFolder


class Ingester:
    """
    Reads new lines of transcripts into the store.

    Args:
        writer: The store.
        folders: The followed folders.
        prices: Determines the cost of records.
    """

    def __init__(
        self,
        writer: Writer,
        folders: Sequence[AccountFolder],
        prices: PriceTable,
    ) -> None:
        self._writer = writer
        self._prices = prices
        self._reader = TranscriptReader(folders)
        self._data_version = -1

    @property
    def folder_count(self) -> int:
        """Number of folders that the last rescan found."""
        return self._reader.folder_count

    @property
    def unreadable(self) -> dict[str, str]:
        """Reasons by path of files that could not be read."""
        return self._reader.unreadable

    def set_folders(self, folders: Sequence[AccountFolder]) -> None:
        """Follow these folders from now on, under these accounts."""
        self._reader.folders = folders

    def find_changed(self) -> list[PendingFile]:
        """Return the changed transcripts, latest first."""
        self._load_cursors()
        pending, missing = self._reader.find_changed()
        if missing:
            self._delete_cursors(missing)
        return pending

    def check_file(self, path: str) -> list[PendingFile]:
        """Return the transcript at a path if it has changed."""
        self._load_cursors()
        return self._reader.check_file(path)

    def ingest_file(self, path: str) -> IngestResult:
        """Read what is new in one transcript."""
        results = [
            self.ingest_batch(batch)
            for batch in iter_batches(self.check_file(path))
        ]
        return sum_results(results)

    def ingest_batch(self, batch: Sequence[PendingFile]) -> IngestResult:
        """
        Scan transcripts and store their new records, all or nothing.

        Records, aggregates and cursors share one transaction, so a crash
        neither loses a line nor counts it twice.
        """
        results: list[IngestResult] = []
        new_cursors: dict[str, Cursor] = {}
        with transaction(self._writer):
            for chunk in iter_chunks(batch):
                scans = self._reader.scan(chunk)
                results.append(self._store_scans(scans))
                for scan, _ in scans:
                    new_cursors[scan.path] = scan.cursor
        self._reader.cursors.update(new_cursors)
        return sum_results(results)

    def describe_problem(self) -> str:
        """Return why transcripts cannot be read; empty if all can be."""
        return self._reader.describe_problem()

    def _store_scans(self, scans: Sequence[ScannedFile]) -> IngestResult:
        writer = self._writer
        scans_by_account: dict[str, list[ScannedFile]] = {}
        for scan in scans:
            scans_by_account.setdefault(scan.folder.account, []).append(scan)
        result = sum_results(
            [
                self._store_account(scanned, account)
                for account, scanned in scans_by_account.items()
            ]
        )
        cursors.save_cursors(
            writer, [(scan.result.path, scan.result.cursor) for scan in scans]
        )
        if result.bad_lines or result.oversized_lines:
            metadata.increment(writer, "bad_lines", result.bad_lines)
            metadata.increment(writer, "too_long", result.oversized_lines)
        if any(scan.result.limit_hits for scan in scans):
            # A reset time may change the rule inferred for all windows.
            invalidate_closed(writer, 0)
        elif result.first_changed_ms is not None:
            invalidate_closed(writer, result.first_changed_ms)
        return result

    def _store_account(
        self, scans: Sequence[ScannedFile], account: str
    ) -> IngestResult:
        results = [scan.result for scan in scans]
        counts = _store_records(
            RecordWriter(self._writer, self._prices), scans, account
        )
        hits = [hit for result in results for hit in result.limit_hits]
        if hits:
            save_hits(self._writer, hits, account)
        return IngestResult(
            sum([not result.has_more for result in results]),
            sum([result.bytes_read for result in results]),
            counts.added,
            counts.updated,
            sum([result.bad_lines for result in results]),
            sum([result.oversized_lines for result in results]),
            counts.first_changed_ms,
        )

    def _load_cursors(self) -> None:
        """Reload the cursors if another process has written to the store."""
        data_version = metadata.get_data_version(self._writer)
        if data_version != self._data_version:
            self._data_version = data_version
            self._reader.cursors = {
                path: Cursor(*row)
                for path, row in cursors.load_cursors(self._writer).items()
            }

    def _delete_cursors(self, paths: set[str]) -> None:
        with transaction(self._writer):
            cursors.delete_cursors(self._writer, paths)
        for path in paths:
            del self._reader.cursors[path]


def sum_results(results: Sequence[IngestResult]) -> IngestResult:
    if len(results) == 1:
        # The usual case: one appended line.
        return results[0]
    return reduce(IngestResult.plus, results, IngestResult())


def _store_records(
    record_writer: RecordWriter, scans: Sequence[ScannedFile], account: str
) -> UpsertResult:
    """Merge the records of files that may repeat each other, and upsert."""
    records: dict[int, UsageRecord] = {}
    for result, _ in scans:
        record_writer.assign_sessions(
            result.origins.values(),
            account,
            is_guess=result.is_project_guess,
        )
        for key, record in result.records.items():
            existing = records.get(key)
            records[key] = merge(existing, record) if existing else record
    counts = record_writer.upsert(records, account)
    record_writer.flush()
    return counts
