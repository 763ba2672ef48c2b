"""Rename a file over another one."""

from __future__ import annotations

import os
import sys
import time

# Without `typing`: the status line imports this. Virus scanners and readers
# have files open for a moment.
_RETRY_SECONDS = (0.02, 0.05, 0.1, 0.2, 0.4) if sys.platform == "win32" else ()


def replace_file(
    source: str | os.PathLike[str], target: str | os.PathLike[str]
) -> None:
    """
    Rename a file, and replace one that has the new name.

    Windows refuses that while another process has one of both files open, so
    it is tried again for less than a second.

    Raises:
        OSError: The file cannot be renamed; both are unchanged.
    """
    for seconds in _RETRY_SECONDS:
        try:
            os.replace(source, target)  # noqa: PTH105 - texts, too
        except PermissionError:
            time.sleep(seconds)
        else:
            return
    os.replace(source, target)  # noqa: PTH105 - texts, too
