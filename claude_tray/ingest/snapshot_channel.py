"""Publish the latest snapshot to other threads."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from claude_tray.core.snapshot import Snapshot, SyncState

if TYPE_CHECKING:
    from collections.abc import Callable


class SnapshotChannel:
    """Keeps only the latest snapshot: slow readers skip older ones."""

    def __init__(self) -> None:
        self._listeners: tuple[Callable[[], None], ...] = ()
        self._sync_state = SyncState()
        self._snapshot: Snapshot | None = None
        self._version = 0
        self._is_closed = False
        self._changed = threading.Condition()

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call a function after each snapshot, on the publishing thread."""
        self._listeners += (listener,)

    def publish(self, snapshot: Snapshot) -> None:
        """Publish a snapshot, with the current sync state added."""
        with self._changed:
            self._snapshot = replace(snapshot, sync=self._sync_state)
            self._version += 1
            self._changed.notify_all()
        for listener in self._listeners:
            listener()

    def publish_sync_state(self, state: SyncState) -> None:
        """Set the sync state of this snapshot and later ones."""
        with self._changed:
            if state == self._sync_state:
                return
            self._sync_state = state
            if self._snapshot is not None:
                self._snapshot = replace(self._snapshot, sync=state)
                self._version += 1
                self._changed.notify_all()

    def republish(self) -> None:
        """Publish the latest again because view options have changed."""
        with self._changed:
            if self._snapshot is not None:
                self._version += 1
                self._changed.notify_all()

    def wait_for_newer(
        self,
        version: int,
        timeout: float,
    ) -> tuple[int, Snapshot] | None:
        """
        Wait for a snapshot later than a version.

        Args:
            version: Version of the reader's snapshot; 0 for none.
            timeout: Seconds.

        Returns:
            Version and snapshot; None after the timeout or when closed.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: self._version > version or self._is_closed,
                timeout,
            )
            if self._snapshot is None or self._version <= version:
                return None
            return self._version, self._snapshot

    def close(self) -> None:
        """Wake all waiting readers; from now on none of them waits."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    def latest(self) -> Snapshot | None:
        """Return the latest snapshot, or None before the first."""
        with self._changed:
            return self._snapshot


# While more changes wait, at least this long between two snapshots.
_MIN_PAUSE_SECONDS: Final = 0.1
# During a first load, snapshots take at most this share of the time.
_PROGRESS_SHARE: Final = 0.05


class PublishTimer:
    """
    Decides how often snapshots are built while there is more to read.

    Attributes:
        is_dirty: Something changed since the last snapshot.
    """

    def __init__(self) -> None:
        self.is_dirty = False
        self._began_at = 0.0
        self._ended_at = 0.0

    def begin(self) -> None:
        """Record that a snapshot is built."""
        self.is_dirty = False
        self._began_at = time.monotonic()

    def end(self) -> None:
        """Record that it was published."""
        self._ended_at = time.monotonic()

    def is_due(self, *, has_more: bool) -> bool:
        """Return whether to publish a change; `has_more` changes wait."""
        pause = time.monotonic() - self._ended_at
        return self.is_dirty and (not has_more or pause >= _MIN_PAUSE_SECONDS)

    def may_show_progress(self) -> bool:
        """Return whether a snapshot of a first load costs little enough."""
        duration = self._ended_at - self._began_at
        pause = time.monotonic() - self._ended_at
        return pause >= duration / _PROGRESS_SHARE
