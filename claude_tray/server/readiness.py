"""Check that the database is migrated and writable."""

from __future__ import annotations

import time
from threading import Lock
from typing import Final

from claude_tray.server import errors, pending_migrations
from claude_tray.server.usage.server_identity import (
    check_writable,
    get_server_id,
)

# Anybody may ask, so a process writes at most once in this time.
_WRITE_INTERVAL_SECONDS: Final = 10.0


class Readiness:
    """The last check of this process, which is repeated only in part."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._checked_at: float | None = None

    def check(self) -> None:
        """
        Read from the database, and write to it if that is due.

        Raises:
            DatabaseUnavailableError: Migrations are pending.
            OperationalError: It cannot be read or written.
        """
        with self._lock:
            if not self._is_due():
                get_server_id()
                return
            self._checked_at = None
            if pending_migrations.has_pending_migrations():
                raise errors.DatabaseUnavailableError(is_disk_full=False)
            check_writable()
            self._checked_at = time.monotonic()

    def _is_due(self) -> bool:
        if self._checked_at is None:
            return True
        return time.monotonic() - self._checked_at > _WRITE_INTERVAL_SECONDS


readiness: Final = Readiness()
