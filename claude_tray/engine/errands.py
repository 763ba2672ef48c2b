"""Work for the store's writer, from a thread that does not own it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from claude_tray.engine.inbox import Do
from claude_tray.errors import StoreError
from claude_tray.store.connection import explained, transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claude_tray.engine.inbox import Inbox
    from claude_tray.store.connection import Writer

_LOOK_SECONDS: Final = 0.1


class Errands:
    """
    Has the engine do work, and waits for it.

    Args:
        inbox: The engine's.
        path: The store, for what is told of it.
    """

    def __init__(self, inbox: Inbox, path: Path) -> None:
        self._inbox = inbox
        self._path = path
        self._ended = threading.Event()

    def run(self, work: Callable[[Writer], None]) -> None:
        """
        Do the work in one transaction, all or nothing.

        Raises:
            StoreError: It could not be done, or the program ends; the work
                may yet be done then.
        """
        done = threading.Event()
        failures: list[StoreError] = []

        def do(writer: Writer) -> None:
            try:
                with explained(self._path), transaction(writer):
                    work(writer)
            except StoreError as error:
                failures.append(error)
            finally:
                done.set()

        self._inbox.put(Do(do))
        while not done.wait(_LOOK_SECONDS):
            if self._ended.is_set():
                summary = "The program ends."
                raise StoreError(summary)
        if failures:
            raise failures[0]

    def end(self) -> None:
        """Let nobody wait any longer."""
        self._ended.set()
