"""
Lock a file by the kernel, which releases the lock when its holder dies.

The tray locks before anything else; the package filelock would take 15 ms and
3 MiB to import.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    from pathlib import Path


_POLL_SECONDS: Final = 0.05


class FileLock:
    """
    A lock with one holder at a time.

    Args:
        path: The lock file; created if missing, never deleted.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def acquire(
        self, timeout: float = 0, poll_seconds: float = _POLL_SECONDS
    ) -> bool:
        """
        Acquire the lock; False if another holder keeps it.

        Args:
            timeout: Seconds to wait.
            poll_seconds: Seconds between two tries.

        Raises:
            OSError: The file cannot be opened or locked.
        """
        system = current_system()
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + timeout
        try:
            while not system.try_lock(descriptor):
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    return False
                time.sleep(poll_seconds)
        except OSError:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return True

    def is_current(self) -> bool:
        """Return whether the file at the path is still the locked one."""
        try:
            return os.path.samestat(
                os.fstat(self._descriptor), self._path.stat()
            )
        except OSError:
            return False

    def release(self) -> None:
        os.close(self._descriptor)
