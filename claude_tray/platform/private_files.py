"""
Keep own files private: folders 0700, files 0600.

Modes are set where something is created, whatever the umask: that belongs to
the process, and changing it would race with other threads.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_OTHERS: Final = 0o077
_MAX_FILES: Final = 1_000


def make_private_folder(folder: Path) -> None:
    """
    Create a folder of our own and its missing parents.

    Raises:
        OSError: It cannot be created.
    """
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_private_folder(folder.parent)
    try:
        folder.mkdir(_FOLDER_MODE)
    except FileExistsError:
        if not folder.is_dir():
            raise
    else:
        # The umask may have removed bits.
        folder.chmod(_FOLDER_MODE)


def create_private_file(path: Path) -> None:
    """
    Create an empty file; keep one that exists.

    Raises:
        OSError: It cannot be created.
    """
    if path.exists():
        return
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with suppress(FileExistsError):
        os.close(os.open(path, flags, _FILE_MODE))


def open_private(path: str, flags: int) -> int:
    """Open a file for `open(opener=...)`; create it for the user only."""
    return os.open(path, flags, _FILE_MODE)


def list_open_modes(folders: Iterable[Path]) -> list[Path]:
    """
    Return own folders, and files in them, that others may read or change.

    Only what belongs to this user: nothing else could be mended.
    """
    if not hasattr(os, "getuid"):
        # Windows has access lists; those of a user's folders are private.
        return []
    return [path for path in _iter_own(folders) if _is_open(path)]


def mend_modes(folders: Iterable[Path]) -> None:
    """Make own folders and the files in them private, where possible."""
    for path in list_open_modes(folders):
        with suppress(OSError):
            path.chmod(_FOLDER_MODE if path.is_dir() else _FILE_MODE)
    for folder in folders:
        # An earlier version could create it like a file, so that nothing in
        # it can be opened. Any other mode was chosen by the user.
        with suppress(OSError):
            if _has_mode_of_a_file(folder):
                folder.chmod(_FOLDER_MODE)


def _iter_own(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in dict.fromkeys(folders):
        yield folder
        with suppress(OSError), os.scandir(folder) as entries:
            for _, entry in zip(range(_MAX_FILES), entries, strict=False):
                if entry.is_file(follow_symlinks=False):
                    yield folder / entry.name


def _is_open(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    return (
        not stat.S_ISLNK(status.st_mode)
        and _is_own(status)
        and bool(status.st_mode & _OTHERS)
    )


def _has_mode_of_a_file(folder: Path) -> bool:
    status = folder.lstat()
    return (
        stat.S_ISDIR(status.st_mode)
        and _is_own(status)
        and stat.S_IMODE(status.st_mode) == _FILE_MODE
    )


def _is_own(status: os.stat_result) -> bool:
    # Windows has neither users nor modes in this sense.
    return sys.platform != "win32" and status.st_uid == os.getuid()
