"""Write files atomically."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from claude_tray.platform.private_files import make_private_folder
from claude_tray.platform.replace_file import replace_file

_OTHERS: Final = 0o077


def write_atomically(
    path: Path, data: bytes, mode: int = 0o644, *, follows_links: bool = True
) -> None:
    """
    Replace the content of a file atomically; keep a link.

    Args:
        path: The file; its folder is created if missing.
        data: New content.
        mode: File mode, whatever it was before.
        follows_links: Write to what a link leads to; else replace the link,
            which another user may have created in a shared folder.

    Raises:
        OSError: The file cannot be written; it is unchanged.
    """
    # Late: most processes only read, and it takes 0.9 MiB.
    import tempfile

    target = Path(os.path.realpath(path)) if follows_links else path
    if mode & _OTHERS:
        target.parent.mkdir(parents=True, exist_ok=True)
    else:
        make_private_folder(target.parent)
    descriptor, name = tempfile.mkstemp(
        dir=target.parent, prefix=f".{target.name}."
    )
    temp_path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temp_path.chmod(mode)
        replace_file(temp_path, target)
    finally:
        temp_path.unlink(missing_ok=True)
