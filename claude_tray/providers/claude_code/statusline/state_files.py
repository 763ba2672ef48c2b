"""Read and write the status line's own small files."""

from __future__ import annotations

import os
import time

from claude_tray.platform.replace_file import replace_file

_MAX_BYTES = 1 << 16
_UNUSED_SECONDS = 7 * 86_400
_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700
_REGULAR_FILE = 0o100000
_FILE_TYPE = 0o170000
# A pipe without a writer must not block; Windows needs O_BINARY.
_READ_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)
_WRITE_FLAGS = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
)


def read_state_file(path: str, max_bytes: int = _MAX_BYTES) -> bytes | None:
    """
    Return the content of a regular file; None if it cannot be used.

    A longer file is not read.
    """
    try:
        if not _is_small_file(os.stat(path), max_bytes):
            return None
        descriptor = os.open(path, _READ_FLAGS)
    except (OSError, ValueError):
        return None
    try:
        # It may have been replaced since.
        if not _is_small_file(os.fstat(descriptor), max_bytes):
            return None
        return os.read(descriptor, max_bytes)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def write_state_file(folder: str, name: str, data: bytes) -> None:
    """
    Replace a file atomically; only the user can read it.

    Raises:
        OSError: The file cannot be written; it is unchanged.
    """
    path = os.path.join(folder, name)
    partial_path = f"{path}.{os.getpid()}.new"
    make_private_folder(folder)
    descriptor = os.open(partial_path, _WRITE_FLAGS, _PRIVATE_FILE)
    try:
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)
        replace_file(partial_path, path)
    except OSError:
        os.unlink(partial_path)
        raise


def make_private_folder(folder: str) -> None:
    """
    Create a folder, and the one that it is in, that only the user can read.

    Raises:
        OSError: It cannot be created.
    """
    if not os.path.isdir(folder):
        make_private_folder(os.path.dirname(folder))
        try:
            os.mkdir(folder, _PRIVATE_FOLDER)
        except FileExistsError:
            return
        # The umask may have removed bits.
        os.chmod(folder, _PRIVATE_FOLDER)


def delete_unused_files(folder: str) -> None:
    """Delete the files of sessions that ended a week ago."""
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        path = os.path.join(folder, name)
        if get_age(path) > _UNUSED_SECONDS:
            delete_file(path)


def get_age(path: str) -> float:
    """Return the seconds since a file was changed; 0 without one."""
    try:
        return time.time() - os.stat(path).st_mtime
    except OSError:
        return 0.0


def delete_file(path: str) -> None:
    """Delete a file, if it can be."""
    try:
        os.unlink(path)
    except OSError:
        return


def _is_small_file(status: os.stat_result, max_bytes: int) -> bool:
    is_regular = status.st_mode & _FILE_TYPE == _REGULAR_FILE
    return is_regular and status.st_size <= max_bytes
