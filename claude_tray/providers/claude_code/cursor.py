"""How far a transcript has been read."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from claude_tray.providers.claude_code.line_reader import TAIL_BYTES

if TYPE_CHECKING:
    import os
    from io import FileIO


class Cursor(NamedTuple):
    """
    How far a transcript has been read, and what it looked like then.

    Attributes:
        inode: The file's number; a replaced file has another.
        size: In bytes; where it is read in parts, as far as it was read.
        mtime_ns: Its last change.
        offset: The offset after the last line that was read.
        content_fingerprint: A hash of the first and the last bytes before that offset.
        project: Its first `cwd`; empty while none is known.
    """

    inode: int = 0
    size: int = 0
    mtime_ns: int = 0
    offset: int = 0
    content_fingerprint: bytes = b""
    project: str = ""


def find_resume_offset(
    file: FileIO, status: os.stat_result, cursor: Cursor
) -> int:
    """Return the offset to read from: 0 where the past has changed."""
    is_unchanged = (
        status.st_ino == cursor.inode
        and status.st_size >= cursor.offset
        and (
            status.st_size != cursor.size
            or status.st_mtime_ns == cursor.mtime_ns
        )
        and compute_fingerprint(file, cursor.offset)
        == cursor.content_fingerprint
    )
    return cursor.offset if is_unchanged else 0


def compute_fingerprint(file: FileIO, offset: int, tail: bytes = b"") -> bytes:
    """
    Return what tells a file that grew from one that was written anew.

    Args:
        file: The file.
        offset: How far it was read.
        tail: The last bytes before that, as far as they are known: another
            may have written it anew while it was read.
    """
    length = min(offset, TAIL_BYTES)
    file.seek(0)
    head = file.read(length)
    file.seek(offset - length)
    last_bytes = file.read(length - len(tail))
    return blake2b(head + last_bytes + tail, digest_size=8).digest()
