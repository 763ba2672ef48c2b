"""File events, told as paths: the only door to watchdog."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
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

from claude_tray.transcripts.locate import is_transcript, root_of
from claude_tray.transcripts.spool import is_sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from watchdog.observers.api import BaseObserver, ObservedWatch

# Named one by one: watchdog also tells of files being opened and closed, so
# the engine's own reading would wake the engine, for ever.
_EVENTS: Final[list[type[FileSystemEvent]]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirMovedEvent,
]
_INFO: Final = Path("/proc/self/fdinfo")


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
        self._observer: BaseObserver | None = None
        self._watches: dict[str, tuple[int, ObservedWatch]] = {}
        self._is_attended = False

    def attach(self, folders: Iterable[Path]) -> None:
        """Watch these folders; one that was replaced is watched anew."""
        observer = self._observer or _started()
        if observer is None:
            return
        self._observer = observer
        roots = [root_of(folder) for folder in folders]
        for root in [r for r in self._watches if r not in roots]:
            self._detach(observer, root)
        for root in roots:
            try:
                inode = Path(root).stat().st_ino
            except OSError:
                self._detach(observer, root)
                continue
            held = self._watches.get(root)
            if held is None or held[0] != inode:
                self._detach(observer, root)
                self._watch(observer, root, inode)
        self._attend(observer)

    @property
    def extra(self) -> int:
        """How many watches are not of transcripts' folders."""
        return int(self._is_attended)

    def stop(self) -> None:
        """End watchdog's threads."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()

    def _watch(self, observer: BaseObserver, root: str, inode: int) -> None:
        try:
            watch = observer.schedule(
                self._teller,
                root,
                recursive=True,
                event_filter=_EVENTS,
            )
        except OSError:
            # No watches left: the regular look goes on without.
            return
        self._watches[root] = (inode, watch)

    def _attend(self, observer: BaseObserver) -> None:
        """Watch the spool, once; without it samples wait for the next look."""
        if self._spool is None or self._is_attended:
            return
        with suppress(OSError):
            self._spool.mkdir(parents=True, exist_ok=True, mode=0o700)
            observer.schedule(
                self._doorman,
                str(self._spool),
                event_filter=_EVENTS,
            )
            self._is_attended = True

    def _detach(self, observer: BaseObserver, root: str) -> None:
        held = self._watches.pop(root, None)
        if held is not None:
            observer.unschedule(held[1])


def _started() -> BaseObserver | None:
    """Return an observer at work, or None where this system has no more."""
    try:
        observer = Observer()
        observer.start()
    except OSError:
        return None
    return observer


def watch_count() -> int | None:
    """
    Return how many folders this process watches; None where unknown.

    Linux tells them; watchdog is silent when there are no watches left.
    """
    if sys.platform != "linux":
        return None
    count = 0
    try:
        for info in _INFO.iterdir():
            # The one that lists the folder is closed by now.
            with suppress(FileNotFoundError):
                text = info.read_text(encoding="ascii", errors="replace")
                count += text.count("inotify wd:")
    except OSError:
        return None
    return count
