"""How far a transcript has been read."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import os
    from io import FileIO

_SEAL_BYTES: Final = 1024


class Cursor(NamedTuple):
    """
    How far a transcript has been read, and what it looked like then.

    Attributes:
        inode: The file's number; a replaced file has another.
        size: In bytes.
        mtime_ns: Its last change.
        done: The offset after the last line that was read.
        seal: A hash of the first and the last bytes before that offset.
        project: Its first `cwd`; empty while none is known.
    """

    inode: int = 0
    size: int = 0
    mtime_ns: int = 0
    done: int = 0
    seal: bytes = b""
    project: str = ""


def start_of(file: FileIO, status: os.stat_result, cursor: Cursor) -> int:
    """Return the offset to read from: 0 where the past has changed."""
    is_same = (
        status.st_ino == cursor.inode
        and status.st_size >= cursor.done
        and (
            status.st_size != cursor.size
            or status.st_mtime_ns == cursor.mtime_ns
        )
        and seal_of(file, cursor.done) == cursor.seal
    )
    return cursor.done if is_same else 0


def seal_of(file: FileIO, done: int) -> bytes:
    """Return what tells a file that grew from one that was written anew."""
    file.seek(0)
    head = file.read(min(done, _SEAL_BYTES))
    file.seek(max(0, done - _SEAL_BYTES))
    tail = file.read(min(done, _SEAL_BYTES))
    return blake2b(head + tail, digest_size=8).digest()
