"""Open the store for the pages, read-only."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from claude_tray.store.connection import (
    Reader,
    open_reader,
    translate_sqlite_errors,
)
from claude_tray.store.metadata import get_data_version, get_file_identity
from claude_tray.store.snapshot import SnapshotBuilder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class OpenStore(NamedTuple):
    """A connection of one thread, and its cache of earlier days."""

    reader: Reader
    builder: SnapshotBuilder
    file_id: tuple[int, int] | None
    data_version: int


class StoreAccess:
    """
    Keep one connection for each thread.

    Args:
        path: Database of the tray.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def get_etag(self) -> str:
        """Return a text that changes whenever anything was written."""
        states = []
        for suffix in ("", "-wal"):
            try:
                state = self._path.with_name(
                    f"{self._path.name}{suffix}"
                ).stat()
            except OSError:
                continue
            states += [state.st_mtime_ns, state.st_size, state.st_ino]
        return "-".join(f"{number:x}" for number in states)

    @contextmanager
    def open(self) -> Iterator[OpenStore | None]:
        """
        Give the connection of this thread; None while there is no store.

        Raises:
            StoreError: It cannot be read, also in the block.
        """
        with translate_sqlite_errors(self._path):
            yield self._ensure_open()

    def _ensure_open(self) -> OpenStore | None:
        opened: OpenStore | None = getattr(self._local, "opened", None)
        file_id = get_file_identity(self._path)
        if opened is not None and opened.file_id != file_id:
            # The tray replaces a damaged database by a new file.
            opened.reader.close()
            opened = None
        if opened is None and file_id is not None:
            reader = open_reader(self._path)
            opened = OpenStore(
                reader,
                SnapshotBuilder(reader),
                file_id,
                get_data_version(reader),
            )
        if opened is not None:
            version = get_data_version(opened.reader)
            if version != opened.data_version:
                # Any record may have changed, also those of earlier days.
                opened.builder.invalidate_from(0)
                opened = opened._replace(data_version=version)
        self._local.opened = opened
        return opened
