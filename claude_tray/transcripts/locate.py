"""The transcript files below a Claude folder."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PROJECTS: Final = "projects"
_SUFFIX: Final = ".jsonl"
# These repeat what the transcripts beside them hold.
_OTHERS: Final = frozenset({"journal.jsonl", "audit.jsonl"})


class Transcript(NamedTuple):
    """A transcript as the file system shows it."""

    path: str
    folder: str
    inode: int
    size: int
    mtime_ns: int


class Walk:
    """
    What lies below a folder.

    Attributes:
        transcripts: In no order.
        folders: How many there are, the first included.
        unreadable: Folders that could not be listed, and what lies in one
            that lets nobody look at it.
    """

    def __init__(self) -> None:
        self.transcripts: list[Transcript] = []
        self.folders = 0
        self.unreadable: list[str] = []


def is_transcript(name: str) -> bool:
    """Tell whether a file of this name holds a session's lines."""
    return name.endswith(_SUFFIX) and name not in _OTHERS


def root_of(claude: Path) -> str:
    """Return where a Claude folder's transcripts lie, links resolved."""
    return os.path.realpath(claude / PROJECTS)


def by_root(folders: Iterable[Path]) -> dict[str, Path]:
    """Return Claude folders by their roots: two may be one, by a link."""
    found: dict[str, Path] = {}
    for folder in folders:
        found.setdefault(root_of(folder), folder)
    return found


def walk(claude: Path) -> Walk:
    """Return every transcript below a Claude folder's projects."""
    found = Walk()
    root = root_of(claude)
    waiting = [(root, "")]
    while waiting:
        _list(*waiting.pop(), found, waiting)
    return found


def transcript_at(path: str, claude: Path) -> Transcript | None:
    """
    Return the transcript at a path, or None where there is none.

    Raises:
        OSError: It is there but cannot be looked at.
    """
    root = root_of(claude) + os.sep
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


def _list(
    path: str,
    folder: str,
    found: Walk,
    waiting: list[tuple[str, str]],
) -> None:
    try:
        with os.scandir(path) as entries:
            found.folders += 1
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((entry.path, folder or entry.name))
                elif is_transcript(entry.name):
                    _add(entry, folder, found)
    except FileNotFoundError:
        return
    except OSError:
        found.unreadable.append(path)


def _add(entry: os.DirEntry[str], folder: str, found: Walk) -> None:
    try:
        status = entry.stat()
    except FileNotFoundError:
        return
    except OSError:
        found.unreadable.append(entry.path)
        return
    if not stat.S_ISREG(status.st_mode):
        # A pipe would be waited for.
        return
    found.transcripts.append(
        Transcript(
            entry.path,
            folder,
            status.st_ino,
            status.st_size,
            status.st_mtime_ns,
        ),
    )
