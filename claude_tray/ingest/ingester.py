"""The transcripts' news, from files to store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.usage import merge
from claude_tray.ingest.batching import PART_BYTES, PendingFile, iter_chunks
from claude_tray.ingest.result import IngestResult
from claude_tray.providers.claude_code.cursor import Cursor
from claude_tray.providers.claude_code.discovery import (
    displayable_path,
    find_transcript,
    get_transcript_root,
    index_by_root,
    scan_directory,
)
from claude_tray.providers.claude_code.reader import Scanner
from claude_tray.store import cursors, metadata
from claude_tray.store.claude_reports import save_hits
from claude_tray.store.connection import transaction
from claude_tray.store.records import RecordWriter
from claude_tray.store.windows import invalidate_closed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.core.pricing import PriceTable
    from claude_tray.core.usage import UsageRecord
    from claude_tray.ingest.config import AccountFolder
    from claude_tray.providers.claude_code.discovery import Transcript
    from claude_tray.providers.claude_code.reader import ScanResult
    from claude_tray.store.connection import Writer
    from claude_tray.store.records import UpsertResult


class Ingester:
    """
    Takes what transcripts have gained into the store.

    Args:
        writer: The store.
        folders: Where transcripts lie.
        prices: What records cost by.

    Attributes:
        unreadable: Files and folders that could not be read the last time.
        folder_count: How many folders the last look found.
    """

    def __init__(
        self,
        writer: Writer,
        folders: Sequence[AccountFolder],
        prices: PriceTable,
    ) -> None:
        self._writer = writer
        self._folders = folders
        self._prices = prices
        self._scanner = Scanner()
        self._cursors: dict[str, Cursor] = {}
        self._data_version = -1
        self.unreadable: dict[str, str] = {}
        self.folder_count = 0

    def set_folders(self, folders: Sequence[AccountFolder]) -> None:
        """Go on with these folders, or with other accounts of theirs."""
        self._folders = folders

    def find_changed(self) -> list[PendingFile]:
        """Return the transcripts that have changed, the newest first."""
        self._load_cursors()
        self.unreadable.clear()
        self.folder_count = 0
        pending: list[PendingFile] = []
        missing = set(self._cursors)
        folders = {folder.path: folder for folder in self._folders}
        for path in index_by_root(folders).values():
            scan = scan_directory(path)
            self.folder_count += scan.folder_count
            missing.difference_update(t.path for t in scan.transcripts)
            pending += self._select_changed(
                scan.transcripts, folders[path].account
            )
            for unreadable_path in scan.unreadable:
                self.unreadable[unreadable_path] = "cannot be read"
        if missing and self.folder_count and not self.unreadable:
            self._forget_cursors(missing)
        pending.sort(key=lambda item: -item.transcript.mtime_ns)
        return pending

    def problem(self) -> str:
        """Say what is wrong with the transcripts, if anything is."""
        if self.unreadable:
            path, reason = next(iter(self.unreadable.items()))
            return f"{displayable_path(path)}: {reason.lower()}"
        if not self.folder_count:
            roots = ", ".join(
                get_transcript_root(folder.path) for folder in self._folders
            )
            return f"no transcripts yet in {roots}"
        return ""

    def check_file(self, path: str) -> list[PendingFile]:
        """Return the transcript at a path, if there is one that changed."""
        self._load_cursors()
        for folder in self._folders:
            try:
                transcript = find_transcript(path, folder.path)
            except OSError as error:
                self.unreadable[path] = error.strerror or "cannot be read"
                continue
            if transcript is not None:
                return self._select_changed([transcript], folder.account)
        return []

    def ingest_batch(self, batch: Sequence[PendingFile]) -> IngestResult:
        """
        Read transcripts and keep what they gained, all or nothing.

        Records, sums and cursors are one transaction, so a crash between
        reading and writing neither loses a line nor counts it twice.
        """
        result = IngestResult()
        new_cursors: dict[str, Cursor] = {}
        with transaction(self._writer):
            for chunk in iter_chunks(batch):
                scans = self._scan_files(chunk)
                result = result.plus(self._store_scans(scans))
                new_cursors.update(
                    (scan.path, scan.cursor) for scan, _ in scans
                )
        self._cursors.update(new_cursors)
        return result

    def _scan_files(
        self, chunk: Iterable[PendingFile]
    ) -> list[tuple[ScanResult, str]]:
        """Return the news of transcripts, each with its account."""
        scans = []
        for transcript, account, _ in chunk:
            cursor = self._cursors.get(transcript.path, Cursor())
            if cursor[:3] == transcript[2:]:
                # It was over with a part before.
                continue
            try:
                scan = self._scanner.scan(transcript, cursor, PART_BYTES)
            except OSError as error:
                reason = error.strerror or "cannot be read"
                self.unreadable[transcript.path] = reason
            else:
                scans.append((scan, account))
        return scans

    def _store_scans(
        self, scans: Sequence[tuple[ScanResult, str]]
    ) -> IngestResult:
        writer = self._writer
        result = IngestResult()
        for account in dict.fromkeys(account for _, account in scans):
            scanned = [
                item for item, item_account in scans if item_account == account
            ]
            counts = _store_records(
                RecordWriter(writer, self._prices), scanned, account
            )
            for item in scanned:
                save_hits(writer, item.limit_hits, account)
            result = result.plus(
                IngestResult(
                    sum(not item.has_more for item in scanned),
                    sum(item.bytes_read for item in scanned),
                    counts.added,
                    counts.updated,
                    sum(item.bad_lines for item in scanned),
                    sum(item.oversized_lines for item in scanned),
                    counts.first_changed_ms,
                ),
            )
        cursors.save_cursors(
            writer, [(scanned.path, scanned.cursor) for scanned, _ in scans]
        )
        metadata.increment(writer, "bad_lines", result.bad_lines)
        metadata.increment(writer, "too_long", result.oversized_lines)
        if any(scanned.limit_hits for scanned, _ in scans):
            # What a limit told may change what the rule is learnt from.
            invalidate_closed(writer, 0)
        elif result.first_changed_ms is not None:
            invalidate_closed(writer, result.first_changed_ms)
        return result

    def _select_changed(
        self,
        transcripts: Iterable[Transcript],
        account: str,
    ) -> list[PendingFile]:
        pending = []
        known_cursors = self._cursors
        for transcript in transcripts:
            cursor = known_cursors.get(transcript.path)
            if cursor is None:
                pending.append(
                    PendingFile(transcript, account, transcript.size)
                )
            elif cursor[:3] != transcript[2:]:
                new_bytes = max(transcript.size - cursor.offset, 0)
                pending.append(PendingFile(transcript, account, new_bytes))
        return pending

    def _load_cursors(self) -> None:
        """Read the cursors if another process may have moved them."""
        (data_version,) = self._writer.execute(
            "PRAGMA data_version"
        ).fetchone()
        if data_version != self._data_version:
            self._data_version = data_version
            self._cursors = {
                path: Cursor(*row)
                for path, row in cursors.load_cursors(self._writer).items()
            }

    def _forget_cursors(self, paths: set[str]) -> None:
        with transaction(self._writer):
            cursors.delete_cursors(self._writer, paths)
        for path in paths:
            del self._cursors[path]


def _store_records(
    record_writer: RecordWriter, scans: Sequence[ScanResult], account: str
) -> UpsertResult:
    """Keep the records of files that may repeat each other."""
    records: dict[int, UsageRecord] = {}
    for item in scans:
        collector = item.collector
        record_writer.assign_sessions(
            collector.origins.values(),
            account,
            is_guess=collector.location.is_guess,
        )
        for key, record in collector.records.items():
            existing = records.get(key)
            records[key] = merge(existing, record) if existing else record
    counts = record_writer.upsert(records, account)
    record_writer.flush()
    return counts
