"""The transcripts' news, from files to store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.domain.usage import merge
from claude_tray.engine.batches import PART_BYTES, Todo, portions
from claude_tray.engine.gain import Gain
from claude_tray.store import closed, cursors, identity, limits
from claude_tray.store.connection import transaction
from claude_tray.store.records import Batch
from claude_tray.transcripts.cursor import Cursor
from claude_tray.transcripts.locate import (
    by_root,
    root_of,
    transcript_at,
    walk,
)
from claude_tray.transcripts.place import readable
from claude_tray.transcripts.scan import Scanner

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.domain.price_list import PriceTable
    from claude_tray.domain.usage import UsageRecord
    from claude_tray.engine.choices import Folder
    from claude_tray.store.connection import Writer
    from claude_tray.store.records import Kept
    from claude_tray.transcripts.locate import Transcript
    from claude_tray.transcripts.news import News


class Intake:
    """
    Takes what transcripts have gained into the store.

    Args:
        writer: The store.
        folders: Where transcripts lie.
        prices: What records cost by.

    Attributes:
        unreadable: Files and folders that could not be read the last time.
        folders_seen: How many folders the last look found.
    """

    def __init__(
        self,
        writer: Writer,
        folders: Sequence[Folder],
        prices: PriceTable,
    ) -> None:
        self._writer = writer
        self._folders = folders
        self._prices = prices
        self._scanner = Scanner()
        self._cursors: dict[str, Cursor] = {}
        self._version = -1
        self.unreadable: dict[str, str] = {}
        self.folders_seen = 0

    def follow(self, folders: Sequence[Folder]) -> None:
        """Go on with these folders, or with other accounts of theirs."""
        self._folders = folders

    def look(self) -> list[Todo]:
        """Return the transcripts that have changed, the newest first."""
        self._load_cursors()
        self.unreadable.clear()
        self.folders_seen = 0
        todo: list[Todo] = []
        gone = set(self._cursors)
        folders = {folder.path: folder for folder in self._folders}
        for path in by_root(folders).values():
            found = walk(path)
            self.folders_seen += found.folders
            gone.difference_update(t.path for t in found.transcripts)
            todo += self._changed(found.transcripts, folders[path].account)
            for shut in found.unreadable:
                self.unreadable[shut] = "cannot be read"
        if gone and self.folders_seen and not self.unreadable:
            self._forget(gone)
        todo.sort(key=lambda item: -item.transcript.mtime_ns)
        return todo

    def trouble(self) -> str:
        """Say what is wrong with the transcripts, if anything is."""
        if self.unreadable:
            path, reason = next(iter(self.unreadable.items()))
            return f"{readable(path)}: {reason.lower()}"
        if not self.folders_seen:
            roots = ", ".join(root_of(folder.path) for folder in self._folders)
            return f"no transcripts yet in {roots}"
        return ""

    def look_at(self, path: str) -> list[Todo]:
        """Return the transcript at a path, if there is one that changed."""
        self._load_cursors()
        for folder in self._folders:
            try:
                found = transcript_at(path, folder.path)
            except OSError as error:
                self.unreadable[path] = error.strerror or "cannot be read"
                continue
            if found is not None:
                return self._changed([found], folder.account)
        return []

    def take(self, batch: Sequence[Todo]) -> Gain:
        """
        Read transcripts and keep what they gained, all or nothing.

        Records, sums and cursors are one transaction, so a crash between
        reading and writing neither loses a line nor counts it twice.
        """
        gain = Gain()
        moved: dict[str, Cursor] = {}
        with transaction(self._writer):
            for portion in portions(batch):
                read = self._read(portion)
                gain = gain.plus(self._keep(read))
                moved.update((news.path, news.cursor) for news, _ in read)
        self._cursors.update(moved)
        return gain

    def _read(self, portion: Iterable[Todo]) -> list[tuple[News, str]]:
        """Return the news of transcripts, each with its account."""
        read = []
        for transcript, account, _ in portion:
            cursor = self._cursors.get(transcript.path, Cursor())
            if cursor[:3] == transcript[2:]:
                # It was over with a part before.
                continue
            try:
                news = self._scanner.scan(transcript, cursor, PART_BYTES)
            except OSError as error:
                reason = error.strerror or "cannot be read"
                self.unreadable[transcript.path] = reason
            else:
                read.append((news, account))
        return read

    def _keep(self, read: Sequence[tuple[News, str]]) -> Gain:
        writer = self._writer
        gain = Gain()
        for account in dict.fromkeys(account for _, account in read):
            news = [item for item, owner in read if owner == account]
            kept = _keep_all(Batch(writer, self._prices), news, account)
            for item in news:
                limits.keep(writer, item.hits, account)
            gain = gain.plus(
                Gain(
                    sum(not item.has_more for item in news),
                    sum(item.bytes_read for item in news),
                    kept.added,
                    kept.updated,
                    sum(item.bad_lines for item in news),
                    sum(item.too_long for item in news),
                    kept.first_ms,
                ),
            )
        cursors.move(writer, [(news.path, news.cursor) for news, _ in read])
        identity.add(writer, "bad_lines", gain.bad_lines)
        identity.add(writer, "too_long", gain.too_long)
        if any(news.hits for news, _ in read):
            # What a limit told may change what the rule is learnt from.
            closed.reopen(writer, 0)
        elif gain.first_ms is not None:
            closed.reopen(writer, gain.first_ms)
        return gain

    def _changed(
        self,
        transcripts: Iterable[Transcript],
        account: str,
    ) -> list[Todo]:
        todo = []
        known = self._cursors
        for transcript in transcripts:
            cursor = known.get(transcript.path)
            if cursor is None:
                todo.append(Todo(transcript, account, transcript.size))
            elif cursor[:3] != transcript[2:]:
                new = max(transcript.size - cursor.done, 0)
                todo.append(Todo(transcript, account, new))
        return todo

    def _load_cursors(self) -> None:
        """Read the cursors if another process may have moved them."""
        (version,) = self._writer.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._version = version
            self._cursors = {
                path: Cursor(*row)
                for path, row in cursors.every(self._writer).items()
            }

    def _forget(self, paths: set[str]) -> None:
        with transaction(self._writer):
            cursors.forget(self._writer, paths)
        for path in paths:
            del self._cursors[path]


def _keep_all(batch: Batch, news: Sequence[News], account: str) -> Kept:
    """Keep the records of files that may repeat each other."""
    records: dict[int, UsageRecord] = {}
    for item in news:
        replies = item.replies
        batch.place(
            replies.origins.values(),
            account,
            is_guess=replies.place.is_guess,
        )
        for key, record in replies.records.items():
            held = records.get(key)
            records[key] = merge(held, record) if held else record
    kept = batch.keep(records, account)
    batch.write()
    return kept
