"""Queue messages for the ingest thread."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from claude_tray.errors import StoreError, gettext_noop
from claude_tray.store.connection import (
    Writer,
    transaction,
    translate_sqlite_errors,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claude_tray.ingest.config import EngineConfig
    from claude_tray.ingest.result import IngestResult


@dataclass(frozen=True, slots=True)
class FileChanged:
    """
    A transcript may have grown, or the spool has a new sample.

    Attributes:
        path: The transcript or the spool directory.
    """

    path: str


@dataclass(frozen=True, slots=True)
class Rescan:
    """
    Any file may have changed.

    Attributes:
        on_done: Called with the counters, on the ingest thread.
        is_optional: Only needed if a change may have raised no event.
    """

    on_done: Callable[[IngestResult], None] | None = None
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Reconfigure:
    """Continue with another config."""

    config: EngineConfig


@dataclass(frozen=True, slots=True)
class RunOnWriter:
    """Run a function with the writer, after all earlier messages."""

    work: Callable[[Writer], None]


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop after the current message."""


WorkerMessage = FileChanged | Rescan | Reconfigure | RunOnWriter | Stop


class MessageQueue:
    """
    First-in-first-out queue without duplicates.

    A file that is written a thousand times during a long ingest is read once
    afterwards, so the queue stays short.
    """

    def __init__(self) -> None:
        self._pending: dict[WorkerMessage, None] = {}
        self._changed = threading.Condition()

    def put(self, message: WorkerMessage) -> None:
        with self._changed:
            self._pending.setdefault(message)
            self._changed.notify()

    def get(self, timeout: float) -> WorkerMessage | None:
        """Return the next message, or None after the timeout in seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._pending, timeout)
            if not self._pending:
                return None
            message = next(iter(self._pending))
            del self._pending[message]
            return message

    def take_changes(self, limit: int) -> list[FileChanged]:
        """Return the file changes at the head of the queue, without waiting."""
        taken: list[FileChanged] = []
        with self._changed:
            for message in self._pending:
                if not isinstance(message, FileChanged) or len(taken) == limit:
                    break
                taken.append(message)
            for message in taken:
                del self._pending[message]
        return taken

    def has_changes(self) -> bool:
        """Return whether a file change is next."""
        with self._changed:
            return isinstance(next(iter(self._pending), None), FileChanged)

    def is_stopping(self, timeout: float = 0) -> bool:
        """
        Return whether the queue contains Stop, at any position.

        Args:
            timeout: Seconds to wait for it.
        """
        with self._changed:
            return self._changed.wait_for(
                lambda: Stop() in self._pending,
                timeout,
            )


_POLL_SECONDS: Final = 0.1


class WriterExecutor:
    """
    Runs work on the ingest thread and waits for it.

    Args:
        queue: Queue of the ingest thread.
        path: Database file, for error messages.
    """

    def __init__(self, queue: MessageQueue, path: Path) -> None:
        self._queue = queue
        self._path = path
        self._closed = threading.Event()

    def run_on_writer(self, work: Callable[[Writer], None]) -> None:
        """
        Run the work in one transaction.

        Raises:
            StoreError: The work failed, or the program is stopping; in the
                latter case the work may still be done.
        """
        finished = threading.Event()
        failures: list[StoreError] = []

        def run_work(writer: Writer) -> None:
            try:
                with translate_sqlite_errors(self._path), transaction(writer):
                    work(writer)
            except StoreError as error:
                failures.append(error)
            finally:
                finished.set()

        self._queue.put(RunOnWriter(run_work))
        while not finished.wait(_POLL_SECONDS):
            if self._closed.is_set():
                raise StoreError(gettext_noop("claude-tray is stopping."))
        if failures:
            raise failures[0]

    def close(self) -> None:
        """Wake all waiting threads with an error."""
        self._closed.set()
