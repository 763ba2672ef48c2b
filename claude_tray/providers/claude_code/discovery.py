"""Find the transcripts of a Claude folder."""

from __future__ import annotations

import os
import re
import stat
import sys
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.bounds import bound_text
from claude_tray.core.usage import ProjectPath, SessionId
from claude_tray.providers.base import (
    DirectoryScan,
    Transcript,
    displayable_path,
)

if TYPE_CHECKING:
    from pathlib import Path


PROJECTS_DIR_NAME: Final = "projects"
_TRANSCRIPT_SUFFIX: Final = ".jsonl"
# These repeat the content of the transcripts next to them.
_EXCLUDED_NAMES: Final = frozenset({"journal.jsonl", "audit.jsonl"})


def is_transcript(name: str) -> bool:
    """Return whether a file of this name contains a session."""
    return name.endswith(_TRANSCRIPT_SUFFIX) and name not in _EXCLUDED_NAMES


def get_transcript_root(claude_dir: Path) -> str:
    """Return the `projects` directory of a Claude folder, links resolved."""
    return os.path.realpath(claude_dir / PROJECTS_DIR_NAME)


def scan_directory(claude_dir: Path) -> DirectoryScan:
    """List the transcripts of a Claude folder."""
    scan = DirectoryScan()
    root = get_transcript_root(claude_dir)
    pending = [(root, "")]
    while pending:
        _scan_folder(*pending.pop(), scan, pending)
    return scan


def find_transcript(path: str, claude_dir: Path) -> Transcript | None:
    """
    Return the transcript at a path, or None if there is none.

    Raises:
        OSError: The file exists but cannot be examined.
    """
    root = get_transcript_root(claude_dir) + os.sep
    if not path.startswith(root) or not is_transcript(os.path.basename(path)):  # noqa: PTH119 - a str, often
        return None
    try:
        status = os.stat(path)  # noqa: PTH116 - a str, often
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
        # Opening a pipe would block.
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
    Project and session of a transcript.

    Attributes:
        project: First `cwd` in the file, or the name of its folder.
        session_id: For lines without a session id.
        is_guess: The project is only a folder name: Claude Code replaces
            several characters by a dash, so the path cannot be restored.
    """

    project: ProjectPath
    session_id: SessionId
    is_guess: bool = False


def build_location(path: str, folder: str, project: str) -> TranscriptLocation:
    """
    Return project and session of a transcript.

    Args:
        path: `<session>.jsonl`, or a file below `<session>/subagents/`.
        folder: Its folder in `projects`.
        project: First `cwd` in the file; empty if unknown.
    """
    session_path, separator, _ = path.partition(_SUBAGENTS_INFIX)
    name = session_path if separator else path.removesuffix(".jsonl")
    session = name.rpartition(os.sep)[2]
    return TranscriptLocation(
        ProjectPath(project or displayable_path(folder)),
        SessionId(session if session.isascii() else displayable_path(session)),
        is_guess=not project,
    )


def find_first_cwd(data: bytearray, end: int) -> str:
    """Return the first `cwd` in the lines before `end`, or an empty string."""
    # Late: importing msgspec takes 20 ms, and most commands only need to
    # know the folders.
    from claude_tray.providers.claude_code.schema import decode_cwd

    position = data.find(_CWD_NEEDLE, 0, end)
    while position >= 0:
        start = data.rfind(b"\n", 0, position) + 1
        stop = data.find(b"\n", position, end) + 1
        cwd = decode_cwd(bytes(data[start:stop]))
        if cwd:
            # Share one string between all files of a project.
            return sys.intern(bound_text(normalize_path(cwd)))
        position = data.find(_CWD_NEEDLE, stop, end)
    return ""


def normalize_path(path: str) -> str:
    """
    Return the form of a path that identifies a project.

    Editors write Windows drive letters in lower case, terminals in upper.
    """
    if _DRIVE_PATTERN.match(path):
        path = path[0].upper() + path[1:]
    return path.rstrip("/\\") or path
