"""Read small files that another program may have replaced by anything."""

from __future__ import annotations

import os
import stat
from errno import EACCES, EFBIG, EINVAL
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path


# File with the login of Claude Code.
CREDENTIALS_FILE_NAME: Final = ".credentials.json"
_MAX_BYTES: Final = 1 << 20
# A pipe without a writer must not block; Windows needs O_BINARY.
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


def read_small_file(path: Path, max_bytes: int = _MAX_BYTES) -> bytes:
    """
    Read a regular file of a limited size.

    A pipe, device or socket is not opened, and nothing waits for a writer.
    Nor are Claude Code's credentials, wherever a link leads.

    Args:
        path: The file; links are followed.
        max_bytes: Largest size accepted.

    Raises:
        OSError: The file is missing, unreadable, too large (EFBIG), not a
            regular file (EINVAL) or a link to credentials (EACCES).
    """
    # Opening a device may act on it, so look before opening.
    _check_regular(path.stat(), path)
    if leads_to_credentials(path):
        raise OSError(EACCES, "leads to credentials", str(path))
    descriptor = os.open(path, _FLAGS)
    with os.fdopen(descriptor, "rb") as file:
        # It may have been replaced since.
        _check_regular(os.fstat(descriptor), path)
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise OSError(EFBIG, f"larger than {max_bytes} bytes", str(path))
    return data


def leads_to_credentials(path: Path) -> bool:
    """Return whether a path is a link to Claude Code's credentials."""
    if not path.is_symlink():
        return False
    name = os.path.basename(os.path.realpath(path))  # noqa: PTH119
    return name.lower() == CREDENTIALS_FILE_NAME


def _check_regular(status: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise OSError(EINVAL, "not a regular file", str(path))
