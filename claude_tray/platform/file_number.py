"""Tell files apart that have the same name one after the other."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import os

# The database stores signed integers; some network file systems use all bits.
_MAX_BITS: Final = 63


def get_file_number(status: os.stat_result) -> int:
    """
    Return the number of a file, which a replaced file does not keep.

    It is 0 on Windows: "On Windows, the st_ino, st_dev and st_nlink attributes
    of the stat_result are always set to zero" in listings of folders
    (https://docs.python.org/3/library/os.html#os.DirEntry.stat), so a file
    that was listed would never be the one that was opened. Contents, size and
    time decide there.
    """
    if sys.platform == "win32":
        return 0
    return status.st_ino & ((1 << _MAX_BITS) - 1)
