"""Find the transcripts of a Claude folder."""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path
from typing import Final, NamedTuple

from claude_tray.config.claude_folders import COWORK_DIR_NAME
from claude_tray.core.bounds import bound_text
from claude_tray.core.usage import ProjectPath, SessionId
from claude_tray.platform.file_number import get_file_number
from claude_tray.providers.base import (
    DirectoryScan,
    Transcript,
    displayable_path,
)

PROJECTS_DIR_NAME: Final = "projects"
_CLAUDE_DIR_NAME: Final = ".claude"
# `<account>/<organization>/local_<uuid>/.claude` in Cowork's folder, sessions
# of agents in `…/agent/local_<name>/.claude`.
_COWORK_DEPTH: Final = 6
_CREDENTIAL: Final = "credential"
_TRANSCRIPT_SUFFIX: Final = ".jsonl"
# These repeat the content of the transcripts next to them.
_EXCLUDED_NAMES: Final = frozenset({"journal.jsonl", "audit.jsonl"})


def is_transcript(name: str) -> bool:
    """Return whether a file of this name contains a session."""
    return name.endswith(_TRANSCRIPT_SUFFIX) and name not in _EXCLUDED_NAMES


def get_transcript_root(claude_dir: Path) -> str:
    """
    Return the folder of a Claude folder's transcripts, links resolved.

    It is `projects`, but Claude Desktop's data folder has none.
    """
    projects = claude_dir / PROJECTS_DIR_NAME
    if not projects.is_dir() and is_cowork_folder(claude_dir):
        projects = claude_dir / COWORK_DIR_NAME
    return os.path.realpath(projects)


def is_cowork_folder(claude_dir: Path) -> bool:
    """Return whether a folder contains sessions of Claude Desktop's Cowork."""
    return (claude_dir / COWORK_DIR_NAME).is_dir()


def scan_directory(claude_dir: Path) -> DirectoryScan:
    """List the transcripts of a Claude folder."""
    scan = DirectoryScan()
    root = get_transcript_root(claude_dir)
    is_cowork = root.endswith(os.sep + COWORK_DIR_NAME)
    folders = [(root, _COWORK_DEPTH)] if is_cowork else []
    pending = [] if is_cowork else [(root, "")]
    while folders:
        pending += _find_cowork_projects(*folders.pop(), scan, folders)
    links = _LinkGuard(root)
    while pending:
        _scan_folder(*pending.pop(), scan, pending, links)
    return scan


def find_linked_folders(claude_dir: Path) -> tuple[str, ...]:
    """Return the projects of a Claude folder that link to another place."""
    return _list_linked_folders(get_transcript_root(claude_dir))


def _list_linked_folders(root: str) -> tuple[str, ...]:
    links = _LinkGuard(root)
    try:
        with os.scandir(root) as entries:
            return tuple(e.path for e in entries if links.is_project(e))
    except OSError:
        return ()


def find_transcript(path: str, claude_dir: Path) -> Transcript | None:
    """
    Return the transcript at a path, or None if there is none.

    Raises:
        OSError: The file exists but cannot be examined.
    """
    root = get_transcript_root(claude_dir)
    name = path.rpartition(os.sep)[2]
    if not path.startswith(root + os.sep) or not is_transcript(name):
        return None
    try:
        status = os.stat(path)  # noqa: PTH116 - a str, often
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(status.st_mode) or not _is_safe_target(path, root):
        return None
    return Transcript(
        path,
        _get_project_folder(path[len(root) + 1 :]),
        get_file_number(status),
        status.st_size,
        status.st_mtime_ns,
    )


def _get_project_folder(path: str) -> str:
    """Return the folder in `projects` of a path, given below the root."""
    _, separator, rest = path.rpartition(_COWORK_INFIX)
    return (rest if separator else path).split(os.sep, 1)[0]


_COWORK_INFIX: Final = (
    f"{os.sep}{_CLAUDE_DIR_NAME}{os.sep}{PROJECTS_DIR_NAME}{os.sep}"
)


class _LinkGuard:
    """
    Decides which links in `projects` are followed.

    A project that is a link is, once, unless it leads to a folder that
    contains this one: a loop, or far more than a project.

    Attributes:
        root: Folder of the transcripts, links resolved.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self._seen: set[tuple[int, int]] = set()

    def is_project(self, entry: os.DirEntry[str]) -> bool:
        """Return whether an entry of the root links to a project."""
        try:
            if not entry.is_symlink() or not entry.is_dir():
                return False
            status = entry.stat()
        except OSError:
            return False
        target = os.path.realpath(entry.path)
        inner = target.rstrip(os.sep) + os.sep
        identity = (status.st_dev, status.st_ino)
        if (
            identity in self._seen
            or self.root.startswith(inner)
            or inner.startswith(self.root + os.sep)
            or target == self.root
        ):
            return False
        self._seen.add(identity)
        return True


def _is_safe_target(path: str, root: str) -> bool:
    """
    Return whether a transcript may be opened, wherever it links to.

    A link to a file must lead to a transcript in a Claude folder or in a
    linked project, never to anything else.
    """
    if not os.path.islink(path):  # noqa: PTH114 - a str
        return True
    target = os.path.realpath(path)
    *parents, name = Path(target).parts
    if not is_transcript(name) or _CREDENTIAL in name.lower():
        return False
    return (
        target.startswith(root + os.sep)
        or PROJECTS_DIR_NAME in parents
        or any(parent.startswith(_CLAUDE_DIR_NAME) for parent in parents)
        or any(
            target.startswith(os.path.realpath(folder) + os.sep)
            for folder in _list_linked_folders(root)
        )
    )


def _find_cowork_projects(
    path: str, depth: int, scan: DirectoryScan, pending: list[tuple[str, int]]
) -> list[tuple[str, str]]:
    """Return `projects` of a session of Cowork, or list its folders."""
    try:
        # Before listing, as below.
        scan.folder_times[path] = os.stat(path).st_mtime_ns  # noqa: PTH116
        with os.scandir(path) as entries:
            scan.folder_count += 1
            folders = [
                entry.path
                for entry in entries
                if entry.is_dir(follow_symlinks=False)
            ]
    except FileNotFoundError:
        return []
    except OSError:
        scan.unreadable.append(path)
        return []
    if path.endswith(os.sep + _CLAUDE_DIR_NAME):
        projects = path + os.sep + PROJECTS_DIR_NAME
        return [(projects, "")] if projects in folders else []
    if depth:
        # What else is in a session's folder are its files.
        session = path + os.sep + _CLAUDE_DIR_NAME
        folders = [session] if session in folders else folders
        pending += [(folder, depth - 1) for folder in folders]
    return []


def _scan_folder(
    path: str,
    folder: str,
    scan: DirectoryScan,
    pending: list[tuple[str, str]],
    links: _LinkGuard,
) -> None:
    try:
        # Before listing: what is added meanwhile changes it again.
        scan.folder_times[path] = os.stat(path).st_mtime_ns  # noqa: PTH116
        with os.scandir(path) as entries:
            scan.folder_count += 1
            for entry in entries:
                if entry.is_dir(follow_symlinks=False) or (
                    not folder and links.is_project(entry)
                ):
                    pending.append((entry.path, folder or entry.name))
                elif is_transcript(entry.name):
                    _add_transcript(entry, folder, scan, links.root)
    except FileNotFoundError:
        return
    except OSError:
        scan.unreadable.append(path)


def _add_transcript(
    entry: os.DirEntry[str], folder: str, scan: DirectoryScan, root: str
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
    if entry.is_symlink() and not _is_safe_target(entry.path, root):
        return
    scan.transcripts.append(
        Transcript(
            entry.path,
            folder,
            get_file_number(status),
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
