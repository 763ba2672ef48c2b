"""Watch folders for changed files; the only module that uses watchdog."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from claude_tray.providers.base import SAMPLE_SUFFIX
from claude_tray.providers.registry import AccountFolder, index_by_root
from claude_tray.watching.limits import count_own_watches, network_fs_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from watchdog.observers.api import BaseObserver, ObservedWatch


if TYPE_CHECKING:
    # Device and inode.
    _FolderId = tuple[int, int]


_WATCHDOG_LOGGER: Final = logging.getLogger("watchdog")
# Not opened and closed events: our own reading would trigger a new read,
# endlessly.
_EVENT_TYPES: Final[list[type[FileSystemEvent]]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirMovedEvent,
]
# A session whose file is deleted has ended.
_SESSION_EVENT_TYPES: Final = [*_EVENT_TYPES, FileDeletedEvent]
_PARENT_EVENT_TYPES: Final[list[type[FileSystemEvent]]] = [
    FileCreatedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]


class _TranscriptEventHandler(FileSystemEventHandler):
    """
    Forwards the paths of changed transcripts, on watchdog's thread.

    Args:
        on_change: Receives the path, or None if any file may have changed.
        is_transcript: Tests a file name.
        target: Watched folder, links resolved.
        link: Its path in the followed folder; of the root, the same.
    """

    def __init__(
        self,
        on_change: Callable[[str | None], None],
        is_transcript: Callable[[str], bool],
        target: str,
        link: str,
    ) -> None:
        self._on_change = on_change
        self._is_transcript = is_transcript
        self._target = target
        self._link = link

    def on_any_event(self, event: FileSystemEvent) -> None:
        path = os.fsdecode(event.dest_path or event.src_path)
        if event.is_directory:
            # It may contain files that were written before it was watched.
            self._on_change(None)
        elif self._is_transcript(path.rpartition(os.sep)[2]):
            self._on_change(self._link + path[len(self._target) :])
        elif self._link == self._target == path.rpartition(os.sep)[0] and (
            os.path.islink(path)  # noqa: PTH114 - a str
        ):
            # A project that is a link.
            self._on_change(None)


class _ParentEventHandler(FileSystemEventHandler):
    """
    Causes a rescan when a root, or a folder above it, comes or goes.

    Args:
        on_change: Called with None.
        paths: The watched folder, and the entries that lead to roots.
    """

    def __init__(
        self, on_change: Callable[[str | None], None], paths: Iterable[str]
    ) -> None:
        self._on_change = on_change
        self._paths = frozenset(paths)

    def on_any_event(self, event: FileSystemEvent) -> None:
        changed = {os.fsdecode(event.src_path), os.fsdecode(event.dest_path)}
        if changed & self._paths:
            self._on_change(None)


class _FolderEventHandler(FileSystemEventHandler):
    """Forwards a folder, as the spool, when one of its files changes."""

    def __init__(
        self, on_change: Callable[[str | None], None], path: str
    ) -> None:
        self._on_change = on_change
        self._path = path

    def on_any_event(self, event: FileSystemEvent) -> None:
        path = os.fsdecode(event.dest_path or event.src_path)
        if path.endswith(SAMPLE_SUFFIX):
            self._on_change(self._path)


class _OverflowLogHandler(logging.Handler):
    """
    Reports lost events, after which any file may have changed.

    Watchdog handles IN_Q_OVERFLOW internally and only logs it. A test
    overflows a real inotify queue, so that a changed log text is noticed.
    """

    def __init__(self, on_change: Callable[[str | None], None]) -> None:
        super().__init__(logging.WARNING)
        self._on_change = on_change

    def emit(self, record: logging.LogRecord) -> None:
        if "overflow" in record.msg:
            self._on_change(None)


class Watcher:
    """
    Watches followed folders, the spool and files of running sessions.

    The nearest existing parent of each folder is watched too, so that a
    folder that appears is followed at once. Network shares and exhausted
    watches raise no events; regular rescans cover them. Call `watch` at each
    rescan.

    Args:
        on_change: Called on another thread with the path of a changed
            transcript, with the spool directory when it has a new sample,
            with a folder of session files when one of them has changed, or
            with None if any file may have changed.
        spool_dir: Directory of the samples; None without them.
    """

    def __init__(
        self,
        on_change: Callable[[str | None], None],
        spool_dir: Path | None = None,
    ) -> None:
        self._on_change = on_change
        self._spool_dir = spool_dir
        self._spool_handler = _FolderEventHandler(on_change, str(spool_dir))
        self._session_folders: frozenset[str] = frozenset()
        self._overflow_handler = _OverflowLogHandler(on_change)
        _WATCHDOG_LOGGER.addHandler(self._overflow_handler)
        self._observer: BaseObserver | None = None
        self._watches: dict[str, tuple[_FolderId, ObservedWatch]] = {}
        # By parent: its identity, what leads to roots, and the watch.
        self._parent_watches: dict[
            str, tuple[_FolderId, frozenset[str], ObservedWatch]
        ] = {}
        self._missing_roots: set[str] = set()
        self._has_started = False
        # Watched and existing folders after the last failed attempt.
        self._last_shortfall: tuple[int | None, int] | None = None

    def watch(
        self, folders: Iterable[AccountFolder], folder_count: int = 0
    ) -> str:
        """
        Watch exactly these folders, including replaced ones.

        Args:
            folders: The followed folders.
            folder_count: Number of folders in their transcript trees.

        Returns:
            Why some changes raise no event; empty if all do.
        """
        self._observer = self._observer or _start_observer()
        if self._observer is None:
            return "nothing can be watched"
        roots = index_by_root(folders)
        self._session_folders = _list_session_folders(roots.values())
        self._update_watches(self._observer, roots)
        self._watch_parents(self._observer, {*roots, *self._session_folders})
        self._has_started = True
        count = self.count_watches()
        if _is_incomplete(count, folder_count) and self._last_shortfall != (
            count,
            folder_count,
        ):
            # Folders were replaced, or watches are available again.
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
        """Return the number of watched folders; None if unknown."""
        count = count_own_watches()
        if count is None:
            return None
        others = {str(self._spool_dir), *self._session_folders}
        other_count = len(self._parent_watches) + len(
            others & self._watches.keys()
        )
        return max(0, count - other_count)

    def stop(self) -> None:
        """Stop watchdog's threads."""
        _WATCHDOG_LOGGER.removeHandler(self._overflow_handler)
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()

    def _update_watches(
        self,
        observer: BaseObserver,
        folder_by_root: Mapping[str, AccountFolder] | None,
    ) -> None:
        """Watch only these roots and the spool; with None, nothing."""
        handlers = (
            {}
            if folder_by_root is None
            else self._create_handlers(folder_by_root)
        )
        folder_ids = {path: _get_folder_id(path) for path in handlers}
        for path, (watched_id, watch) in list(self._watches.items()):
            if folder_ids.get(path) != watched_id:
                del self._watches[path]
                observer.unschedule(watch)
        known_paths = {*(folder_by_root or ()), str(self._spool_dir)}
        for path, handler in handlers.items():
            folder_id = folder_ids[path]
            if folder_id is not None and path not in self._watches:
                # Without free watches, rescans find the changes.
                with suppress(OSError):
                    watch = observer.schedule(
                        handler,
                        path,
                        recursive=isinstance(handler, _TranscriptEventHandler),
                        event_filter=_SESSION_EVENT_TYPES
                        if path in self._session_folders
                        else _EVENT_TYPES,
                    )
                    self._watches[path] = (folder_id, watch)
                    if self._has_started and path not in known_paths:
                        # A new link: see _watch_parents.
                        self._on_change(None)

    def _create_handlers(
        self, folder_by_root: Mapping[str, AccountFolder]
    ) -> dict[str, FileSystemEventHandler]:
        """Return handlers by path: of roots, linked projects and others."""
        handlers: dict[str, FileSystemEventHandler] = {}
        for root, folder in folder_by_root.items():
            is_transcript = folder.provider.is_transcript
            handlers[root] = _TranscriptEventHandler(
                self._on_change, is_transcript, root, root
            )
            for link in folder.provider.find_linked_folders(folder.path):
                target = os.path.realpath(link)
                handlers[target] = _TranscriptEventHandler(
                    self._on_change, is_transcript, target, link
                )
        for path in self._session_folders:
            handlers[path] = _FolderEventHandler(self._on_change, path)
        return handlers | self._spool_handlers()

    def _watch_parents(self, observer: BaseObserver, roots: set[str]) -> None:
        """Watch what roots are in, or would be in, for their creation."""
        entries: dict[str, frozenset[str]] = {}
        for root in roots:
            parent, entry = _find_existing_parent(root)
            entries[parent] = entries.get(parent, frozenset()) | {
                parent, entry,
            }  # fmt: skip
        for parent, (watched_id, paths, watch) in list(
            self._parent_watches.items()
        ):
            if (watched_id, paths) != (
                _get_folder_id(parent),
                entries.get(parent),
            ):
                del self._parent_watches[parent]
                observer.unschedule(watch)
        for parent, paths in entries.items():
            folder_id = _get_folder_id(parent)
            if folder_id is None or parent in self._parent_watches:
                continue
            with suppress(OSError):
                watch = observer.schedule(
                    _ParentEventHandler(self._on_change, paths),
                    parent,
                    event_filter=_PARENT_EVENT_TYPES,
                )
                self._parent_watches[parent] = folder_id, paths, watch
        missing = {root for root in roots if _get_folder_id(root) is None}
        if self._missing_roots & (roots - missing) or any(
            entry not in entries.get(parent, ())
            for parent, entry in map(_find_existing_parent, missing)
        ):
            # Files may have been written before the folder was watched.
            self._on_change(None)
        self._missing_roots = missing

    def _spool_handlers(self) -> dict[str, FileSystemEventHandler]:
        """Return the spool's handler; create the directory if possible."""
        if self._spool_dir is None:
            return {}
        with suppress(OSError):
            self._spool_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            # The umask may have removed bits.
            self._spool_dir.chmod(0o700)
        return {str(self._spool_dir): self._spool_handler}


def _list_session_folders(folders: Iterable[AccountFolder]) -> frozenset[str]:
    found = (f.provider.get_session_folder(f.path) for f in folders)
    return frozenset(str(path) for path in found if path is not None)


def _is_incomplete(count: int | None, folder_count: int) -> bool:
    return count is not None and count < folder_count


def _start_observer() -> BaseObserver | None:
    """Start an observer; return None if the system has none left."""
    try:
        observer = Observer()
        observer.start()
    except OSError:
        return None
    return observer


def _find_existing_parent(path: str) -> tuple[str, str]:
    """Return the nearest folder above a path, and its entry on the way."""
    while True:
        parent = os.path.dirname(path)  # noqa: PTH120 - a str
        if parent == path or os.path.isdir(parent):  # noqa: PTH112 - a str
            return parent, path
        path = parent


def _get_folder_id(path: str) -> _FolderId | None:
    """Return the identity of a folder, or None if it does not exist."""
    try:
        status = os.stat(path)  # noqa: PTH116 - a str
    except OSError:
        return None
    return status.st_dev, status.st_ino
