"""Where the newest snapshot is posted."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from claude_tray.core.snapshot import SyncState

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.core.snapshot import Snapshot


class SnapshotChannel:
    """
    Holds one snapshot, the newest. A slow reader misses the ones between.

    Attributes:
        on_publish: Called, on the engine's thread, after each snapshot it posts.
    """

    def __init__(self) -> None:
        self.on_publish: Callable[[], None] = lambda: None
        self._sync_state = SyncState()
        self._snapshot: Snapshot | None = None
        self._version = 0
        self._is_closed = False
        self._changed = threading.Condition()

    def publish(self, snapshot: Snapshot) -> None:
        """Show a snapshot, with how forwarding stands."""
        with self._changed:
            self._snapshot = replace(snapshot, sync=self._sync_state)
            self._version += 1
            self._changed.notify_all()
        self.on_publish()

    def publish_sync_state(self, state: SyncState) -> None:
        """Show how forwarding stands, in this snapshot and those to come."""
        with self._changed:
            if state == self._sync_state:
                return
            self._sync_state = state
            if self._snapshot is not None:
                self._snapshot = replace(self._snapshot, sync=state)
                self._version += 1
                self._changed.notify_all()

    def republish(self) -> None:
        """Let the newest be read again: how it is shown has changed."""
        with self._changed:
            if self._snapshot is not None:
                self._version += 1
                self._changed.notify_all()

    def wait_for_newer(
        self,
        version: int,
        timeout: float,
    ) -> tuple[int, Snapshot] | None:
        """Return the first snapshot newer than an edition, or None."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._version > version or self._is_closed,
                timeout,
            )
            if self._snapshot is None or self._version <= version:
                return None
            return self._version, self._snapshot

    def close(self) -> None:
        """Let nobody wait any longer."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    def latest(self) -> Snapshot | None:
        """Return the snapshot that was posted last."""
        with self._changed:
            return self._snapshot
