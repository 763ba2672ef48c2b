"""
A lock of the kernel's on a file, free again when its holder dies.

The same call as filelock's, which takes 15 ms and 3 MiB to import: too much for
what every start of the tray does first.
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
    A lock that one holder has at a time.

    Args:
        path: Its file, which stays; made where it is missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def acquire(self, timeout: float = 0) -> bool:
        """
        Have the lock; False if another has it.

        Args:
            timeout: How many seconds to wait for it.

        Raises:
            OSError: The file cannot be used.
        """
        system = current_system()
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + timeout
        try:
            while not system.try_lock(descriptor):
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    return False
                time.sleep(_POLL_SECONDS)
        except OSError:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let another have it."""
        os.close(self._descriptor)
