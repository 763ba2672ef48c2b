"""
A lock of the kernel's on a file, free again when its holder dies.

The same call as filelock's, which takes 15 ms and 3 MiB to import: too much for
what every start of the tray does first.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Final

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from pathlib import Path

_AGAIN_SECONDS: Final = 0.05


class Lock:
    """
    A lock that one holder has at a time.

    Args:
        path: Its file, which stays; made where it is missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def take(self, patience: float = 0) -> bool:
        """
        Have the lock; False if another has it.

        Args:
            patience: How many seconds to wait for it.

        Raises:
            OSError: The file cannot be used.
        """
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        end = time.monotonic() + patience
        try:
            while not _is_taken(file):
                if time.monotonic() >= end:
                    os.close(file)
                    return False
                time.sleep(_AGAIN_SECONDS)
        except OSError:
            os.close(file)
            raise
        self._file = file
        return True

    def free(self) -> None:
        """Let another have it."""
        os.close(self._file)


def _is_taken(file: int) -> bool:
    """Return whether the lock is this process's now."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
