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

from claude_tray.transcripts.inotify import watch_count
from claude_tray.transcripts.locate import by_root, is_transcript
from claude_tray.transcripts.share import share_of
from claude_tray.transcripts.spool import is_sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from watchdog.observers.api import BaseObserver, ObservedWatch

    # A device and a file's number on it.
    _Place = tuple[int, int]

_WATCHDOG: Final = logging.getLogger("watchdog")
# Named one by one: watchdog also tells of files being opened and closed, so
# the engine's own reading would wake the engine, for ever.
_EVENTS: Final[list[type[FileSystemEvent]]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirMovedEvent,
]


class _Teller(FileSystemEventHandler):
    """Tells paths and does nothing else: it runs on watchdog's own thread."""

    def __init__(self, tell: Callable[[str | None], None]) -> None:
        self._tell = tell

    def on_any_event(self, event: FileSystemEvent) -> None:
        path = os.fsdecode(event.dest_path or event.src_path)
        if event.is_directory:
            # Files may have been in it before it was watched.
            self._tell(None)
        elif is_transcript(path.rpartition(os.sep)[2]):
            self._tell(path)


class _Doorman(FileSystemEventHandler):
    """Tells that something was left in a folder, not what."""

    def __init__(self, tell: Callable[[str | None], None], path: str) -> None:
        self._tell = tell
        self._path = path

    def on_any_event(self, event: FileSystemEvent) -> None:
        if is_sample(os.fsdecode(event.dest_path or event.src_path)):
            self._tell(self._path)


class _Overhearing(logging.Handler):
    """
    Tells that any file may have changed when the system lost events.

    Watchdog says so in its log only, which nobody else need see.
    """

    def __init__(self, tell: Callable[[str | None], None]) -> None:
        super().__init__(logging.WARNING)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        if "overflow" in record.msg:
            self._tell(None)


class Watcher:
    """
    Watches the transcripts below Claude folders, and the statusline's spool.

    A watcher is never trusted alone: a folder that is not there yet, a share
    without events and exhausted watches are the engine's regular look's
    affair. `attach` is called at each of them.

    Args:
        tell: Called on a foreign thread with the path of a transcript that
            changed, or None where any of them may have; with the spool's
            own path when a sample was left there.
        spool: Where samples are left, whole and by renaming; None: nowhere.
    """

    def __init__(
        self,
        tell: Callable[[str | None], None],
        spool: Path | None = None,
    ) -> None:
        self._teller = _Teller(tell)
        self._spool = spool
        self._doorman = _Doorman(tell, str(spool))
        self._overhearing = _Overhearing(tell)
        _WATCHDOG.addHandler(self._overhearing)
        self._observer: BaseObserver | None = None
        self._watches: dict[str, tuple[_Place, ObservedWatch]] = {}
        # So many of so many folders were watched, however often one tried.
        self._missed: tuple[int | None, int] | None = None

    def attach(self, folders: Iterable[Path], seen: int = 0) -> str:
        """
        Watch these folders; one that was replaced is watched anew.

        Args:
            folders: Claude's.
            seen: How many folders there are in them.

        Returns:
            Why not every change in them is told; empty where each is.
        """
        self._observer = self._observer or _started()
        if self._observer is None:
            return "nothing can be watched"
        roots = list(by_root(folders))
        self._follow(self._observer, roots)
        count = self.count()
        if _is_short(count, seen) and self._missed != (count, seen):
            # Some went and came back, or there are watches again.
            self._follow(self._observer, None)
            self._follow(self._observer, roots)
            count = self.count()
            self._missed = count, seen
        if _is_short(count, seen):
            return f"{count} of {seen} folders are watched"
        shares = [f"{r} is a share ({k})" for r in roots if (k := share_of(r))]
        return ", ".join(shares)

    def count(self) -> int | None:
        """Return how many of the folders are watched; None where unknown."""
        count = watch_count()
        if count is None:
            return None
        return max(0, count - (str(self._spool) in self._watches))

    def stop(self) -> None:
        """End watchdog's threads."""
        _WATCHDOG.removeHandler(self._overhearing)
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()

    def _follow(
        self,
        observer: BaseObserver,
        roots: Iterable[str] | None,
    ) -> None:
        """Watch these and the spool, and nothing else; None: nothing."""
        wanted: dict[str, FileSystemEventHandler] = {}
        if roots is not None:
            wanted = dict.fromkeys(roots, self._teller) | self._attended()
        places = {path: _place_of(path) for path in wanted}
        for path, (held, watch) in list(self._watches.items()):
            if places.get(path) != held:
                del self._watches[path]
                observer.unschedule(watch)
        for path, handler in wanted.items():
            place = places[path]
            if place is not None and path not in self._watches:
                # No watches left: the regular look goes on without.
                with suppress(OSError):
                    watch = observer.schedule(
                        handler,
                        path,
                        recursive=handler is self._teller,
                        event_filter=_EVENTS,
                    )
                    self._watches[path] = (place, watch)

    def _attended(self) -> dict[str, FileSystemEventHandler]:
        """Return the spool; without it samples wait for the next look."""
        if self._spool is None:
            return {}
        with suppress(OSError):
            self._spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        return {str(self._spool): self._doorman}


def _is_short(count: int | None, seen: int) -> bool:
    return count is not None and count < seen


def _started() -> BaseObserver | None:
    """Return an observer at work, or None where this system has no more."""
    try:
        observer = Observer()
        observer.start()
    except OSError:
        return None
    return observer


def _place_of(path: str) -> _Place | None:
    """Return what tells a folder from another of its name, if it is there."""
    try:
        status = os.stat(path)  # noqa: PTH116 - a text
    except OSError:
        return None
    return status.st_dev, status.st_ino
