"""Write a file of the user's choice: private, and over another one on request."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

from claude_tray.platform.replace_file import replace_file

_PRIVATE_MODE: Final = 0o600


def write_new_file(path: Path, data: bytes, *, replaces: bool = False) -> None:
    """
    Write a file that only its owner can read.

    Args:
        path: The file; its folder must exist.
        data: Its content.
        replaces: Replace a file with this name.

    Raises:
        FileExistsError: There is one, and it is not to be replaced.
        OSError: It cannot be written; an existing one is unchanged.
    """
    if not replaces:
        with open(path, "xb", opener=_open_private) as file:
            file.write(data)
        return
    # A temporary file is private, too.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".claude-tray")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        replace_file(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, _PRIVATE_MODE)
