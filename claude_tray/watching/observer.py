"""File events, told as paths: the only door to watchdog."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from claude_tray.providers.claude_code.discovery import (
    index_by_root,
    is_transcript,
)
from claude_tray.providers.claude_code.statusline_samples import is_sample_file
from claude_tray.watching.limits import count_own_watches, network_fs_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from watchdog.observers.api import BaseObserver, ObservedWatch


if TYPE_CHECKING:
    # A device and a file's number on it.
    _FolderId = tuple[int, int]

_WATCHDOG_LOGGER: Final = logging.getLogger("watchdog")
# Named one by one: watchdog also tells of files being opened and closed, so
# the engine's own reading would wake the engine, for ever.
_EVENT_TYPES: Final[list[type[FileSystemEvent]]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirMovedEvent,
]


class _EventForwarder(FileSystemEventHandler):
    """Tells paths and does nothing else: it runs on watchdog's own thread."""

    def __init__(self, on_change: Callable[[str | None], None]) -> None:
        self._on_change = on_change

    def on_any_event(self, event: FileSystemEvent) -> None:
        path = os.fsdecode(event.dest_path or event.src_path)
        if event.is_directory:
            # Files may have been in it before it was watched.
            self._on_change(None)
        elif is_transcript(path.rpartition(os.sep)[2]):
            self._on_change(path)


class _SpoolEventHandler(FileSystemEventHandler):
    """Tells that something was left in a folder, not what."""

    def __init__(
        self, on_change: Callable[[str | None], None], path: str
    ) -> None:
        self._on_change = on_change
        self._path = path

    def on_any_event(self, event: FileSystemEvent) -> None:
        if is_sample_file(os.fsdecode(event.dest_path or event.src_path)):
            self._on_change(self._path)


class _OverflowLogHandler(logging.Handler):
    """
    Tells that any file may have changed when the system lost events.

    Watchdog says so in its log only, which nobody else need see.
    """

    def __init__(self, on_change: Callable[[str | None], None]) -> None:
        super().__init__(logging.WARNING)
        self._on_change = on_change

    def emit(self, record: logging.LogRecord) -> None:
        if "overflow" in record.msg:
            self._on_change(None)


class Watcher:
    """
    Watches the transcripts below Claude folders, and the statusline's spool.

    A watcher is never trusted alone: a folder that is not there yet, a share
    without events and exhausted watches are the engine's regular look's
    affair. `attach` is called at each of them.

    Args:
        on_change: Called on a foreign thread with the path of a transcript that
            changed, or None where any of them may have; with the spool's
            own path when a sample was left there.
        spool_dir: Where samples are left, whole and by renaming; None: nowhere.
    """

    def __init__(
        self,
        on_change: Callable[[str | None], None],
        spool_dir: Path | None = None,
    ) -> None:
        self._event_forwarder = _EventForwarder(on_change)
        self._spool_dir = spool_dir
        self._spool_handler = _SpoolEventHandler(on_change, str(spool_dir))
        self._overflow_handler = _OverflowLogHandler(on_change)
        _WATCHDOG_LOGGER.addHandler(self._overflow_handler)
        self._observer: BaseObserver | None = None
        self._watches: dict[str, tuple[_FolderId, ObservedWatch]] = {}
        # So many of so many folders were watched, however often one tried.
        self._last_shortfall: tuple[int | None, int] | None = None

    def watch(self, folders: Iterable[Path], folder_count: int = 0) -> str:
        """
        Watch these folders; one that was replaced is watched anew.

        Args:
            folders: Claude's.
            folder_count: How many folders there are in them.

        Returns:
            Why not every change in them is told; empty where each is.
        """
        self._observer = self._observer or _start_observer()
        if self._observer is None:
            return "nothing can be watched"
        roots = list(index_by_root(folders))
        self._update_watches(self._observer, roots)
        count = self.count_watches()
        if _is_incomplete(count, folder_count) and self._last_shortfall != (
            count,
            folder_count,
        ):
            # Some went and came back, or there are watches again.
            self._update_watches(self._observer, None)
            self._update_watches(self._observer, roots)
            count = self.count_watches()
            self._last_shortfall = count, folder_count
        if _is_incomplete(count, folder_count):
            return f"{count} of {folder_count} folders are watched"
        network_roots = [
            f"{root} is a share ({fs_type})"
            for root in roots
            if (fs_type := network_fs_type(root))
        ]
        return ", ".join(network_roots)

    def count_watches(self) -> int | None:
        """Return how many of the folders are watched; None where unknown."""
        count = count_own_watches()
        if count is None:
            return None
        return max(0, count - (str(self._spool_dir) in self._watches))

    def stop(self) -> None:
        """End watchdog's threads."""
        _WATCHDOG_LOGGER.removeHandler(self._overflow_handler)
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()

    def _update_watches(
        self,
        observer: BaseObserver,
        roots: Iterable[str] | None,
    ) -> None:
        """Watch these and the spool, and nothing else; None: nothing."""
        handlers: dict[str, FileSystemEventHandler] = {}
        if roots is not None:
            handlers = (
                dict.fromkeys(roots, self._event_forwarder)
                | self._spool_handlers()
            )
        folder_ids = {path: _get_folder_id(path) for path in handlers}
        for path, (watched_id, watch) in list(self._watches.items()):
            if folder_ids.get(path) != watched_id:
                del self._watches[path]
                observer.unschedule(watch)
        for path, handler in handlers.items():
            folder_id = folder_ids[path]
            if folder_id is not None and path not in self._watches:
                # No watches left: the regular look goes on without.
                with suppress(OSError):
                    watch = observer.schedule(
                        handler,
                        path,
                        recursive=handler is self._event_forwarder,
                        event_filter=_EVENT_TYPES,
                    )
                    self._watches[path] = (folder_id, watch)

    def _spool_handlers(self) -> dict[str, FileSystemEventHandler]:
        """Return the spool; without it samples wait for the next look."""
        if self._spool_dir is None:
            return {}
        with suppress(OSError):
            self._spool_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return {str(self._spool_dir): self._spool_handler}


def _is_incomplete(count: int | None, folder_count: int) -> bool:
    return count is not None and count < folder_count


def _start_observer() -> BaseObserver | None:
    """Return an observer at work, or None where this system has no more."""
    try:
        observer = Observer()
        observer.start()
    except OSError:
        return None
    return observer


def _get_folder_id(path: str) -> _FolderId | None:
    """Return what tells a folder from another of its name, if it is there."""
    try:
        status = os.stat(path)  # noqa: PTH116 - a text
    except OSError:
        return None
    return status.st_dev, status.st_ino
