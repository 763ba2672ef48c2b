"""The transcript files below a Claude folder."""

from __future__ import annotations

import os
import re
import stat
import sys
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from claude_tray.core.usage import ProjectPath, SessionId
from claude_tray.providers.claude_code.schema import DECODE_ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


PROJECTS_DIR_NAME: Final = "projects"
_TRANSCRIPT_SUFFIX: Final = ".jsonl"
# These repeat what the transcripts beside them hold.
_EXCLUDED_NAMES: Final = frozenset({"journal.jsonl", "audit.jsonl"})


class Transcript(NamedTuple):
    """A transcript as the file system shows it."""

    path: str
    folder: str
    inode: int
    size: int
    mtime_ns: int


class DirectoryScan:
    """
    What lies below a folder.

    Attributes:
        transcripts: In no order.
        folder_count: How many there are, the first included.
        unreadable: Folders that could not be listed, and what lies in one
            that lets nobody look at it.
    """

    def __init__(self) -> None:
        self.transcripts: list[Transcript] = []
        self.folder_count = 0
        self.unreadable: list[str] = []


def is_transcript(name: str) -> bool:
    """Tell whether a file of this name holds a session's lines."""
    return name.endswith(_TRANSCRIPT_SUFFIX) and name not in _EXCLUDED_NAMES


def get_transcript_root(claude_dir: Path) -> str:
    """Return where a Claude folder's transcripts lie, links resolved."""
    return os.path.realpath(claude_dir / PROJECTS_DIR_NAME)


def index_by_root(folders: Iterable[Path]) -> dict[str, Path]:
    """Return Claude folders by their roots: two may be one, by a link."""
    folder_by_root: dict[str, Path] = {}
    for folder in folders:
        folder_by_root.setdefault(get_transcript_root(folder), folder)
    return folder_by_root


def scan_directory(claude_dir: Path) -> DirectoryScan:
    """Return every transcript below a Claude folder's projects."""
    scan = DirectoryScan()
    root = get_transcript_root(claude_dir)
    pending = [(root, "")]
    while pending:
        _scan_folder(*pending.pop(), scan, pending)
    return scan


def find_transcript(path: str, claude_dir: Path) -> Transcript | None:
    """
    Return the transcript at a path, or None where there is none.

    Raises:
        OSError: It is there but cannot be looked at.
    """
    root = get_transcript_root(claude_dir) + os.sep
    if not path.startswith(root) or not is_transcript(os.path.basename(path)):  # noqa: PTH119 - a text, many times
        return None
    try:
        status = os.stat(path)  # noqa: PTH116 - a text, many times
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return Transcript(
        path,
        path[len(root) :].split(os.sep, 1)[0],
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
    )


def _scan_folder(
    path: str,
    folder: str,
    scan: DirectoryScan,
    pending: list[tuple[str, str]],
) -> None:
    try:
        with os.scandir(path) as entries:
            scan.folder_count += 1
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    pending.append((entry.path, folder or entry.name))
                elif is_transcript(entry.name):
                    _add_transcript(entry, folder, scan)
    except FileNotFoundError:
        return
    except OSError:
        scan.unreadable.append(path)


def _add_transcript(
    entry: os.DirEntry[str], folder: str, scan: DirectoryScan
) -> None:
    try:
        status = entry.stat()
    except FileNotFoundError:
        return
    except OSError:
        scan.unreadable.append(entry.path)
        return
    if not stat.S_ISREG(status.st_mode):
        # A pipe would be waited for.
        return
    scan.transcripts.append(
        Transcript(
            entry.path,
            folder,
            status.st_ino,
            status.st_size,
            status.st_mtime_ns,
        ),
    )


_SUBAGENTS_INFIX: Final = f"{os.sep}subagents{os.sep}"
_CWD_NEEDLE: Final = b'"cwd"'
_DRIVE_PATTERN: Final = re.compile(r"[a-z]:[\\/]")


class TranscriptLocation(NamedTuple):
    """
    Where a transcript's lines belong.

    Attributes:
        project: The first `cwd` in the file, or the folder's name.
        session_id: For a line that does not name its session.
        is_guess: The project is only the folder's name, from which the path
            cannot be told.
    """

    project: ProjectPath
    session_id: SessionId
    is_guess: bool = False


class _CwdLine(msgspec.Struct, gc=False):
    cwd: str | None = None


_CWD_DECODER: Final = msgspec.json.Decoder(_CwdLine)


def build_location(path: str, folder: str, project: str) -> TranscriptLocation:
    """
    Return the place of a transcript.

    Args:
        path: The file; `<session>.jsonl`, or below `<session>/subagents/`.
        folder: Its folder in `projects`.
        project: Its first `cwd`, empty where none is known.
    """
    session_path, separator, _ = path.partition(_SUBAGENTS_INFIX)
    name = session_path if separator else path.removesuffix(".jsonl")
    session = name.rpartition(os.sep)[2]
    return TranscriptLocation(
        ProjectPath(project or displayable_path(folder)),
        SessionId(displayable_path(session)),
        is_guess=not project,
    )


def displayable_path(name: str) -> str:
    """Return a file's name as text, also one that is none."""
    if name.isascii():
        return name
    return os.fsencode(name).decode("utf-8", "replace")


def find_first_cwd(data: bytearray, end: int) -> str:
    """Return the first line's `cwd` that has one, or an empty string."""
    position = data.find(_CWD_NEEDLE, 0, end)
    while position >= 0:
        start = data.rfind(b"\n", 0, position) + 1
        stop = data.find(b"\n", position, end) + 1
        try:
            cwd = _CWD_DECODER.decode(bytes(data[start:stop])).cwd
        except DECODE_ERRORS:
            cwd = None
        if cwd:
            # One text for all files of a project.
            return sys.intern(normalize_path(cwd))
        position = data.find(_CWD_NEEDLE, stop, end)
    return ""


def normalize_path(path: str) -> str:
    """
    Return a path as it is told from others.

    Editors write a Windows drive in lower case, terminals in upper case.
    """
    if _DRIVE_PATTERN.match(path):
        path = path[0].upper() + path[1:]
    return path.rstrip("/\\") or path
