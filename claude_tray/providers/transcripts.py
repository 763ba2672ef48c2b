"""Find changed transcripts and scan them in batches; stores nothing."""

from __future__ import annotations

import gc
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.errors import ClaudeTrayError, Problem, gettext_noop
from claude_tray.providers.base import (
    Cursor,
    Provider,
    ScanResult,
    Transcript,
    TranscriptScanner,
    displayable_path,
    is_rested,
)
from claude_tray.providers.registry import AccountFolder, index_by_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


# The first batch is small, so that the current window is shown within a few
# hundredths of a second; then sizes double to save transactions.
_FIRST_BATCH_BYTES: Final = 4 << 20
MAX_BATCH_BYTES: Final = 128 << 20
# Reading a small file takes as long as this many bytes of a large one.
_FILE_OVERHEAD_BYTES: Final = 64 << 10
# Scans are stored in chunks because freed memory is rarely returned to the
# operating system. A file takes about as much of it as some records.
_CHUNK_RECORDS: Final = 800
_FILE_RECORDS: Final = 4
# Larger files are read in parts, so that stopping takes no longer than one.
PART_BYTES: Final = 16 << 20
_UNREADABLE: Final = gettext_noop("cannot be read")
# Without an event, files that were not written for longer are only examined
# when all are.
_RECENT_NS: Final = 86_400 * 10**9
_NO_CURSOR: Final = Cursor()


class PendingFile(NamedTuple):
    """
    A changed transcript.

    Attributes:
        transcript: The file.
        folder: The followed folder that contains it.
        size: Number of new bytes.
    """

    transcript: Transcript
    folder: AccountFolder
    size: int


class ScannedFile(NamedTuple):
    """A scan and the folder of its transcript."""

    result: ScanResult
    folder: AccountFolder


class TranscriptReader:
    """
    Finds and scans changed transcripts of all followed folders.

    Args:
        folders: The followed folders.

    Attributes:
        folders: Likewise; may be replaced between two calls.
        cursors: Read positions by path, replaced or updated by the owner
            after the scanned records are stored.
        unreadable: Reasons by path of files that could not be read during
            the last scan.
        folder_count: Number of folders that the last full search found.
        is_partial: The last search looked only at files written lately,
            because no folder had changed.
        empty_roots: Roots that do not exist, likewise.
    """

    def __init__(self, folders: Sequence[AccountFolder]) -> None:
        self.folders = folders
        self.cursors: dict[str, Cursor] = {}
        self.unreadable: dict[str, str] = {}
        self.folder_count = 0
        self.is_partial = False
        self.empty_roots: list[str] = []
        self._scanners: dict[Provider, TranscriptScanner] = {}
        # Modification times of all folders when they were listed; None if
        # they cannot show every new file.
        self._folder_times: dict[str, int] | None = None
        # Modification times of files whose last line is no complete one.
        self._torn: dict[str, int] = {}

    def find_changed(
        self, *, is_thorough: bool = True
    ) -> tuple[list[PendingFile], set[str]]:
        """
        List all folders.

        Args:
            is_thorough: Examine every file. Else, if no folder has changed
                since the last time, only those written within a day.

        Returns:
            Changed transcripts, latest first, and the paths of known
            transcripts that are gone. Nothing counts as gone while a folder
            is missing or unreadable: it may be a share that is not mounted.
        """
        self.is_partial = not is_thorough and self._are_folders_unchanged()
        if self.is_partial:
            return self._check_recent_files(), set()
        self.unreadable.clear()
        self.empty_roots.clear()
        self.folder_count = 0
        folder_times: dict[str, int] = {}
        is_complete = True
        pending: list[PendingFile] = []
        missing = set(self.cursors)
        for folder in index_by_root(self.folders).values():
            scan = folder.provider.scan_directory(folder.path)
            self.folder_count += scan.folder_count
            if not scan.folder_count:
                self.empty_roots.append(folder.root)
            folder_times |= scan.folder_times
            # A folder that is missing may appear, without a trace in others.
            is_complete &= len(scan.folder_times) == scan.folder_count > 0
            missing.difference_update(t.path for t in scan.transcripts)
            pending += self._select_changed(scan.transcripts, folder)
            for path in scan.unreadable:
                self.unreadable[path] = _UNREADABLE
        if self.unreadable or not self.folder_count:
            missing.clear()
        is_complete = is_complete and not self.unreadable
        self._folder_times = folder_times if is_complete else None
        pending.sort(key=lambda item: -item.transcript.mtime_ns)
        return pending, missing

    def _are_folders_unchanged(self) -> bool:
        if self._folder_times is None:
            return False
        try:
            return all(
                os.stat(path).st_mtime_ns == mtime_ns  # noqa: PTH116 - strs
                for path, mtime_ns in self._folder_times.items()
            )
        except OSError:
            return False

    def _check_recent_files(self) -> list[PendingFile]:
        since_ns = time.time_ns() - _RECENT_NS
        recent_paths = [
            path
            for path, cursor in self.cursors.items()
            if cursor.mtime_ns > since_ns
        ]
        return [item for p in recent_paths for item in self.check_file(p)]

    def check_file(self, path: str) -> list[PendingFile]:
        """Return the transcript at a path if it has changed."""
        for folder in self.folders:
            try:
                transcript = folder.provider.find_transcript(path, folder.path)
            except OSError as error:
                self.unreadable[path] = error.strerror or _UNREADABLE
                continue
            if transcript is not None:
                return self._select_changed([transcript], folder)
        return []

    def scan(self, pending: Iterable[PendingFile]) -> list[ScannedFile]:
        """Scan at most `PART_BYTES` of each file; skip unreadable ones."""
        scans = []
        for transcript, folder, _ in pending:
            cursor = self.cursors.get(transcript.path, _NO_CURSOR)
            is_rest = cursor[:3] == transcript[2:]  # the stamps
            if is_rest and not self._has_unread_rest(transcript, cursor):
                # An earlier part reached the end.
                continue
            try:
                result = self._get_scanner(folder.provider).scan(
                    transcript, cursor, PART_BYTES
                )
            except FileNotFoundError:
                # Deleted since it was listed.
                continue
            except OSError as error:
                self.unreadable[transcript.path] = (
                    error.strerror or _UNREADABLE
                )
                continue
            if is_rest:
                if result.cursor.offset == cursor.offset:
                    self._torn[transcript.path] = transcript.mtime_ns
                    continue
                result = result._replace(is_rest=True)
            scans.append(ScannedFile(result, folder))
        return scans

    def scan_in_chunks(
        self, pending: Iterable[PendingFile]
    ) -> Iterator[list[ScannedFile]]:
        """Scan files, and yield what fits into memory together."""
        scans: list[ScannedFile] = []
        size = 0
        for item in pending:
            for scan in self.scan((item,)):
                scans.append(scan)
                size += len(scan.result.records) + _FILE_RECORDS
            if size >= _CHUNK_RECORDS:
                yield scans
                scans, size = [], 0
        if scans:
            yield scans

    def describe_problem(self) -> str:
        """Return why transcripts cannot be read; empty if all can be."""
        if self.unreadable:
            path, reason = next(iter(self.unreadable.items()))
            return Problem(
                ClaudeTrayError(
                    gettext_noop("{path}: {reason}"),
                    path=displayable_path(path),
                    reason=reason.lower(),
                )
            )
        if not self.folder_count:
            roots = ", ".join(folder.root for folder in self.folders)
            return Problem(
                ClaudeTrayError(
                    gettext_noop("no transcripts yet in {folders}"),
                    folders=roots,
                )
            )
        return ""

    def _select_changed(
        self, transcripts: Iterable[Transcript], folder: AccountFolder
    ) -> list[PendingFile]:
        pending = []
        cursors = self.cursors
        for transcript in transcripts:
            cursor = cursors.get(transcript.path)
            if cursor is None:
                pending.append(
                    PendingFile(transcript, folder, transcript.size)
                )
            elif cursor[:3] != transcript[2:] or self._has_unread_rest(
                transcript, cursor
            ):
                new_bytes = max(transcript.size - cursor.offset, 0)
                pending.append(PendingFile(transcript, folder, new_bytes))
        return pending

    def _has_unread_rest(self, transcript: Transcript, cursor: Cursor) -> bool:
        """Return whether the last line may have turned out to be complete."""
        return (
            cursor.offset < cursor.size
            and self._torn.get(transcript.path) != transcript.mtime_ns
            and is_rested(transcript.mtime_ns, time.time_ns())
        )

    def _get_scanner(self, provider: Provider) -> TranscriptScanner:
        scanner = self._scanners.get(provider)
        if scanner is None:
            scanner = self._scanners[provider] = provider.create_scanner()
        return scanner


def iter_batches(
    pending: Sequence[PendingFile], first_bytes: int = _FIRST_BATCH_BYTES
) -> Iterator[list[PendingFile]]:
    """
    Group files into batches of growing size, in their order.

    A large file appears once for each of its parts.

    Args:
        pending: Changed files.
        first_bytes: Size of the first batch.
    """
    if len(pending) == 1 and pending[0].size <= PART_BYTES:
        # The usual case: one appended line.
        return iter((list(pending),))
    return _group_by_size(
        _split_large_files(pending), _iter_batch_limits(first_bytes)
    )


def _group_by_size(
    items: Iterable[PendingFile],
    limits: Iterator[int],
) -> Iterator[list[PendingFile]]:
    """Yield groups that reach the limits in turn, or end with a full part."""
    group: list[PendingFile] = []
    size, limit = 0, next(limits)
    for item in items:
        group.append(item)
        size += max(item.size, _FILE_OVERHEAD_BYTES)
        if size >= limit or item.size == PART_BYTES:
            yield group
            group, size, limit = [], 0, next(limits)
    if group:
        yield group


def _iter_batch_limits(first_bytes: int) -> Iterator[int]:
    limit = first_bytes
    while True:
        yield limit
        limit = min(2 * limit, MAX_BATCH_BYTES)


def _split_large_files(
    pending: Iterable[PendingFile],
) -> Iterator[PendingFile]:
    for item in pending:
        remaining = item.size
        while remaining > PART_BYTES:
            yield item._replace(size=PART_BYTES)
            remaining -= PART_BYTES
        yield item._replace(size=remaining)


@contextmanager
def gc_disabled() -> Iterator[None]:
    """
    Disable the garbage collector within the block.

    Reading creates millions of objects and no reference cycles.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
