"""What the engine is asked to do."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from claude_tray.errors import StoreError
from claude_tray.store.connection import transaction, translate_sqlite_errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claude_tray.ingest.config import EngineConfig
    from claude_tray.ingest.result import IngestResult
    from claude_tray.store.connection import Writer


@dataclass(frozen=True, slots=True)
class FileChanged:
    """A transcript may have grown."""

    path: str


@dataclass(frozen=True, slots=True)
class Rescan:
    """
    Anything may have changed: look at every file.

    Attributes:
        on_done: Told what it brought, on the engine's thread.
    """

    on_done: Callable[[IngestResult], None] | None = None


@dataclass(frozen=True, slots=True)
class Reconfigure:
    """Go on with other choices."""

    config: EngineConfig


@dataclass(frozen=True, slots=True)
class RunOnWriter:
    """Run some work on the writer, after all that was asked before."""

    work: Callable[[Writer], None]


@dataclass(frozen=True, slots=True)
class Stop:
    """End after the work at hand."""


WorkerMessage = FileChanged | Rescan | Reconfigure | RunOnWriter | Stop


class MessageQueue:
    """
    Messages in the order they came, each distinct one once.

    A file that is written a thousand times while the engine is busy is read
    once when it is free: nothing is delayed and nothing piles up.
    """

    def __init__(self) -> None:
        self._pending: dict[WorkerMessage, None] = {}
        self._changed = threading.Condition()

    def put(self, message: WorkerMessage) -> None:
        with self._changed:
            self._pending.setdefault(message)
            self._changed.notify()

    def get(self, timeout: float) -> WorkerMessage | None:
        """Return the next message, or None when none came in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._pending, timeout)
            if not self._pending:
                return None
            message = next(iter(self._pending))
            del self._pending[message]
            return message

    def is_stopping(self, timeout: float = 0) -> bool:
        """
        Tell whether the end has been asked for, behind whatever else.

        Args:
            timeout: Seconds to wait for that, whatever else comes.
        """
        with self._changed:
            return self._changed.wait_for(
                lambda: Stop() in self._pending,
                timeout,
            )


_POLL_SECONDS: Final = 0.1


class WriterExecutor:
    """
    Has the engine do work, and waits for it.

    Args:
        queue: The engine's.
        path: The store, for what is told of it.
    """

    def __init__(self, queue: MessageQueue, path: Path) -> None:
        self._queue = queue
        self._path = path
        self._closed = threading.Event()

    def run_on_writer(self, work: Callable[[Writer], None]) -> None:
        """
        Do the work in one transaction, all or nothing.

        Raises:
            StoreError: It could not be done, or the program ends; the work
                may yet be done then.
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
                summary = "The program ends."
                raise StoreError(summary)
        if failures:
            raise failures[0]

    def close(self) -> None:
        """Let nobody wait any longer."""
        self._closed.set()
